"""Release notes: what a release changes, and what it fixes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise

from accounts.models import Person
from changes.fixes import links_to_mended
from changes.models import Category, Release, RequestForChange
from changes.transitions import ChangeStatus
from servicedesk.records.models import Record


@dataclass(frozen=True, slots=True)
class ReleaseNotes:
    """What one reader sees of a release: its RFCs by what they change, and the problems that they fix."""

    release: Release
    groups: list[tuple[str | Promise, list[RequestForChange]]]
    fixed: list[Record]
    documents: list[tuple[str, str, str]]


def release_notes(name: str, person: Person) -> ReleaseNotes:
    """A release for a reader. Raises Http404 for one that is neither published nor has an RFC that they see."""
    release = get_object_or_404(Release, name=name)
    seen = RequestForChange.objects.visible_to(person).filter(release=release)
    dropped = (ChangeStatus.DECLINED, ChangeStatus.WITHDRAWN)
    changes = list(seen.exclude(status__in=dropped).prefetch_related("documents").order_by("reference"))
    if not (changes or release.published_at or person.standing().sees_all):
        raise Http404
    by_category: Mapping[str, list[RequestForChange]] = {
        category: [one for one in changes if one.category == category] for category in Category
    }
    return ReleaseNotes(
        release=release,
        groups=[(Category(name).label, ones) for name, ones in by_category.items() if ones],
        fixed=fixed_problems(changes, person),
        documents=[
            (document.title, document.old_version, document.new_version)
            for one in changes
            for document in one.documents.all()
        ],
    )


def fixed_problems(changes: list[RequestForChange], person: Person) -> list[Record]:
    """The problems that these RFCs mend and that the reader may see: published ones, for LDCs."""
    links = links_to_mended([one.pk for one in changes], person)
    return sorted({link.source for link in links}, key=lambda one: one.reference)
