"""App registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and organizations; hears news in handlers.py."""

    name = "accounts"

    def ready(self) -> None:
        """Subscribe."""
        import accounts.groups
        import accounts.handlers  # noqa: F401  registering is the point
