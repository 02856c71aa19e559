"""App registration."""

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

CLAIMED_AT_ONCE = 10


class NotificationsConfig(AppConfig):
    """Outbox and notices."""

    name = "servicedesk.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Check what has to fit together; make the mails about many things known."""
        import servicedesk.notifications.digest  # noqa: F401  registering is the point

        checks.register(lease_outlasts_a_batch)


def lease_outlasts_a_batch(app_configs: object, **_: object) -> list[checks.CheckMessage]:
    """A lease that ends while its batch is still being sent would send it twice."""
    longest = CLAIMED_AT_ONCE * settings.EMAIL_TIMEOUT
    if settings.OUTBOX_LEASE.total_seconds() >= longest or settings.MODE == "test":
        return []
    return [
        checks.Error(
            f"OUTBOX_LEASE_SECONDS is shorter than a batch may take ({longest} s).",
            hint=f"Set OUTBOX_LEASE_SECONDS to {longest} or more.",
            id="notifications.E001",
        )
    ]
