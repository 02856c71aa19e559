"""Doing something to many tickets: each by its own action, as if it had been done alone.

A ticket that somebody changed since it was chosen is passed over, and so is one whose rules say no; what
came of each stands in its row. Up to ``AT_ONCE`` are done in the transaction of whoever asks, more by a
job, some at a step. A row's end commits with what was done, so that each is done once whatever dies.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import call_back, hold
from servicedesk.records.models import Event
from servicedesk.records.refusals import IllegalMove, Refused, Stale, Unusable
from servicedesk.records.verdict import YES, Verdict, no
from servicedesk.schedule.jobs import start_job
from servicedesk.schedule.models import Job
from tickets.bulk.acts import act
from tickets.bulk.changes import changed_by
from tickets.bulk.chosen import tickets_with
from tickets.bulk.task import Means, Task
from tickets.bulk.verdicts import may_act_on_many
from tickets.models import (
    REVERSIBLE,
    SEVERE,
    BulkKind,
    BulkRow,
    BulkRun,
    BulkState,
    HeldMessage,
    Ticket,
)
from tickets.sla.bulk import lock_all

JOB = "tickets.bulk"
MOST = 1000
"""Tickets of one action."""
MOST_OF: dict[str, int] = {BulkKind.REPLY: 50, BulkKind.MERGE: 50}
"""Fewer, where each has to be looked at before it is done."""
AT_ONCE = 200
"""As many are done while the agent waits."""
IN_ONE_STEP = 25
"""Tickets that one step of a job acts on. It holds their locks for that time."""
_HELD_IN = frozenset({BulkKind.ASSIGN, BulkKind.SEVERITY, BulkKind.TEAM})
"""Whose news can stay in the house. A message waits by itself, and a ticket that is put off is no news."""
NEWS_WAIT = timedelta(minutes=1)
"""How long the news of what can be undone stays in the house, so that a mistake is told to nobody."""
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def choose(
    kind: BulkKind,
    chosen: Mapping[int, int],
    *,
    by: Person,
    at: datetime,
    back: str = "",
    is_cut: bool = False,
) -> BulkRun:
    """Note which tickets are meant (ids, and the version that was looked at). Nothing is done to them yet.

    What this person does not see is left out. Raises Forbidden, Unusable.
    """
    may_act_on_many(by).or_refuse()
    seen = Ticket.objects.visible_to(by).filter(pk__in=chosen).values_list("pk", flat=True)
    pks, most = sorted(seen[: MOST + 1]), MOST_OF.get(kind, MOST)
    if not pks:
        raise Unusable(_("Choose at least one row first."))
    if kind == BulkKind.MERGE and len(pks) == 1:
        raise Unusable(_("Choose two rows at least: one of them goes on."))
    if len(pks) > most:
        raise Unusable(_("Choose at most %(most)d rows at a time for this.") % {"most": most})
    BulkRun.objects.filter(by=by, made_at__lt=at - KEPT_FOR).delete()
    run = BulkRun.objects.create(kind=kind, by=by, back=back, is_cut=is_cut, made_at=at)
    BulkRow.objects.bulk_create(BulkRow(run=run, record_id=pk, version=chosen[pk]) for pk in pks)
    return run


@transaction.atomic
def run_bulk(run: BulkRun, terms: dict[str, Any], *, by: Person, at: datetime) -> BulkRun:
    """Do it, once: one that has begun is left to go on. ``terms`` are the words of its form.

    Raises Forbidden, Unusable for terms that fit no ticket.
    """
    may_act_on_many(by).or_refuse()
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if run.started_at or run.kind == BulkKind.EXPORT:
        return run
    run.terms = terms
    Means(run, terms).check()
    if run.kind == BulkKind.MERGE:
        _set_apart(run, terms["into"])
    return _begin(run, by=by, at=at)


def _set_apart(run: BulkRun, survivor: int) -> None:
    """The ticket that the others go on in is none of them. All are locked now, in the order of their keys."""
    lock_all(list(run.rows.values_list("record", flat=True)))
    apart, _rows = run.rows.filter(record=survivor).delete()
    if not apart:
        raise Unusable(_("Choose which of them goes on."))


def may_undo(run: BulkRun, *, at: datetime) -> Verdict:
    """May whoever did this take it back now?"""
    if run.kind not in REVERSIBLE or run.undoes_id:
        return no(_("This cannot be undone."), IllegalMove)
    if run.undo_until is None:
        return no(_("This has not ended yet."), IllegalMove)
    if at > run.undo_until:
        return no(_("The time for undoing this is over. Change the tickets again instead."), IllegalMove)
    if BulkRun.objects.filter(undoes=run).exists():
        return no(_("This was undone already."), IllegalMove)
    if not run.rows.filter(state=BulkState.DONE).exists():
        return no(_("Nothing was changed, so there is nothing to undo."), IllegalMove)
    if run.kind == BulkKind.REPLY and not still_held(run).exists():
        return no(_("They have left already and can be read."), IllegalMove)
    return YES


def still_held(run: BulkRun) -> QuerySet[HeldMessage]:
    """Its messages that have not left yet."""
    held = run.rows.filter(state=BulkState.DONE).values_list("was__held", flat=True)
    mine = HeldMessage.objects.visible_to(run.by).filter(state=HeldMessage.State.WAITING)
    return mine.filter(pk__in=[pk for pk in held if pk])


@transaction.atomic
def undo_bulk(run: BulkRun, *, by: Person, at: datetime) -> BulkRun:
    """Give back what each ticket had, where nobody touched it since. Answers the action that does it.

    Raises Forbidden, IllegalMove.
    """
    may_act_on_many(by).or_refuse()
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    may_undo(run, at=at).or_refuse()
    back = BulkRun.objects.create(kind=run.kind, by=by, back=run.back, made_at=at, undoes=run)
    done = run.rows.filter(state=BulkState.DONE).order_by("record")
    BulkRow.objects.bulk_create(
        BulkRow(run=back, record_id=row.record_id, version=cast("int", row.version_after), was=row.was)
        for row in done
    )
    return _begin(back, by=by, at=at)


def work_on(job: Job) -> bool:
    """A step of "tickets.bulk". Answers whether it was the last."""
    run = BulkRun.objects.select_related("by", "undoes").get(job=job)
    at, rows = cast("datetime", job.stepped_at), list(run.rows.waiting()[:IN_ONE_STEP])
    with translation.override(run.by.language):
        if run.by.is_active:
            tried = _act_on(run, rows, by=run.by, at=at)
        else:
            tried = _refuse(rows, _("Whoever began this has no account any more."), at=at)
    job.done += tried
    if tried == IN_ONE_STEP:
        return False
    _finish(run, at=at)
    return True


def _begin(run: BulkRun, *, by: Person, at: datetime) -> BulkRun:
    """Do it now, or let a job do it."""
    run.started_at = at
    number = run.rows.count()
    if number > AT_ONCE:
        run.job = start_job(JOB, by=by, at=at, payload={"run": run.pk})
        Job.objects.filter(pk=run.job.pk).update(total=number)
        run.save(update_fields=["terms", "started_at", "job"])
        return run
    run.save(update_fields=["terms", "started_at"])
    _act_on(run, list(run.rows.waiting()), by=by, at=at)
    return _finish(run, at=at)


def _finish(run: BulkRun, *, at: datetime) -> BulkRun:
    run.finished_at = at
    run.save(update_fields=["finished_at"])
    return run


def _act_on(run: BulkRun, rows: list[BulkRow], *, by: Person, at: datetime) -> int:
    """Act on some rows, each in a savepoint of its own. Answers how many."""
    means = Means(run, run.terms, rows)
    tickets = tickets_with([row.record_id for row in rows], by)
    for row in rows:
        ticket = tickets.get(row.record_id)
        row.ended_at = at
        if ticket is None:
            row.state, row.words = BulkState.REFUSED, _("You do not see it any more.")
            continue
        terms = row.was if run.undoes_id else run.terms
        task = Task(terms, means, by, at, version=row.version, undoes=bool(run.undoes_id))
        try:
            with transaction.atomic():
                row.was = act(run.kind, ticket, task)
        except Stale:
            row.state = BulkState.CHANGED
        except Refused as refusal:
            row.state, row.words = BulkState.REFUSED, str(refusal)
        else:
            row.state, row.version_after = BulkState.DONE, ticket.version
    names = changed_by([row.record_id for row in rows if row.state == BulkState.CHANGED], reader=by)
    for row in rows:
        row.words = names.get(row.record_id, row.words)
    BulkRow.objects.bulk_update(rows, ["state", "words", "was", "version_after", "ended_at"])
    _hold_news(run, [row for row in rows if row.state == BulkState.DONE], by=by, at=at)
    return len(rows)


def _refuse(rows: Collection[BulkRow], words: str, *, at: datetime) -> int:
    """End them all without doing anything. Answers how many."""
    pks = [row.pk for row in rows]
    return BulkRow.objects.filter(pk__in=pks).update(state=BulkState.REFUSED, words=words, ended_at=at)


def _hold_news(run: BulkRun, done: list[BulkRow], *, by: Person, at: datetime) -> None:
    """Let the news of what can be undone wait for a minute; of what is undone by then nobody is told.

    A severity that calls for somebody at once is told at once.
    """
    if run.kind not in _HELD_IN or not done:
        return
    news = _events(done, by=by, at={at})
    if run.undoes is None:
        if run.terms.get("severity") not in SEVERE:
            hold(news, until=at + NEWS_WAIT)
        return
    first = run.undoes.rows.filter(record__in=[row.record_id for row in done])
    before = _events(done, by=run.undoes.by, at={row.ended_at for row in first if row.ended_at})
    untold = call_back(before, at=at)
    silent = {before[pk] for pk in untold}
    call_back({pk: record for pk, record in news.items() if record in silent}, at=at)


def _events(rows: Collection[BulkRow], *, by: Person, at: Collection[datetime]) -> dict[int, int]:
    """The events (and their records) that an action of this person wrote then."""
    found = Event.objects.filter(record__in=[row.record_id for row in rows], actor=by, at__in=at)
    return dict(found.values_list("pk", "record"))
