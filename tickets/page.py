"""What a ticket's page shows, prepared so that its templates only choose words.

Few queries whatever the ticket's length: the ticket itself, its history with messages, its files, its
links, its followers; for agents everybody who has to do with it instead, and the reply templates. A
request's tasks are one more, and so are messages that wait to leave, and the tickets that were merged into
it, where there are any.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.records.models import Attachment, Event, Kind
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.forms import AssignForm, MoveForm, SatisfactionForm, SeverityForm
from tickets.links import LinkLine, link_lines
from tickets.merging.page import MergingPart, absorbed_tickets, merging_part
from tickets.merging.split_off import split_off
from tickets.models import Incident, ServiceRequest, TargetName, Ticket
from tickets.request_forms import LinkForm
from tickets.request_page import RequestPart, request_part
from tickets.sentences import actor_of, sentence
from tickets.sla.chip import Chip, chip_for, chip_of
from tickets.sla.clock import Clock
from tickets.sla.history import clocks_of, terms_of
from tickets.tasks_page import TasksPart, tasks_part
from tickets.transitions import HANDED_BACK, LET_GO, RequestStatus, Status
from tickets.wording import TONES, status_words, turn
from tickets.workspace.forms import SnoozeForm
from tickets.workspace.reading import News, news_among
from tickets.writing.part import WritingPart, writing_part

SHOWN_AT_ONCE = 100
"""Entries of a conversation. Longer ones begin with a link to what was earlier."""
STEPS: dict[str, list[tuple[str | Promise, set[str]]]] = {
    Kind.INCIDENT: [
        (gettext_lazy("Received"), {"submitted"}),
        (gettext_lazy("In progress"), {"start"}),
        (gettext_lazy("Resolved"), {"resolve"}),
        (gettext_lazy("Closed"), {"close"}),
    ],
    Kind.REQUEST: [
        (gettext_lazy("Sent"), {"submitted"}),
        (gettext_lazy("In fulfilment"), {"start", "approve"}),
        (gettext_lazy("Fulfilled"), {"fulfil"}),
        (gettext_lazy("Closed"), {"close"}),
    ],
}
"""The steps that an LDC sees a ticket go through, and what leads to each."""

LETTING_GO = "3"
Files = dict[tuple[int | None, int | None], list[Attachment]]
"""Files by their record and comment."""

ORDER = list(TargetName.values)
"""Targets in the order in which they matter to people."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line or message of the timeline.

    ``origin`` is the reference of the merged ticket that it stands on, ``gone_to`` of the one that it became.
    """

    id: int
    actor: str
    from_desk: bool
    sentence: str
    at: datetime
    internal: bool
    html: str
    files: list[Attachment]
    origin: str = ""
    gone_to: str = ""
    not_told: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One move that the status allows: its form, and whether this person may make it.

    ``next`` is what to do now; ``keys`` are the desk's for letting go of a ticket (UX 4.3, triage).
    """

    move: Move
    verdict: Verdict
    form: MoveForm
    next: bool = False
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps that an LDC sees a ticket go through."""

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

    ticket: Ticket
    for_desk: bool
    tone: str
    status: str
    turn: str
    turn_class: str
    turn_icon: str
    description: str
    request: RequestPart | None
    tasks: TasksPart | None
    chip: Chip
    entries: list[Entry]
    earlier: int
    news: News
    files: list[Attachment]
    all_files: list[Attachment]
    followers: list[Person]
    following: bool
    links: list[LinkLine]
    choices: dict[str, Choice]
    steps: list[Step]
    promised: list[Promised]
    may_accept: Verdict
    may_reply: Verdict
    may_note: Verdict
    may_change_contact: Verdict
    may_link: Verdict
    may_add_followers: Verdict
    link_form: LinkForm
    merging: MergingPart
    assign_form: AssignForm | None = None
    sleeps_until: datetime | None = None
    snooze_form: SnoozeForm | None = None
    severity_form: SeverityForm | None = None
    satisfaction_form: SatisfactionForm | None = None
    writing: WritingPart | None = None


def ticket_page(
    ticket: Ticket,
    person: Person,
    *,
    now: datetime,
    left_out: dict[str, set[int]] | None = None,
    whole: bool = False,
) -> TicketPage:
    """Gather what this person sees of a ticket, and of those that were merged into it.

    ``left_out`` are those unticked in what they are writing. Of a long conversation it is the end, with all that is
    new to them, unless the ``whole`` is asked for.
    """
    absorbed = absorbed_tickets(ticket, person)
    records = [ticket.pk, *absorbed]
    everything = list(
        Event.objects.visible_to(person)
        .filter(record__in=records)
        .select_related("actor", "comment")
        .order_by("at", "pk")
    )
    events = [event for event in everything if event.record_id == ticket.pk]
    files = list(Attachment.objects.visible_to(person).filter(record__in=records).order_by("pk"))
    for_desk = person.standing().sees_all
    working = bool(policy.may_work(person, ticket))
    writing = writing_part(ticket, person, events, now=now, left_out=left_out or {}) if working else None
    followers = (
        writing.around.followers
        if writing
        else [row.person for row in ticket.followers.select_related("person").order_by("person__name")]
    )
    contact_allowed = policy.may_change_contact(person, ticket)
    version = {"version": ticket.version}
    turn_class, turn_icon = _turn_look(ticket, now)
    clocks = clocks_of(events, terms_of(ticket))
    tasks = tasks_part(ticket, person, clocks, now=now) if isinstance(ticket, ServiceRequest) else None
    by_place: Files = defaultdict(list)
    for file in files:
        by_place[file.record_id, file.comment_id].append(file)
    gone = split_off(events)
    news = news_among(events, getattr(ticket, "seen_at", None), person)
    lines = [event for event in everything if _is_shown(event, own=event.record_id == ticket.pk)]
    earlier = 0 if whole else _hidden(lines, news)
    return TicketPage(
        ticket=ticket,
        for_desk=for_desk,
        tone=TONES[ticket.status],
        status=status_words(ticket, for_desk=for_desk),
        turn=turn(ticket),
        turn_class=turn_class,
        turn_icon=turn_icon,
        description=to_html(ticket.description) if isinstance(ticket, Incident) else "",
        request=request_part(ticket, person, now=now) if isinstance(ticket, ServiceRequest) else None,
        tasks=tasks,
        chip=chip_for(ticket, now=now, for_desk=for_desk),
        entries=[
            _entry(event, by_place, absorbed.get(event.record_id), gone, for_desk=for_desk)
            for event in lines[earlier:]
        ],
        earlier=earlier,
        news=news,
        files=by_place[ticket.pk, None],
        all_files=files,
        followers=followers,
        following=any(follower.pk == person.pk for follower in followers),
        links=link_lines(ticket, person, for_desk=for_desk),
        choices={choice.move.name: choice for choice in _choices(ticket, person, now, tasks)},
        steps=_steps(ticket, events),
        promised=_promised(clocks, now, for_desk=for_desk),
        may_accept=policy.may_accept(person, ticket),
        may_reply=policy.may_reply(person, ticket),
        may_note=policy.may_work(person, ticket),
        may_change_contact=contact_allowed,
        may_link=policy.may_link(person, ticket),
        may_add_followers=policy.may_add_followers(person, ticket),
        link_form=LinkForm(auto_id="id_link_%s"),
        sleeps_until=(sleeps_until := getattr(ticket, "sleeps_until", None)),
        snooze_form=SnoozeForm(sleeping=bool(sleeps_until), auto_id="id_snooze_%s")
        if policy.may_snooze(person, ticket)
        else None,
        merging=merging_part(ticket, absorbed.values(), everything, person, now=now),
        assign_form=_assign_form(ticket, writing.around.workers) if writing else None,
        severity_form=SeverityForm(initial=version | {"severity": ticket.severity})
        if working and ticket.severity
        else None,
        satisfaction_form=SatisfactionForm(
            initial=version | {"satisfaction": ticket.satisfaction}, auto_id="id_went_%s"
        )
        if policy.may_say_how_it_went(person, ticket, at=now)
        else None,
        writing=writing,
    )


def _assign_form(ticket: Ticket, workers: list[Person]) -> AssignForm:
    """The form that gives it to somebody; the choices were read with the people around the ticket."""
    form = AssignForm(initial={"version": ticket.version, "assignee": ticket.assignee_id})
    nobody = form.fields["assignee"].empty_label  # type: ignore[attr-defined]
    form.fields["assignee"].choices = [("", nobody), *((one.pk, str(one)) for one in workers)]  # type: ignore[attr-defined]
    return form


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


def _turn_look(ticket: Ticket, now: datetime) -> tuple[str, str]:
    """The class and icon of the line that says whose turn it is."""
    if ticket.status == Status.WAITING_LDC:
        return "turn-you", "message-question"
    if ticket.status in HANDED_BACK:
        return "turn-done", "check"
    if ticket.status == RequestStatus.WAITING_APPROVAL:
        return "", "calendar-pause"
    if ticket.done_at:
        return "" if ticket.status in LET_GO else "turn-done", "archive"
    if ticket.due_at and ticket.due_at < now:
        return "turn-late", "alert-triangle"
    return "", "clock"


def _choices(ticket: Ticket, person: Person, now: datetime, tasks: TasksPart | None) -> list[Choice]:
    """The moves out of this status that belong to this person's side, allowed or not."""
    next_move = "fulfil" if tasks and tasks.all_done else ""
    party = policy.party_of(person, ticket)
    return [
        Choice(
            move,
            policy.may_move(person, ticket, move, at=now),
            MoveForm(
                needs=frozenset(move.needs),
                initial={"version": ticket.version},
                auto_id=f"id_{move.name}_%s",
            ),
            next=move.name == next_move,
            keys=LETTING_GO if party == "agent" and move.target in LET_GO else "",
        )
        for move in ticket.lifecycle.leaving(ticket.status)
        if party in move.parties
    ]


