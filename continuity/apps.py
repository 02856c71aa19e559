"""How Django finds this app."""

from django.apps import AppConfig


class ContinuityConfig(AppConfig):
    name = "continuity"
