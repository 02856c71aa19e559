"""What the page of an action on many tickets shows: the preview, how far it is, what came of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from accounts.models import Person
from servicedesk.schedule.models import Job
from tickets.actions.bulk import AT_ONCE, may_undo
from tickets.bulk.changes import changed_by
from tickets.bulk.verdicts import may_do
from tickets.models import SEVERE, BulkKind, BulkRow, BulkRun, BulkState, Severity, Team, Ticket
from tickets.wording import TONES, status_words

_TITLES: dict[str, Any] = {
    BulkKind.ASSIGN: ngettext_lazy("Assign %(n)d ticket", "Assign %(n)d tickets", "n"),
    BulkKind.SEVERITY: ngettext_lazy(
        "Change the severity of %(n)d ticket", "Change the severity of %(n)d tickets", "n"
    ),
    BulkKind.TEAM: ngettext_lazy("Hand %(n)d ticket to a team", "Hand %(n)d tickets to a team", "n"),
    BulkKind.LET_GO: ngettext_lazy("Cancel or decline %(n)d ticket", "Cancel or decline %(n)d tickets", "n"),
    BulkKind.PROBLEM: ngettext_lazy("Link %(n)d ticket to a problem", "Link %(n)d tickets to a problem", "n"),
    BulkKind.EXPORT: ngettext_lazy("Export %(n)d ticket", "Export %(n)d tickets", "n"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of it. ``words`` says why it is not done, or who changed it meanwhile."""

    ticket: Ticket
    url: str
    status: str
    tone: str
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Before it is done: which will change, and which cannot and why."""

    title: str
    button: str
    going: list[Line]
    stuck: list[Line]
    later: bool


@dataclass(frozen=True, slots=True)
class Result:
    """While it is done, and afterwards. ``stopped``: its job was given up."""

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
    news: str
    undone_by: BulkRun | None


def preview_of(run: BulkRun, person: Person, *, now: datetime) -> Preview:
    """What will happen if it is done now. At most three queries, however many there are."""
    rows = list(run.rows.order_by("record"))
    tickets = _tickets(rows, person)
    versions = {row.record_id: row.version for row in rows}
    moved_on = [pk for pk, ticket in tickets.items() if ticket.version != versions[pk]]
    names = changed_by(moved_on, reader=person)
    going: list[Line] = []
    stuck: list[Line] = []
    for row in rows:
        ticket = tickets.get(row.record_id)
        if ticket is None:
            continue
        verdict = may_do(run.kind, person, ticket, {}, at=now)
        words = verdict.reason or (_changed(names[ticket.pk]) if ticket.pk in names else "")
        (stuck if words and run.kind != BulkKind.EXPORT else going).append(_line(ticket, words))
    title = _titled(run.kind, len(going))
    return Preview(title, title, going, stuck, later=len(rows) > AT_ONCE)


def result_of(run: BulkRun, person: Person, *, now: datetime) -> Result:
    """How far it is, and what came of each ticket that is over. At most five queries."""
    rows = list(run.rows.order_by("record"))
    tickets = _tickets(rows, person)
    of_state: dict[str, list[BulkRow]] = {state: [] for state in BulkState}
    for row in rows:
        of_state[row.state].append(row)
    done, waiting = of_state[BulkState.DONE], of_state[BulkState.WAITING]
    skipped = [*of_state[BulkState.CHANGED], *of_state[BulkState.REFUSED]]
    stopped = bool(run.job_id and run.finished_at is None and Job.objects.get(pk=run.job_id).failed_at)
    return Result(
        title=_("Undo: %(what)s") % {"what": _titled(run.kind, len(rows))}
        if run.undoes_id
        else _titled(run.kind, len(rows)),
        summary=summary(len(done), of_state[BulkState.CHANGED], of_state[BulkState.REFUSED]),
        did=_did(run),
        done=_lines(done, tickets),
        skipped=_lines(skipped, tickets),
        number=len(rows),
        ended=len(rows) - len(waiting),
        running=run.finished_at is None and not stopped,
        stopped=stopped,
        undo=bool(may_undo(run, at=now)),
        news=_news(run),
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


def _titled(kind: str, number: int) -> str:
    return str(_TITLES[kind] % {"n": number})


def _did(run: BulkRun) -> str:
    """What was done with each, in a few words."""
    terms = run.terms
    if run.undoes_id:
        return _("Each has again what it had before.")
    if "assignee" in terms:
        who = Person.objects.filter(pk=terms["assignee"]).first()
        return _("Assigned to %(name)s.") % {"name": who} if who else _("Put back in the queue.")
    if "severity" in terms:
        level = Severity(terms["severity"]).label
        return _("%(severity)s now, because: %(reason)s") % {"severity": level, "reason": terms["reason"]}
    if "team" in terms:
        team = Team.objects.filter(pk=terms["team"]).first()
        return _("With the team %(team)s now.") % {"team": team} if team else _("With no team now.")
    if "problem" in terms:
        return _("Linked to %(problem)s.") % {"problem": terms["problem"].strip().upper()}
    return _("Ended, because: %(reason)s") % {"reason": terms["message"]}


def _news(run: BulkRun) -> str:
    """What undoing means for those who are told."""
    if run.kind == BulkKind.TEAM:
        return _("No mail is sent about it.")
    if run.terms.get("severity") in SEVERE:
        return _("Severity 1 and 2 are told at once, so an undo is told too.")
    return _("In the first minute no mail leaves, and an undo sends none. Later both are told.")


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


def _line(ticket: Ticket, words: str) -> Line:
    return Line(
        ticket,
        reverse("tickets:desk_detail", args=[ticket.reference]),
        status_words(ticket, for_desk=True),
        TONES[ticket.status],
        words,
    )
