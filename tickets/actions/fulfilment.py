"""The work on a request: its tasks, and what fulfilling it really does."""

from datetime import datetime
from typing import Any

from accounts.models import Person
from tickets.models import ServiceRequest


def begin_tasks(request: ServiceRequest) -> None:
    """Make the tasks of its item, once. Call it inside a transaction."""


def carry_out(request: ServiceRequest, *, by: Person, at: datetime) -> dict[str, Any]:
    """Do what fulfilling it means for an account. Answers facts for its history. Call it inside a transaction."""
    return {}
