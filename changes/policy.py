"""Who may do what with an RFC, and who hears of it."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person
from accounts.roles import Permission
from changes.models import RequestForChange
from changes.transitions import DECIDED, LIFECYCLES, UNDECIDED, ChangeStatus
from servicedesk.records.models import Visibility
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import YES, Verdict, no

SPECIAL = frozenset({"board", "two", "system"})
"""Parties that no single person is: what they decided is carried out by the desk (changes.actions.deciding)."""

RATED = UNDECIDED - {ChangeStatus.DECISION}
"""Statuses before it is put to those who decide: what they decide on may still change."""


def parties_of(person: Person | None, rfc: RequestForChange) -> frozenset[str]:
    """The parties that somebody is on this RFC. ``None`` is the desk itself."""
    if person is None:
        return frozenset({"system"})
    standing = person.standing()
    belongs = {
        "manager": standing.holds(Permission.MANAGE_CHANGES),
        "requester": speaks_for(person, rfc),
        "implementer": rfc.implementer_id == person.pk,
    }
    return frozenset(party for party, holds in belongs.items() if holds)


def speaks_for(person: Person, rfc: RequestForChange) -> bool:
    """Is it theirs to speak for: the reporter, or whoever reports for the organization unless it is restricted?"""
    if rfc.reporter_id == person.pk:
        return True
    restricted = rfc.visibility == Visibility.RESTRICTED
    return not restricted and person.standing().holds(Permission.REPORT, rfc.organization_id)


def may_move(person: Person | None, rfc: RequestForChange, move: Move) -> Verdict:
    """May they make this move, which the table has from here?

    What the board or the two people decide is written down by the desk, never by one person alone.
    """
    parties = parties_of(person, rfc)
    if parties & move.parties:
        if person is not None and move.name == "start" and rfc.reporter_id == person.pk:
            return no(_("You asked for this change, so somebody else has to implement it."))
        return YES
    if "implementer" in move.parties:
        return no(_("Only the person named as implementer may do this."))
    if "manager" in move.parties:
        return no(_("Only a change manager may do this."))
    if "board" in move.parties:
        return no(_("The change advisory board decides on this."))
    if "two" in move.parties:
        return no(_("Two people have to agree to an emergency change."))
    return no(_("This happens by itself."))


def may_submit(person: Person, organization_id: int) -> Verdict:
    """Whoever reports for an organization may ask for a change; change managers may for the SME."""
    standing = person.standing()
    allowed = standing.holds(Permission.REPORT, organization_id) or (
        standing.holds(Permission.MANAGE_CHANGES, organization_id)
    )
    return YES if allowed else no(_("You do not report for this organization."))


def may_edit(person: Person, rfc: RequestForChange) -> Verdict:
    """Until it is being implemented, its requester and change managers may change what it says."""
    if rfc.status not in UNDECIDED | DECIDED:
        return no(_("What is being implemented, or is over, stays as it was decided."), IllegalMove)
    if parties_of(person, rfc) & {"manager", "requester"}:
        return YES
    return no(_("You can read this RFC but not change it."))


def may_manage(person: Person) -> Verdict:
    """Change managers run the process: rate, publish, consult, schedule."""
    if person.standing().holds(Permission.MANAGE_CHANGES):
        return YES
    return no(_("Only a change manager may do this."))


def may_rate(person: Person, rfc: RequestForChange) -> Verdict:
    """Change managers rate it until it is put to those who decide: the risk is part of what they decide on."""
    if rfc.status not in RATED:
        return no(_("Its risk is part of what is decided on. Take it back first."), IllegalMove)
    return may_manage(person)


def may_plan(person: Person, rfc: RequestForChange) -> Verdict:
    """Change managers name who implements it and its release, until it begins."""
    if rfc.status not in UNDECIDED | DECIDED:
        return no(_("What is being implemented, or is over, stays as it was planned."), IllegalMove)
    return may_manage(person)


def may_reclass(person: Person, rfc: RequestForChange, change_class: str) -> Verdict:
    """Another class, where its own table goes on from here and nobody is deciding on it."""
    goes_on = any(move.name != "withdraw" for move in LIFECYCLES[change_class].leaving(rfc.status))
    if rfc.status not in RATED or not goes_on:
        return no(_("The class cannot be changed now. Take it back to its assessment first."), IllegalMove)
    return may_manage(person)


def may_publish(person: Person, rfc: RequestForChange) -> Verdict:
    """Change managers let every LDC read it."""
    if not (allowed := may_manage(person)):
        return allowed
    if rfc.visibility == Visibility.EVERYONE:
        return no(_("Every LDC reads it already."), IllegalMove)
    return YES


def may_unpublish(person: Person, rfc: RequestForChange) -> Verdict:
    """As long as nothing is decided, it can be taken from the other LDCs again."""
    if not (allowed := may_manage(person)):
        return allowed
    if rfc.visibility != Visibility.EVERYONE or rfc.published_at is None:
        return no(_("It is not published."), IllegalMove)
    if rfc.status == ChangeStatus.CONSULTATION or rfc.status not in RATED:
        return no(
            _("LDCs are being asked, or it is decided on: what they could read stays readable."), IllegalMove
        )
    return YES


def may_note(person: Person) -> Verdict:
    """Internal notes are the desk's."""
    return YES if person.standing().sees_all else no(_("Internal notes are for the Service Desk."))


def may_write(person: Person, rfc: RequestForChange) -> Verdict:
    """The organization that asks and the desk talk on it; others answer the consultation."""
    if person.standing().sees_all or speaks_for(person, rfc):
        return YES
    return no(_("The conversation is between the organization that asks and the Service Desk."))


def may_answer(person: Person, rfc: RequestForChange, organization: Organization) -> Verdict:
    """Whoever reports for an LDC answers the consultation for it; the one that asks has said what it wants."""
    if organization.kind != Organization.Kind.LDC or not organization.is_active:
        return no(_("LDCs answer a consultation."))
    if not person.standing().holds(Permission.REPORT, organization.pk):
        return no(_("You do not report for this organization."))
    if organization.pk == rfc.organization_id:
        return no(_("Your organization asks for this change, so the others are consulted."))
    return YES


def who_manages() -> QuerySet[Person]:
    """Change managers."""
    return Person.objects.holding(Permission.MANAGE_CHANGES).order_by("name")


def who_may_implement() -> QuerySet[Person]:
    """Everybody who can be named as implementer."""
    return Person.objects.holding(Permission.WORK_TICKETS).order_by("name")
