"""What the page of an action on many tickets shows: the preview, how far it is, what came of each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.schedule.models import Job
from tickets.actions.bulk import AT_ONCE, may_undo, still_held
from tickets.bulk.changes import changed_by
from tickets.bulk.chosen import Chosen
from tickets.bulk.merges import luggage
from tickets.bulk.task import Means, Task, Terms
from tickets.bulk.verdicts import may_do
from tickets.bulk.wording import about_stuck, did, going, lede, news, no_way_back, titled
from tickets.models import BulkKind, BulkRow, BulkRun, BulkState, Ticket
from tickets.wording import TONES, status_words


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of it. ``words`` says why it is not done, or who changed it meanwhile.

    ``html`` is what its organization would read, ``told`` how many of its people; ``brings`` is what it
    takes along into another ticket.
    """

    ticket: Ticket
    url: str
    status: str
    tone: str
    words: str
    html: str = ""
    told: int = 0
    brings: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Before it is done: which will change, and which cannot and why. ``survivor`` is the one that others go on in."""

    title: str
    lede: str
    button: str
    going: list[Line]
    stuck: list[Line]
    later: bool
    no_way_back: str
    table: str
    going_words: str
    about_stuck: str = ""
    survivor: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """While it is done, and afterwards. ``stopped``: its job was given up. ``refresh`` is when to look again."""

    title: str
    summary: str
    did: str
    done: list[Line]
    skipped: list[Line]
    number: int
    ended: int
    running: bool
    stopped: bool
    undo: bool
    undo_until: datetime | None
    refresh: str
    news: str
    undone_by: BulkRun | None


def preview_of(run: BulkRun, chosen: Chosen, person: Person, said: Terms | None, *, now: datetime) -> Preview:
    """What will happen if it is done now. ``said`` is what was asked first, None while nobody answered.

    One query more than the chosen tickets took, and what their kind looks at: a reply asks two of each, a
    merge four for all of them and one of each request.
    """
    if said is None:
        lines = [_line(ticket) for ticket in chosen.tickets.values()]
        title = titled(run.kind, len(lines))
        return Preview(
            title,
            lede(run.kind, asks_first=True, some=True),
            title,
            lines,
            [],
            later=False,
            no_way_back="",
            table=_PLAIN,
            going_words=going(run.kind, len(lines), asks_first=True),
        )
    task = Task(said, Means(run, said, chosen.rows), person, now)
    versions = {row.record_id: row.version for row in chosen.rows}
    moved_on = [pk for pk, ticket in chosen.tickets.items() if ticket.version != versions[pk]]
    names = changed_by(moved_on, reader=person)
    able: list[Line] = []
    stuck: list[Line] = []
    survivor: list[Line] = []
    for pk, ticket in chosen.tickets.items():
        if pk == said.get("into"):
            survivor.append(_line(ticket))
            continue
        words = may_do(run.kind, ticket, task).reason or (_changed(names[pk]) if pk in names else "")
        (stuck if words and run.kind != BulkKind.EXPORT else able).append(_line(ticket, words))
    able = _ADDS.get(run.kind, _nothing)(able, task)
    title = titled(run.kind, len(able), into="".join(one.ticket.reference for one in survivor))
    return Preview(
        title,
        lede(run.kind, asks_first=False, some=bool(able)),
        title,
        able,
        stuck,
        later=len(chosen.rows) > AT_ONCE,
        no_way_back=no_way_back(run.kind),
        table=_TABLES.get(run.kind, _PLAIN),
        going_words=going(run.kind, len(able), asks_first=False),
        about_stuck=about_stuck(run.kind),
        survivor=survivor,
    )


def _nothing(lines: list[Line], task: Task) -> list[Line]:
    return lines


def _letters(lines: list[Line], task: Task) -> list[Line]:
    """What each organization would read."""
    letters = [(line, task.means.letter(line.ticket, at=task.at)) for line in lines]
    return [replace(line, html=to_html(letter.words), told=letter.told) for line, letter in letters]


def _luggage(lines: list[Line], task: Task) -> list[Line]:
    """What each takes along."""
    brings = luggage([line.ticket.pk for line in lines])
    return [replace(line, brings=brings[line.ticket.pk]) for line in lines]


_ADDS: dict[str, Callable[[list[Line], Task], list[Line]]] = {
    BulkKind.REPLY: _letters,
    BulkKind.MERGE: _luggage,
}
_PLAIN = "tickets/bulk/_lines.html"
_TABLES: dict[str, str] = {
    BulkKind.REPLY: "tickets/bulk/_letters.html",
    BulkKind.MERGE: "tickets/bulk/_merged.html",
}
"""How the preview lists those that are done."""


def result_of(run: BulkRun, person: Person, *, now: datetime) -> Result:
    """How far it is, and what came of each ticket that is over. At most five queries."""
    rows = list(run.rows.order_by("record"))
    tickets = _tickets(rows, person)
    of_state: dict[str, list[BulkRow]] = {state: [] for state in BulkState}
    for row in rows:
        of_state[row.state].append(row)
    done, waiting = of_state[BulkState.DONE], of_state[BulkState.WAITING]
    skipped = [*of_state[BulkState.CHANGED], *of_state[BulkState.REFUSED]]
    undo = bool(may_undo(run, at=now))
    running = run.finished_at is None
    stopped = bool(run.job_id and run.finished_at is None and Job.objects.get(pk=run.job_id).failed_at)
    return Result(
        title=_("Undo: %(what)s") % {"what": titled(run.kind, len(rows))}
        if run.undoes_id
        else titled(run.kind, len(rows)),
        summary=summary(len(done), of_state[BulkState.CHANGED], of_state[BulkState.REFUSED]),
        did=did(run) if done else "",
        done=_lines(done, tickets),
        skipped=_lines(skipped, tickets),
        number=len(rows),
        ended=len(rows) - len(waiting),
        running=running and not stopped,
        stopped=stopped,
        undo=undo,
        undo_until=None if run.kind == BulkKind.REPLY else run.undo_until,
        refresh=_refresh(run, undo=undo, running=running and not stopped, now=now),
        news=news(run),
        undone_by=BulkRun.objects.visible_to(person).filter(undoes=run).first(),
    )


def summary(done: int, changed: Sequence[BulkRow], refused: Sequence[BulkRow]) -> str:
    """``48 done, 2 skipped (changed by Ana)``."""
    words = ngettext("%(n)d done", "%(n)d done", done) % {"n": done}
    skipped = len(changed) + len(refused)
    if not skipped:
        return words
    words += ", " + ngettext("%(n)d skipped", "%(n)d skipped", skipped) % {"n": skipped}
    if not changed:
        return words
    by = {"n": len(changed), "names": ", ".join(sorted({row.words for row in changed}))}
    why = _("(%(n)d changed by %(names)s)") if refused else _("(changed by %(names)s)")
    return f"{words} {why % by}"


def _refresh(run: BulkRun, *, undo: bool, running: bool, now: datetime) -> str:
    """When the page looks again by itself: while it is done, and once messages have left."""
    if running:
        return "every 2s"
    if not (undo and run.kind == BulkKind.REPLY):
        return ""
    left = max(one.leaves_at for one in still_held(run)) - now
    return f"load delay:{max(left // timedelta(seconds=1), 0) + 6}s"


def _tickets(rows: Iterable[BulkRow], person: Person) -> dict[int, Ticket]:
    seen = Ticket.objects.visible_to(person).select_related("organization", "assignee")
    found: dict[int, Ticket] = seen.in_bulk([row.record_id for row in rows])
    return found


def _lines(rows: Iterable[BulkRow], tickets: dict[int, Ticket]) -> list[Line]:
    return [_line(tickets[row.record_id], _why(row)) for row in rows if row.record_id in tickets]


def _why(row: BulkRow) -> str:
    """Why nothing was done, as a sentence."""
    return _changed(row.words) if row.state == BulkState.CHANGED else row.words


def _changed(name: str) -> str:
    return _("Changed by %(name)s meanwhile.") % {"name": name}


def _line(ticket: Ticket, words: str = "") -> Line:
    return Line(
        ticket,
        reverse("tickets:desk_detail", args=[ticket.reference]),
        status_words(ticket, for_desk=True),
        TONES[ticket.status],
        words,
    )
