"""App registration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Commands only; it has no tables."""

    name = "servicedesk.demo"
    label = "demo"
