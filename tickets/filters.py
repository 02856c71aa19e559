"""Filters of ticket lists and of reports: only these fields, only these values.

What a person sends never names a column. An unknown value is passed over, so an old bookmark
still opens; an unknown name is refused (tickets/workspace/parameters.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Organization
from servicedesk.records.models import Kind, RecordQuerySet
from servicedesk.records.scope import Reader
from tickets.compliance import COUNTED, OUTCOME_WORDS, OUTCOMES, Months, read_month
from tickets.models import Environment, ServiceClock, Severity, TargetName
from tickets.models.service_clock import ServiceClockQuerySet
from tickets.transitions import LIFECYCLES, STATUS_LABELS

ENDED = "ended"
"""However it ended: what the times of a report are of."""
CLOCKS = {f"{target}:{outcome}": (target, outcome) for target in TargetName for outcome in (*OUTCOMES, ENDED)}
"""What ``clock=`` may say, such as ``restore:missed`` or ``restore:ended``."""
MOST_SLUGS = 2000
"""Characters of ``organization=``, which may name several, with commas between them."""
SHOWN_AT_FIRST = 3
"""Months of a report that was not asked for any."""


def severity_in(query: Mapping[str, Any]) -> str:
    """The severity that a query string asks for, if it is one."""
    asked = str(query.get("severity", ""))
    return asked if asked in map(str, Severity.values) else ""


class TicketFilter:
    """What a list is narrowed down to. Read from the query string, so that it can be shared.

    With ``clock`` and ``ended`` it is the tickets behind a figure of the service levels: those with a
    clock that ended like that, in those months. ``severity`` is then the clock's, as in the figure.
    """

    def __init__(self, query: Mapping[str, Any]) -> None:
        self.text = " ".join(query.get("q", "").split())[:120]
        self.kind = query.get("kind", "") if query.get("kind", "") in LIFECYCLES else ""
        self.severity = severity_in(query)
        self.environment = query.get("environment", "") if query.get("environment", "") in Environment else ""
        self.status = query.get("status", "") if query.get("status", "") in STATUS_LABELS else ""
        self.organization = query.get("organization", "")[:MOST_SLUGS]
        self.clock = query.get("clock", "") if query.get("clock", "") in CLOCKS else ""
        self.ended = Months.read(query.get("ended", ""))
        self.filed, self.done = Months.read(query.get("filed", "")), Months.read(query.get("done", ""))
        self.kinds = [(kind, Kind(kind).label) for kind in LIFECYCLES]
        self.severities = Severity.choices
        self.environments = Environment.choices
        self.statuses = list(STATUS_LABELS.items())

    def __bool__(self) -> bool:
        fields = (self.text, self.kind, self.severity, self.environment, self.status, self.organization)
        return any((*fields, self.clock, self.ended, self.filed, self.done))

    def organization_names(self) -> str:
        """Whose tickets these are alone: for a list that has none of them, or those of several. One query."""
        slugs = self.organization.split(",")
        names = Organization.objects.filter(slug__in=slugs).order_by("name").values_list("name", flat=True)
        return ", ".join(names) or self.organization

    def period_words(self) -> list[tuple[str, str]]:
        """The months it is narrowed down to: the parameter's name, and ``Filed in March 2027``."""
        words = {"filed": _("Filed in %(months)s"), "done": _("Done in %(months)s")}
        given = {"filed": self.filed, "done": self.done}
        return [(name, words[name] % {"months": months.words()}) for name, months in given.items() if months]

    def clock_words(self) -> str:
        """``Restoration missed at severity 1, ended in March 2027``; empty when it is not about clocks.

        ``Restoration at severity 1, ended in March 2027`` where it may have ended in any way.
        """
        if not self.clock and not self.ended:
            return ""
        words = _("A clock ended")
        if self.clock:
            target, outcome = CLOCKS[self.clock]
            words = str(target.label)
            if outcome != ENDED:
                words = _("%(target)s %(outcome)s") % {"target": words, "outcome": OUTCOME_WORDS[outcome]}
            if self.severity:
                words = _("%(clock)s at severity %(level)s") % {"clock": words, "level": self.severity}
        if self.ended:
            one = self.ended.first == self.ended.last
            more = _("%(clock)s, ended in %(months)s") if one else _("%(clock)s, ended from %(months)s")
            words = more % {"clock": words, "months": self.ended.words()}
        return words

    def apply(self, rows: RecordQuerySet, reader: Reader) -> RecordQuerySet:
        """Narrow a list of tickets that this reader sees down."""
        if self.text:
            rows = rows.titled(self.text, reader)
        if self.clock or self.ended:
            rows = rows.filter(Exists(self._clocks()))
        for column, months in (("created_at", self.filed), ("done_at", self.done)):
            if months:
                rows = rows.filter(months.of(column))
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.severity and not self.clock:
            rows = rows.filter(severity=int(self.severity))
        if self.environment:
            rows = rows.filter(environment=self.environment)
        if self.status:
            rows = rows.filter(status=self.status)
        if self.organization:
            rows = rows.filter(organization__slug__in=self.organization.split(","))
        return rows

    def _clocks(self) -> ServiceClockQuerySet:
        """The clocks of a ticket that the figure counts. Conditions on one clock, not on several."""
        clocks = ServiceClock.objects.filter(COUNTED, record=OuterRef("pk"))
        if self.clock:
            target, outcome = CLOCKS[self.clock]
            clocks = clocks.filter(OUTCOMES.get(outcome, COUNTED), target=target)
            if self.severity:
                clocks = clocks.filter(severity=int(self.severity))
        return clocks.filter(self.ended.ended()) if self.ended else clocks


class ClockFilter:
    """What the service level figures are about. Read from the query string, so that it can be shared.

    ``organizations`` are those that may be asked for; ``present`` is the month we are in.
    """

    def __init__(
        self, query: Mapping[str, Any], *, organizations: Iterable[Organization], present: date
    ) -> None:
        self.organizations = list(organizations)
        first, last = read_month(query.get("from", "")), read_month(query.get("to", ""))
        if first:
            self.months = Months.between(first, last or present)
        else:
            self.months = Months.up_to(last or present, SHOWN_AT_FIRST)
        self.severity = severity_in(query)
        self.target = query.get("target", "") if query.get("target", "") in TargetName else ""
        asked = query.get("organization", "")
        self.organization = next((one for one in self.organizations if one.slug == asked), None)
        self.present = present
        self.from_month, self.to_month = f"{self.months.first:%Y-%m}", f"{self.months.last:%Y-%m}"
        self.several = len(self.organizations) > 1

    def query(self) -> str:
        """The same, as a query string that does not depend on the day."""
        about = {
            "from": self.from_month,
            "to": self.to_month,
            "organization": self.organization.slug if self.organization else "",
            "severity": self.severity,
            "target": self.target,
        }
        return urlencode({name: value for name, value in about.items() if value})

    def apply(self, clocks: ServiceClockQuerySet) -> ServiceClockQuerySet:
        """Narrow clocks down to these."""
        clocks = clocks.filter(self.months.ended())
        if self.severity:
            clocks = clocks.filter(severity=int(self.severity))
        if self.target:
            clocks = clocks.filter(target=self.target)
        if self.organization:
            clocks = clocks.filter(record__organization=self.organization)
        return clocks
