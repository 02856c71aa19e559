"""The simulator: opened then, waited so long – due when, and why. For whoever edits calendars and policies.

Its form is sent by GET, so that a question can be bookmarked and printed with its answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, check_zone
from servicedesk.records.models import Kind
from servicedesk.ui.forms import DeskForm
from servicedesk.ui.moments import length
from tickets.admin.hours import day_words
from tickets.admin.names import OrganizationField, ZoneInput, organization_names, zone_names
from tickets.admin.times import WallTimeField, clock_changes, exact, take
from tickets.models import CalendarVersion, PolicyVersion, ServiceCalendar, Severity, TargetName
from tickets.sla import rulebook
from tickets.sla.clock import Span, State
from tickets.sla.rollout import Version
from tickets.sla.rulebook import Source, Terms, Versions
from tickets.sla.simulation import Outcome, Rerated, Scenario, Wait, simulate

WAITS = range(1, 6)
NOBODY = 0
"""No organization's primary key: only what holds for all of them counts."""
BESIDE_A_CHANGE = timedelta(hours=-2)
"""The presets open tickets at 22:00 on the evening before the clocks change."""


class SimulatorForm(DeskForm):
    """What happens to a ticket that nobody has filed."""

    opened = WallTimeField(label=gettext_lazy("Opened at"))
    zone = forms.CharField(
        label=gettext_lazy("Time zone of all times here"), validators=[check_zone], widget=ZoneInput
    )
    severity = forms.TypedChoiceField(label=gettext_lazy("Severity"), choices=Severity, coerce=int)
    organization = OrganizationField(
        label=gettext_lazy("Organization"),
        help_text=gettext_lazy("Empty: what holds for all of them."),
    )
    policy = forms.ModelChoiceField(
        PolicyVersion.objects.order_by(F("number").desc(nulls_first=True), "-pk"),
        label=gettext_lazy("Service policy"),
        empty_label=None,
    )
    calendar = forms.ModelChoiceField(
        CalendarVersion.objects.select_related("calendar").order_by(
            F("number").desc(nulls_first=True), "-pk"
        ),
        label=gettext_lazy("Calendars, up to and with"),
        empty_label=None,
        help_text=gettext_lazy("With all that was published before it. A draft comes on top of all."),
    )
    answered = WallTimeField(
        label=gettext_lazy("First answer at"),
        required=False,
        help_text=gettext_lazy("From then on, updates are due."),
    )
    severity_then = forms.TypedChoiceField(
        label=gettext_lazy("Severity changes to"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("does not change")), *Severity.choices],
    )
    severity_at = WallTimeField(label=gettext_lazy("Severity changes at"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in WAITS:
            for name, label in ((f"pause{n}_from", _("Wait %(n)d from")), (f"pause{n}_to", _("until"))):
                self.fields[name] = WallTimeField(label=label % {"n": n}, required=False)
        self.notes: list[str] = []

    def clean(self) -> dict[str, Any]:
        """Turn the times into instants, and see that they follow each other."""
        cleaned = super().clean() or {}
        if not self.errors:
            zone = ZoneInfo(cleaned["zone"])
            for name, value in cleaned.items():
                if isinstance(value, datetime):
                    taken = take(value, zone)
                    cleaned[name] = taken.instant
                    self.notes += [f"{self.fields[name].label}: {taken.note}"] if taken.note else []
            self._check_order(cleaned)
        return cleaned

    @property
    def waits(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The boxes of the waits, in pairs, for the page."""
        return [(self[f"pause{n}_from"], self[f"pause{n}_to"]) for n in WAITS]

    def versions(self) -> Versions:
        """By which editions it goes."""
        return Versions(self.cleaned_data["policy"].pk, self.cleaned_data["calendar"].pk)

    def terms(self) -> Terms:
        """Whose incident it would be."""
        whose: Organization | None = self.cleaned_data["organization"]
        return Terms(Kind.INCIDENT, whose.pk if whose else NOBODY)

    def scenario(self) -> Scenario:
        """What the simulation takes."""
        said = self.cleaned_data
        changes = said["severity_then"] and said["severity_at"]
        return Scenario(
            opened_at=said["opened"],
            severity=said["severity"],
            waits=tuple(Wait(start, end) for start, end in _pairs(said) if start),
            rerated=Rerated(said["severity_then"], said["severity_at"]) if changes else None,
            answered_at=said["answered"],
        )

    def _check_order(self, said: dict[str, Any]) -> None:
        reached: datetime | None = said["opened"]
        for name in ("answered", "severity_at"):
            if said[name] and said[name] < said["opened"]:
                self.add_error(name, _("Enter a time after the opening."))
        if bool(said["severity_then"]) != bool(said["severity_at"]):
            name = "severity_at" if said["severity_then"] else "severity_then"
            self.add_error(name, _("Say both to which severity, and when."))
        for n, (start, end) in zip(WAITS, _pairs(said), strict=True):
            if end and not start:
                self.add_error(f"pause{n}_from", _("Enter when this wait begins."))
            elif start and reached is None:
                self.add_error(f"pause{n}_from", _("The wait before this one has no end: enter it."))
            elif start and reached and start < reached:
                self.add_error(f"pause{n}_from", _("Enter a time after the opening and the wait before."))
            elif start and end and end < start:
                self.add_error(f"pause{n}_to", _("Enter a time after the beginning of this wait."))
            if start:
                reached = end


def _pairs(said: dict[str, Any]) -> list[tuple[datetime | None, datetime | None]]:
    return [(said.get(f"pause{n}_from"), said.get(f"pause{n}_to")) for n in WAITS]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One line of a proof."""

    start: str
    end: str
    length: str
    counts: bool
    why: str
    so_far: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page says of one target."""

    name: str
    due: str
    remark: str
    severity: str
    within: str
    counted: str
    calendar: str
    started: str
    stretches: list[Stretch]


def simulator(request: HttpRequest) -> HttpResponse:
    """The form; and below it, once it is filled in, what would be due and why."""
    form = SimulatorForm(request.GET) if "opened" in request.GET else SimulatorForm(initial=_initial(request))
    answers: list[Answer] = []
    asked: list[tuple[str, str]] = []
    if form.is_valid():
        with timezone.override(form.cleaned_data["zone"]):
            asked, answers = _asked(form), _answers(form)
    context = {
        **admin.site.each_context(request),
        "title": _("Simulator"),
        "opts": ServiceCalendar._meta,
        "form": form,
        "answers": answers,
        "asked": asked,
        "presets": _presets(request),
        "organizations": organization_names(),
        "zones": zone_names(),
    }
    return TemplateResponse(request, "admin/tickets/simulator.html", context)


def address_of(**asked: Any) -> str:
    """The simulator's address, with some boxes filled in."""
    return f"{reverse('admin:tickets_simulator')}?{urlencode(asked)}"


def address_for(version: Version) -> str:
    """The simulator, with this version chosen."""
    return address_of(**{"calendar" if isinstance(version, CalendarVersion) else "policy": version.pk})


def _initial(request: HttpRequest) -> dict[str, Any]:
    now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
    current = rulebook.current_versions()
    return {
        "opened": now,
        "zone": timezone.get_current_timezone_name(),
        "severity": Severity.MEDIUM.value,
        **current._asdict(),
        **{name: value for name, value in request.GET.items() if name in SimulatorForm.base_fields},
    }


def _presets(request: HttpRequest) -> list[tuple[str, str]]:
    """Links that ask about the coming weekends on which the clocks change, with the versions chosen now."""
    zone = ZoneInfo("America/Toronto")
    chosen = {
        name: request.GET[name] for name in ("organization", "policy", "calendar") if name in request.GET
    }
    kept = {**rulebook.current_versions()._asdict(), **chosen}
    severity = request.GET.get("severity", Severity.HIGH.value)
    links = []
    for day, forward in clock_changes(zone, timezone.localdate(timezone=zone) + timedelta(days=1)):
        opened = datetime(day.year, day.month, day.day) + BESIDE_A_CHANGE  # noqa: DTZ001  a wall-clock time
        words = _("Clocks go forward on %(day)s") if forward else _("Clocks go back on %(day)s")
        asked = {**kept, "severity": severity, "zone": zone.key, "opened": f"{opened:%Y-%m-%dT%H:%M}"}
        links.append((words % {"day": day_words(day)}, address_of(**asked)))
    return links


def _answers(form: SimulatorForm) -> list[Answer]:
    """The outcome in words; nothing, and an error on the form, where nothing is promised."""
    scenario = form.scenario()
    try:
        outcomes = simulate(scenario, rulebook.pledges(form.versions(), form.terms()))
    except LookupError:
        form.add_error("policy", _("These versions promise nothing for such a ticket."))
        return []
    except OverflowError:
        form.add_error("calendar", _("A calendar does not hold that much time in ten years."))
        return []
    names = dict(ServiceCalendar.objects.values_list("pk", "name"))
    ordered = sorted(outcomes, key=lambda outcome: list(TargetName.values).index(outcome.target))
    return [_answer(outcome, scenario, names[Source(*outcome.source).calendar]) for outcome in ordered]


def _answer(outcome: Outcome, scenario: Scenario, calendar: str) -> Answer:
    return Answer(
        name=str(TargetName(outcome.target.value).label),
        due=exact(outcome.due_at) if outcome.due_at else "",
        remark=_remark(outcome, scenario),
        severity=str(Severity(outcome.severity).label),
        within=length(outcome.within),
        counted=length(outcome.counted),
        calendar=calendar,
        started=exact(outcome.started_at),
        stretches=list(_stretches(outcome.spans, calendar)),
    )


def _remark(outcome: Outcome, scenario: Scenario) -> str:
    """How it ended; or that a change of severity made it late at once (docs/service-levels.md, rule 7)."""
    if outcome.ended_at is not None:
        words = (
            _("answered %(when)s, in time") if outcome.state is State.MET else _("answered %(when)s, late")
        )
        return words % {"when": exact(outcome.ended_at)}
    changed = scenario.rerated
    if changed and outcome.due_at and outcome.started_at <= changed.at and outcome.due_at < changed.at:
        return _("that is before the severity changes: late at once")
    return ""


def _stretches(spans: Iterable[Span], calendar: str) -> Iterator[Stretch]:
    counted = timedelta()
    for span in spans:
        counted += span.length if span.counts else timedelta()
        yield _stretch(span, calendar, length(counted))


def _stretch(span: Span, calendar: str, so_far: str) -> Stretch:
    """In the words of the ticket's own proof (tickets/proof.py)."""
    why = {
        "counted": _("Hours of “%(calendar)s”"),
        "closed": _("Outside the hours of “%(calendar)s”"),
        "paused": _("Paused: waiting for the LDC"),
    }[span.cause] % {"calendar": calendar}
    if span.words and span.cause != "paused":
        why = f"{why} ({span.words})" if span.counts else span.words
    return Stretch(exact(span.start), exact(span.end), length(span.length), span.counts, why, so_far)


def _asked(form: SimulatorForm) -> list[tuple[str, str]]:
    """What was asked, in words: it is printed above the answer, and says which instants were taken."""
    said = form.cleaned_data
    until = [exact(end) if end else _("it lasts") for start, end in _pairs(said) if start]
    waits = [exact(start) for start, _end in _pairs(said) if start]
    rows = [
        (_("Opened"), exact(said["opened"])),
        (_("Severity"), str(Severity(said["severity"]).label)),
        (_("Organization"), str(said["organization"] or _("none in particular"))),
        (_("Service policy"), str(said["policy"])),
        (_("Calendars, up to and with"), str(said["calendar"])),
    ]
    if said["answered"]:
        rows.append((_("First answer"), exact(said["answered"])))
    if said["severity_then"] and said["severity_at"]:
        change = {"severity": Severity(said["severity_then"]).label, "when": exact(said["severity_at"])}
        rows.append((_("Severity changes"), _("to %(severity)s, %(when)s") % change))
    rows += [(_("Waits for the LDC"), f"{start} – {end}") for start, end in zip(waits, until, strict=True)]
    return rows
