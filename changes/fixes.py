"""Which problems RFCs are to mend, for whoever may see both."""

from collections.abc import Collection

from django.db.models import QuerySet

from accounts.models import Person
from servicedesk.records.models import Kind, Link, Relation


def links_to_mended(rfc_ids: Collection[int], person: Person) -> "QuerySet[Link]":
    """The links from problems to these RFCs. The problem is the source."""
    links = Link.objects.visible_to(person).filter(
        relation=Relation.FIXED_BY, target__in=rfc_ids, source__kind=Kind.PROBLEM
    )
    found: QuerySet[Link] = links.select_related("source").order_by("pk")
    return found
