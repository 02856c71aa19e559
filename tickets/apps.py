"""App registration."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets; hears news in handlers.py, shows panels on other pages from panels.py, keeps drafts (drafts.py)."""

    name = "tickets"

    def ready(self) -> None:
        """Subscribe."""
        import tickets.drafts
        import tickets.handlers
        import tickets.notifications
        import tickets.panels
        import tickets.problem_notifications
        import tickets.search
        import tickets.tasks  # noqa: F401
