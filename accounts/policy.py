"""Who may do what to people and organizations, and what to tell them when they may not."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Person
from accounts.roles import LDC_ROLES, Permission, Role
from servicedesk.records.verdict import YES, Verdict, no


def may(person: Person, permission: Permission, organization_id: int | None = None) -> bool:
    """The one question: does some active membership grant it (within this organization)?"""
    return person.standing().holds(permission, organization_id)


def may_manage_people(person: Person, organization_id: int, under: str = "") -> Verdict:
    """Organization administrators manage their own people; administrators everybody.

    ``under`` is the reference of an approved request, which stands in for that right. Whoever passes
    it has made sure of the approval.
    """
    if under or may(person, Permission.MANAGE_PEOPLE, organization_id) or may(person, Permission.ADMINISTER):
        return YES
    return no(_("Only your organization's administrator can do this."))


def may_give_role(person: Person, organization_id: int, role: Role, under: str = "") -> Verdict:
    """An organization administrator gives LDC roles of their own organization, and so does a request."""
    if role not in LDC_ROLES and (under or not may(person, Permission.ADMINISTER)):
        return no(_("Only an administrator of the desk can give this role."))
    return may_manage_people(person, organization_id, under)


def may_end_membership(person: Person, membership: Membership, under: str = "") -> Verdict:
    """Nobody ends their own access, and an organization keeps at least one administrator."""
    allowed = may_manage_people(person, membership.organization_id, under)
    if not allowed:
        return allowed
    if membership.person_id == person.pk:
        return no(_("You cannot end your own access. Ask another administrator."))
    if membership.role == Role.LDC_ADMIN and not _another_administrator(membership):
        return no(_("An organization needs an administrator. Name another one first."))
    return YES


def _another_administrator(membership: Membership) -> bool:
    """Is there one who stays? Whose role has a last day does not."""
    return (
        Membership.objects.active()
        .filter(organization=membership.organization_id, role=Role.LDC_ADMIN, ends_on=None)
        .filter(person__is_active=True)
        .exclude(person=membership.person_id)
        .exists()
    )
