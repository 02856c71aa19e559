"""Who reads reports, and about whom."""

from django.utils.translation import gettext as _

from accounts.models import Organization, OrganizationQuerySet, Person
from servicedesk.records.verdict import YES, Verdict, no


def may_read_figures(person: Person) -> Verdict:
    """SME staff, and organization administrators for their own organizations."""
    standing = person.standing()
    if standing.sees_all or standing.administers:
        return YES
    return no(_("Reports are for the Service Desk and for your organization’s administrator."))


def not_reported_to(person: Person) -> frozenset[int]:
    """Organizations whose tickets somebody sees, but whose figures are their administrator's business."""
    standing = person.standing()
    return frozenset() if standing.sees_all else frozenset(standing.organizations - standing.administers)


def organizations_reported_to(person: Person) -> OrganizationQuerySet:
    """The LDCs whose figures somebody reads, by name."""
    seen = Organization.objects.visible_to(person).exclude(pk__in=not_reported_to(person))
    return seen.filter(kind=Organization.Kind.LDC).order_by("name")
