"""Making another incident of some messages of a ticket, and taking it back.

History is append-only, so the messages stay where they were said and are marked there; the new incident
begins with their words and copies of their files.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Attachment, Event, Relation
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.ui.moments import absolute
from tickets.actions.clocks import append_event, lock
from tickets.actions.filing import draft_of_copies, file_ticket
from tickets.actions.linking import join
from tickets.actions.moving import take_move
from tickets.merging.rules import may_split, may_undo_split
from tickets.merging.split_off import gone_from
from tickets.models import Incident, Split, Ticket
from tickets.sentences import actor_of
from tickets.sla.promises import incident_terms, severity_for
from tickets.transitions import Status


def messages_of(ticket: Ticket) -> list[Event]:
    """What was said on a ticket so that both sides read it, oldest first."""
    said = Event.objects.filter(record=ticket.pk, comment__isnull=False, internal=False)
    return list(said.select_related("actor", "comment").order_by("at", "pk"))


@transaction.atomic
def split(
    ticket: Ticket,
    chosen: Sequence[Event],
    title: str,
    environment: str,
    impact: str,
    urgency: str,
    *,
    by: Person,
    at: datetime,
) -> Incident:
    """Make an incident of these messages, which are among ``messages_of(ticket)``.

    Its reporter is whoever of the organization wrote the first of them. Its clocks start when the first of them
    was written: the desk was told then. It is seen and followed by those who see and follow the ticket.
    Raises Forbidden, Unusable, and IllegalMove for one that somebody split off meanwhile.
    """
    lock(ticket.pk)
    may_split(by, ticket).or_refuse()
    if not chosen:
        raise Unusable(_("Choose at least one message."))
    gone = gone_from(ticket)
    if already := next((gone[one.pk] for one in chosen if one.pk in gone), None):
        words = _("One of these messages goes on in %(reference)s already. Choose again.")
        raise IllegalMove(words % {"reference": already})
    reporter = next((one.actor for one in chosen if one.facts.get("side") == "ldc"), None) or ticket.reporter
    files = Attachment.objects.filter(record=ticket.pk, comment__in=[one.comment_id for one in chosen])
    made = file_ticket(
        Incident,
        incident_terms(ticket.organization_id),
        status=Status.NEW,
        draft=draft_of_copies(files, form="incident", by=by, at=at),
        by=by,
        at=at,
        clock_from=min(one.at for one in chosen),
        followers=ticket.followers.values_list("person", flat=True),
        title=title,
        description=_words_of(chosen, ticket, reporter),
        environment=environment,
        impact=impact,
        urgency=urgency,
        severity=severity_for(impact, urgency),
        visibility=ticket.visibility,
        reporter=reporter,
        contact=ticket.contact,
        backup_contact=ticket.backup_contact,
        phone=ticket.phone,
    )
    join(made, ticket, Relation.CONTINUES, by=by, at=at)
    Split.objects.create(source_id=ticket.pk, made_id=made.pk, by=by, at=at)
    append_event(ticket, "split", by=by, at=at, reference=made.reference, messages=[one.pk for one in chosen])
    ticket.touch(at=at)
    return made


@transaction.atomic
def undo_split(split_off: Split, *, by: Person, at: datetime) -> Ticket:
    """Cancel what was made, while nobody has worked on it: its messages are answered where they were said.

    Raises Forbidden, IllegalMove.
    """
    lock(split_off.made_id)
    made = split_off.made = Incident.objects.get(pk=split_off.made_id)
    may_undo_split(by, split_off, at=at).or_refuse()
    source = split_off.source
    with translation.override(made.reporter.language):
        words = _("This goes on in %(reference)s again.") % {"reference": source.reference}
    step = made.lifecycle.step("cancel", made.status)
    take_move(made, step, by=by, at=at, version=made.version, message=words)
    Split.objects.filter(pk=split_off.pk).update(undone_at=at, undone_by=by)
    append_event(source, "split_undone", by=by, at=at, reference=made.reference)
    source.touch(at=at)
    return source


def _words_of(chosen: Sequence[Event], ticket: Ticket, reporter: Person) -> str:
    """The messages one after another, each with its author and moment, in the reporter's language and zone."""
    with translation.override(reporter.language), timezone.override(reporter.time_zone):
        parts = [_("From %(reference)s:") % {"reference": ticket.reference}]
        for one in chosen:
            body = one.comment.body if one.comment else ""
            parts.append(f"**{actor_of(one)}**, {absolute(one.at)}\n\n{body}")
    return "\n\n".join(parts)
