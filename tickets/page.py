"""What a ticket's page shows, prepared so that its templates only choose words.

Six queries whatever the ticket's length: the ticket itself, its history with messages, its
files, its followers, and for the desk the agents it can be given to.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.records.models import Attachment, Event
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.forms import AssignForm, MoveForm, SeverityForm
from tickets.models import Incident, TargetName
from tickets.sla.chip import Chip, chip_for, chip_of
from tickets.sla.clock import Clock
from tickets.sla.history import clocks_of, terms_of
from tickets.transitions import LIFECYCLE, Status
from tickets.wording import TONES, actor_of, sentence, status_words, turn

STEPS = [
    (Status.NEW, "incident.submitted"),
    (Status.IN_PROGRESS, "incident.start"),
    (Status.RESOLVED, "incident.resolve"),
    (Status.CLOSED, "incident.close"),
]


ORDER = list(TargetName.values)
"""Targets in the order in which they matter to people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line or message of the timeline."""

    id: int
    actor: str
    from_desk: bool
    sentence: str
    at: datetime
    internal: bool
    html: str
    files: list[Attachment]


@dataclass(frozen=True, slots=True)
class Choice:
    """One move that the status allows: its form, and whether this person may make it."""

    move: Move
    verdict: Verdict
    form: MoveForm


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps that an LDC sees a ticket go through."""

    label: str
    at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """One clock of the present cycle, as the list of facts shows it."""

    label: str
    chip: Chip
    due_at: datetime | None
    ended_at: datetime | None
    paused_since: datetime | None


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything the templates of a ticket's page need."""

    incident: Incident
    for_desk: bool
    tone: str
    status: str
    turn: str
    turn_class: str
    turn_icon: str
    description: str
    chip: Chip
    entries: list[Entry]
    files: list[Attachment]
    all_files: list[Attachment]
    followers: list[Person]
    following: bool
    choices: dict[str, Choice]
    steps: list[Step]
    promised: list[Promised]
    may_reply: Verdict
    may_note: Verdict
    may_change_contact: Verdict
    assign_form: AssignForm | None = None
    severity_form: SeverityForm | None = None


def ticket_page(incident: Incident, person: Person, *, now: datetime) -> TicketPage:
    """Gather what this person sees of an incident."""
    events = list(
        Event.objects.visible_to(person)
        .filter(record=incident.pk)
        .select_related("actor", "comment")
        .order_by("at", "pk")
    )
    files = list(Attachment.objects.visible_to(person).filter(record=incident.pk).order_by("pk"))
    followers = [row.person for row in incident.followers.select_related("person").order_by("person__name")]
    for_desk = person.standing().sees_all
    working = bool(policy.may_work(person, incident))
    contact_allowed = policy.may_change_contact(person, incident)
    version = {"version": incident.version}
    turn_class, turn_icon = _turn_look(incident, now)
    by_comment: defaultdict[int | None, list[Attachment]] = defaultdict(list)
    for file in files:
        by_comment[file.comment_id].append(file)
    return TicketPage(
        incident=incident,
        for_desk=for_desk,
        tone=TONES[Status(incident.status)],
        status=status_words(incident, for_desk=for_desk),
        turn=turn(incident),
        turn_class=turn_class,
        turn_icon=turn_icon,
        description=to_html(incident.description),
        chip=chip_for(incident, now=now, for_desk=for_desk),
        entries=[_entry(event, by_comment) for event in events if event.name != "incident.submitted"],
        files=by_comment[None],
        all_files=files,
        followers=followers,
        following=any(follower.pk == person.pk for follower in followers),
        choices={choice.move.name: choice for choice in _choices(incident, person, now)},
        steps=_steps(incident, events),
        promised=_promised(clocks_of(events, terms_of(incident)), now, for_desk=for_desk),
        may_reply=policy.may_reply(person, incident),
        may_note=policy.may_work(person, incident),
        may_change_contact=contact_allowed,
        assign_form=AssignForm(initial=version | {"assignee": incident.assignee_id}) if working else None,
        severity_form=SeverityForm(initial=version | {"severity": incident.severity}) if working else None,
    )


def _promised(clocks: list[Clock], now: datetime, *, for_desk: bool) -> list[Promised]:
    """The latest clock of each target in the present cycle."""
    latest = {clock.target: clock for clock in clocks if clock.cycle == clocks[-1].cycle}
    return [
        Promised(
            str(TargetName(target.value).label),
            chip_of(clock, now=now, for_desk=for_desk),
            clock.due_at,
            clock.ended_at,
            clock.pauses[-1].start if clock.stands else None,
        )
        for target, clock in sorted(latest.items(), key=lambda entry: ORDER.index(entry[0].value))
    ]


def _turn_look(incident: Incident, now: datetime) -> tuple[str, str]:
    """The class and icon of the line that says whose turn it is."""
    if incident.status in {Status.WAITING_LDC, Status.RESOLVED}:
        return (
            ("turn-you", "message-question")
            if incident.status == Status.WAITING_LDC
            else ("turn-done", "check")
        )
    if incident.done_at:
        return "turn-done", "archive"
    if incident.due_at and incident.due_at < now:
        return "turn-late", "alert-triangle"
    return "", "clock"


def _choices(incident: Incident, person: Person, now: datetime) -> list[Choice]:
    """The moves out of this status that belong to this person's side, allowed or not."""
    party = policy.party_of(person, incident)
    return [
        Choice(
            move,
            policy.may_move(person, incident, move, at=now),
            MoveForm(
                needs=frozenset(move.needs),
                initial={"version": incident.version},
                auto_id=f"id_{move.name}_%s",
            ),
        )
        for move in LIFECYCLE.leaving(incident.status)
        if party in move.parties
    ]


def _entry(event: Event, files: dict[int | None, list[Attachment]]) -> Entry:
    comment = event.comment
    return Entry(
        id=event.pk,
        actor=actor_of(event),
        from_desk=event.facts.get("side") in {"agent", "system"},
        sentence=sentence(event),
        at=event.at,
        internal=event.internal,
        html=comment.html() if comment else "",
        files=files.get(comment.pk, []) if comment else [],
    )


def _steps(incident: Incident, events: list[Event]) -> list[Step]:
    """Received → In progress → Resolved → Closed, each with its latest moment."""
    reached = {event.name: event.at for event in events}
    last = max((number for number, (_status, name) in enumerate(STEPS) if name in reached), default=0)
    if incident.done_at is None and last > 1:
        last = 1  # reopened: what was resolved is so no longer
    labels = ["Received", "In progress", "Resolved", "Closed"]
    return [
        Step(labels[number], reached.get(name) if number <= last else None, current=number == last)
        for number, (_status, name) in enumerate(STEPS)
    ]
