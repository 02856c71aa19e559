"""Which tickets may be merged or split by whom, and until when that can be undone.

Merging never shows anybody what they could not see, and never moves a promise to a later moment.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Permission
from servicedesk.records.models import Visibility
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.records.verdict import YES, Verdict, no
from servicedesk.ui.moments import absolute
from tickets import policy
from tickets.models import UNDO_FOR, Merge, ServiceRequest, Split, Ticket
from tickets.transitions import RequestStatus


def may_merge(person: Person, merged: Ticket, survivor: Ticket) -> Verdict:
    """May this person merge the one into the other? The same question for the preview and for the deed."""
    for verdict in (may_be_merged(person, merged), _fit(merged, survivor), _same_readers(merged, survivor)):
        if not verdict:
            return verdict
    return no_later(merged, survivor)


def may_be_merged(person: Person, ticket: Ticket) -> Verdict:
    """Agents merge tickets that somebody still works on, and on which no decision is waited for."""
    if not (allowed := policy.may_work(person, ticket)):
        return allowed
    if ticket.done_at:
        return no(_("The work on this ticket has ended. Link it to the other one instead."), IllegalMove)
    if ticket.status == RequestStatus.WAITING_APPROVAL:
        return no(_("It waits for approval. It can be merged once that is decided."), IllegalMove)
    if isinstance(ticket, ServiceRequest) and ticket.tasks.exclude(done_at=None).exists():
        return no(_("Some of its tasks are done already. Finish it, and link the two."), IllegalMove)
    return YES


def _fit(merged: Ticket, survivor: Ticket) -> Verdict:
    """Two open tickets of one organization that are about the same kind of thing."""
    words = {"reference": survivor.reference}
    if merged.pk == survivor.pk:
        return no(_("Enter the reference of another ticket, not of this one."), Unusable)
    if merged.organization_id != survivor.organization_id:
        return no(_("%(reference)s belongs to another organization.") % words, Unusable)
    if (merged.kind, merged.item) != (survivor.kind, survivor.item):
        return no(
            _("%(reference)s is about another kind of thing. Convert one of them first, or link the two.")
            % words,
            Unusable,
        )
    if survivor.done_at:
        return no(
            _("The work on %(reference)s has ended. Reopen it first, or link the two.") % words, Unusable
        )
    return YES


def _same_readers(merged: Ticket, survivor: Ticket) -> Verdict:
    """What was written for a few people stays with them: both are read by the same people."""
    if merged.visibility != survivor.visibility:
        return no(
            _("One of the two is restricted and the other is not, so they stay apart. Link them instead."),
            Unusable,
        )
    if merged.visibility == Visibility.RESTRICTED and named_on(merged) != named_on(survivor):
        return no(
            _("Both are restricted, but not to the same people. Name the same people on both first."),
            Unusable,
        )
    return YES


def named_on(ticket: Ticket) -> frozenset[int]:
    """The LDC's people who are named on a ticket, by id."""
    named = {ticket.reporter_id, *ticket.followers.values_list("person", flat=True)}
    staff = Person.objects.holding(Permission.SEE_ALL).filter(pk__in=named).values_list("pk", flat=True)
    return frozenset(named - set(staff))


def no_later(merged: Ticket, survivor: Ticket) -> Verdict:
    """The survivor's promises hold, so they must not be later than the merged one's.

    A clock that stands promises no moment: a running one is not merged into it. Where the survivor has
    had its first answer, the merged one's people read it at once. The mail about the merge is news for them,
    so that the next update is the survivor's.
    """
    if survivor.finish_due_at is None and merged.finish_due_at is not None:
        return no(
            _("The clock of %(survivor)s stands, while that of %(merged)s runs. Merge the other way round.")
            % {"survivor": survivor.reference, "merged": merged.reference},
            IllegalMove,
        )
    pairs = [(merged.finish_due_at, survivor.finish_due_at)]
    if merged.responded_at is None and survivor.responded_at is None:
        pairs.append((merged.respond_due_at, survivor.respond_due_at))
    for promised, instead in pairs:
        if promised and instead and instead > promised:
            return no(
                _(
                    "%(merged)s was promised by %(when)s, which is earlier than %(survivor)s."
                    " Merge the other way round, so that the earlier promise holds."
                )
                % {
                    "merged": merged.reference,
                    "when": absolute(promised),
                    "survivor": survivor.reference,
                },
                IllegalMove,
            )
    return YES


def may_undo_merge(person: Person, merge: Merge, *, at: datetime) -> Verdict:
    """Agents may, for thirty days, unless the merged ticket was changed, or the survivor merged, since."""
    if not (allowed := _in_time(person, merge.merged, merge.at, at)):
        return allowed
    if merge.merged.version != merge.version:
        return no(
            _("%(reference)s was changed after the merge, so it can no longer be undone.")
            % {"reference": merge.merged.reference},
            IllegalMove,
        )
    if merge.survivor.merged_into_id:
        return no(
            _("%(reference)s was itself merged since. Undo that first.")
            % {"reference": merge.survivor.reference},
            IllegalMove,
        )
    return YES


def may_split(person: Person, ticket: Ticket) -> Verdict:
    """Agents make another incident of some messages of a ticket, when that has ended too."""
    if not (allowed := policy.may_work(person, ticket)):
        return allowed
    if ticket.merged_into_id:
        return no(policy.MERGED, IllegalMove)
    return YES


def may_undo_split(person: Person, split: Split, *, at: datetime) -> Verdict:
    """Agents may, for thirty days, while nobody has done or written anything on what was made."""
    if not (allowed := _in_time(person, split.made, split.at, at)):
        return allowed
    if split.made.version > 1 or split.made.comments.exists():
        return no(
            _("Somebody has worked on %(reference)s already. Merge it instead, or cancel it.")
            % {"reference": split.made.reference},
            IllegalMove,
        )
    return YES


def _in_time(person: Person, ticket: Ticket, done_at: datetime, at: datetime) -> Verdict:
    if not (allowed := policy.may_work(person, ticket)):
        return allowed
    if at > done_at + UNDO_FOR:
        return no(
            _("This can be undone for %(days)d days, which are over.") % {"days": UNDO_FOR.days}, IllegalMove
        )
    return YES
