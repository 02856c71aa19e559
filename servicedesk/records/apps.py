"""App registration."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The ground floor's tables."""

    name = "servicedesk.records"
    label = "records"