def _hidden(lines: Sequence[Event], news: News) -> int:
    """How many entries at the beginning of a long conversation are left out: none that is new."""
    before = max(0, len(lines) - SHOWN_AT_ONCE)
    first = next((place for place, event in enumerate(lines) if event.pk == news.first), before)
    return min(before, first)


def _is_shown(event: Event, *, own: bool) -> bool:
    """Of a ticket all but its report, which stands above; of one that was merged into it, what was said."""
    return event.what != "submitted" if own else event.what == "submitted" or event.comment is not None


def _entry(
    event: Event, files: Files, merged: Ticket | None, gone: dict[int, str], *, for_desk: bool
) -> Entry:
    """A line of the timeline; ``merged`` is the merged ticket that it stands on, whose report is one too."""
    comment, html = event.comment, ""
    if comment:
        html = comment.html()
    elif merged and event.what == "submitted":
        html = to_html(_description(merged))
    not_told = event.facts.get("not_told", []) if for_desk else []
    return Entry(
        id=event.pk,
        actor=actor_of(event),
        from_desk=event.facts.get("side") in {"agent", "system"},
        sentence=sentence(event),
        at=event.at,
        internal=event.internal,
        html=html,
        files=files.get((event.record_id, comment.pk if comment else None), []) if html else [],
        origin=merged.reference if merged else "",
        gone_to=gone.get(event.pk, ""),
        not_told=", ".join(not_told),
    )


def _description(ticket: Ticket) -> str:
    """What an incident's reporter wrote. A request's answers are read on the request."""
    return str(ticket.incident.description) if ticket.kind == Kind.INCIDENT else ""


def _steps(ticket: Ticket, events: list[Event]) -> list[Step]:
    """The steps of its kind, each with its latest moment; one that was let go ends with that."""
    steps = STEPS[ticket.kind]
    reached = [
        max((event.at for event in events if event.what in names), default=None) for _label, names in steps
    ]
    last = max((number for number, at in enumerate(reached) if at), default=0)
    if ticket.done_at is None and last > 1:
        last = 1  # reopened: what was done is so no longer
    ended = ticket.status in LET_GO
    shown = [
        Step(str(label), reached[number] if number <= last else None, current=number == last and not ended)
        for number, (label, _names) in enumerate(steps)
        if number <= last or not ended
    ]
    return (
        [*shown, Step(status_words(ticket, for_desk=False), ticket.done_at, current=True)] if ended else shown
    )
