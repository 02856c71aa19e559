"""Incident: something is not working as expected."""

from django.db import models

from tickets.models.severity import Impact, Urgency
from tickets.models.ticket import Ticket, TicketQuerySet


class Incident(Ticket):
    """Something is not working as expected."""

    impact = models.CharField(max_length=10, choices=Impact)
    urgency = models.CharField(max_length=10, choices=Urgency)
    description = models.TextField()
    references = models.TextField(blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model

    def search_text(self) -> str:
        """What it says, for the search index."""
        return f"{self.description}\n\n{self.references}"
