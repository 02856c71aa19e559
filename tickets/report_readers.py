"""Who reads reports, and about whom."""

from django.utils.translation import gettext as _

from accounts.models import Organization, OrganizationQuerySet, Person
from servicedesk.records.verdict import YES, Verdict, no
from tickets.models import ServiceClock
from tickets.models.service_clock import ServiceClockQuerySet


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


def clocks_reported_to(person: Person) -> tuple[OrganizationQuerySet, ServiceClockQuerySet, bool]:
    """Organizations to choose from, the clocks to count, and whether their ticket list holds no others.

    Somebody from an LDC may administer one organization and only work for another. The figures of the
    other are its administrator's business.
    """
    elsewhere = not_reported_to(person)
    organizations = organizations_reported_to(person)
    clocks = ServiceClock.objects.visible_to(person).exclude(record__organization__in=elsewhere)
    return organizations, clocks, not elsewhere
