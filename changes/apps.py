"""App registration."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """Requests for change; what other pages and the schedule need of it is registered in ready()."""

    name = "changes"

    def ready(self) -> None:
        """Subscribe."""
        import changes.drafts
        import changes.handlers
        import changes.notifications
        import changes.panels
        import changes.search
        import changes.seats  # noqa: F401
