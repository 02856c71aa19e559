"""App registration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Outbox and notices."""

    name = "servicedesk.notifications"
    label = "notifications"
