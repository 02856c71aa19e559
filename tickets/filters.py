"""Filters of ticket lists: only these fields, only these values.

What a person sends never names a column. An unknown value is passed over, so an old bookmark
still opens.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper

from servicedesk.records.models import RecordQuerySet
from tickets.models import Environment, Severity
from tickets.transitions import Status


class TicketFilter:
    """What a list is narrowed down to. Read from the query string, so that it can be shared."""

    def __init__(self, query: Mapping[str, Any]) -> None:
        self.text = " ".join(query.get("q", "").split())[:120]
        self.severity = (
            query.get("severity", "") if query.get("severity", "") in map(str, Severity.values) else ""
        )
        self.environment = query.get("environment", "") if query.get("environment", "") in Environment else ""
        self.status = query.get("status", "") if query.get("status", "") in Status else ""
        self.organization = query.get("organization", "")[:60]
        self.severities = Severity.choices
        self.environments = Environment.choices
        self.statuses = Status.choices

    def __bool__(self) -> bool:
        return any((self.text, self.severity, self.environment, self.status, self.organization))

    def apply(self, rows: RecordQuerySet) -> RecordQuerySet:
        """Narrow a list of incidents down."""
        if self.text:
            rows = rows.annotate(title_upper=Upper("title")).filter(
                Q(title_upper__contains=self.text.upper()) | Q(reference=self.text.upper())
            )
        if self.severity:
            rows = rows.filter(severity=int(self.severity))
        if self.environment:
            rows = rows.filter(environment=self.environment)
        if self.status:
            rows = rows.filter(status=self.status)
        if self.organization:
            rows = rows.filter(organization__slug=self.organization)
        return rows
