"""Demo people share one published password, so they stay out of any real desk."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.models import Organization


@pytest.mark.parametrize("mode", ["production", "test"])
def test_it_is_not_loaded_outside_a_demo(db: None, settings: Settings, mode: str) -> None:
    settings.DEMO, settings.MODE = False, mode
    with pytest.raises(CommandError, match=f"MODE is {mode}: demo people share one published password"):
        call_command("load_demo")
    assert not Organization.objects.exists()
