"""A demo's settings: those that settings.py itself makes with MODE=demo."""

import os
import runpy
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_django.fixtures import Settings

ROOT = Path(__file__).parent.parent.parent
with patch.dict(os.environ, MODE="demo"):
    DEMO = runpy.run_path(str(ROOT / "servicedesk" / "settings.py"))


@pytest.fixture
def demo_settings(settings: Settings, tmp_path: Path) -> Settings:
    """The desk as a demo, with a mail folder of its own."""
    settings.DEMO = True
    settings.DEMO_PASSWORD = DEMO["DEMO_PASSWORD"]
    settings.DEMO_SIGN_INS = DEMO["DEMO_SIGN_INS"]
    settings.EMAIL_BACKEND = DEMO["EMAIL_BACKEND"]
    settings.MAILDIR = tmp_path / "maildir"
    settings.ROOT_URLCONF = "tests.demo.urls"
    return settings
