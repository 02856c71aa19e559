"""Heartbeats: who made progress, and when."""

from datetime import datetime

from servicedesk.schedule.models import Heartbeat


def beat(name: str, *, at: datetime) -> None:
    """Note that a mechanism got something done."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
