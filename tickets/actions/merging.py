"""Merging one ticket into another, and undoing that.

Messages, files and history stay where they are, below the merged ticket and its readers; the survivor's page
shows them (tickets.merging.page). What the merge adds to the survivor is remembered, so that undoing it
takes away just that (docs/decisions/0010-merging.md).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.following import follow
from servicedesk.records.models import Follower, Link, Record, Relation
from servicedesk.records.refusals import IllegalMove
from servicedesk.schedule.planning import keep
from tickets.actions.clocks import append_event, restate, write_columns
from tickets.actions.linking import join
from tickets.actions.moving import take_move
from tickets.actions.saying import contact_ids
from tickets.merging.rules import may_merge, may_undo_merge
from tickets.models import Merge, ServiceClock, Ticket
from tickets.sla.bulk import lock_all
from tickets.sla.standing import STEP, Standing, agenda


@transaction.atomic
def merge(merged: Ticket, survivor: Ticket, *, by: Person, at: datetime, version: int) -> Merge:
    """Close a ticket as a duplicate of another one, which goes on in its place.

    Its followers, contacts and reporter follow the survivor, its links are made there too; its clocks are
    withdrawn and the survivor's hold. ``version`` is the merged one's. Raises Forbidden, IllegalMove, Stale,
    Unusable.
    """
    lock_all([merged.pk, survivor.pk])
    merged, survivor = _fresh(merged), _fresh(survivor)
    may_merge(by, merged, survivor).or_refuse()
    was = merged.status
    take_move(
        merged, merged.lifecycle.step("merge", was), by=by, at=at, version=version, into=survivor.reference
    )
    absorbed = list(Ticket.objects.filter(merged_into=merged.pk).order_by("pk").values_list("pk", flat=True))
    Ticket.objects.filter(pk__in=absorbed).update(merged_into=survivor.pk)
    write_columns(merged, {"merged_into_id": survivor.pk})
    done: Merge = Merge.objects.create(
        merged_id=merged.pk,
        survivor_id=survivor.pk,
        by=by,
        at=at,
        was=was,
        version=merged.version,
        followers=_take_followers(merged, survivor, at=at),
        links=_take_links(merged, survivor, by=by, at=at),
        absorbed=absorbed,
    )
    publish(append_event(survivor, "absorbed", by=by, at=at, reference=merged.reference))
    survivor.touch(at=at)
    return done


@transaction.atomic
def undo_merge(merged: Ticket, *, by: Person, at: datetime, version: int) -> Ticket:
    """Make the merged ticket what it was. What was added to the survivor since stays there.

    Its clocks go on as if they had never been withdrawn: the organization waited all the same. Raises
    Forbidden, IllegalMove, Stale.
    """
    done = (
        Merge.objects.select_related("survivor")
        .filter(merged=merged.pk, undone_at=None)
        .order_by("pk")
        .first()
    )
    if done is None:
        raise IllegalMove(_("It is not merged into another ticket any more."))
    lock_all([merged.pk, done.survivor_id])
    done.merged, survivor = (merged := _fresh(merged)), done.survivor
    may_undo_merge(by, done, at=at).or_refuse()
    step = merged.lifecycle.step(f"unmerge_{done.was}", merged.status)
    event = append_event(
        merged,
        "unmerged",
        by=by,
        at=at,
        was=merged.status,
        now=step.target,
        reference=survivor.reference,
    )
    stands = restate(merged, at=at)
    merged.advance(step, merged.lifecycle, version=version, at=at, due_at=stands.due_at)
    write_columns(merged, {"merged_into_id": None} | stands.columns)
    _unwithdraw(merged, stands)
    keep(merged.pk, {STEP}, agenda(merged.pk, stands.running, at=at), at=at)
    Ticket.objects.filter(pk__in=done.absorbed, merged_into=survivor.pk).update(merged_into=merged.pk)
    Follower.objects.filter(record=survivor.pk, person__in=done.followers, since=done.at).delete()
    Link.objects.filter(pk__in=done.links).delete()
    Merge.objects.filter(pk=done.pk).update(undone_at=at, undone_by=by)
    publish(event)
    publish(append_event(survivor, "gave_back", by=by, at=at, reference=merged.reference))
    survivor.touch(at=at)
    return merged


def newly_following(merged: Ticket, survivor: Ticket) -> set[int]:
    """Who would follow the survivor from then on: those who followed, reported, or are contacts."""
    people = {merged.reporter_id, *contact_ids(merged), *merged.followers.values_list("person", flat=True)}
    may_see = Person.objects.active().with_standing().filter(pk__in=people)
    return {
        person.pk for person in may_see if type(survivor).objects.visible_to(person).filter(pk=survivor.pk)
    } - set(survivor.followers.values_list("person", flat=True))


def _take_followers(merged: Ticket, survivor: Ticket, *, at: datetime) -> list[int]:
    found = sorted(newly_following(merged, survivor))
    follow(survivor, found, at=at)
    return found


def _take_links(merged: Record, survivor: Record, *, by: Person, at: datetime) -> list[int]:
    """Make the merged one's links on the survivor too, and say which of the two is the duplicate."""
    made = [join(merged, survivor, Relation.DUPLICATE, by=by, at=at)]
    for one in Link.objects.of(merged.pk).select_related("source", "target").order_by("pk"):
        other = one.target if one.source_id == merged.pk else one.source
        if other.pk == survivor.pk:
            continue
        source, target = (survivor, other) if one.source_id == merged.pk else (other, survivor)
        made.append(join(source, target, Relation(one.relation), by=by, at=at))
    return [link.pk for link in made if link]


def _unwithdraw(ticket: Ticket, stands: Standing) -> None:
    """Take back the rows of clocks that run again."""
    for clock in stands.running:
        ServiceClock.objects.filter(
            record=ticket.pk, target=clock.target.value, cycle=clock.cycle, leg=clock.leg
        ).delete()


def _fresh(ticket: Ticket) -> Ticket:
    return type(ticket).objects.get(pk=ticket.pk)
