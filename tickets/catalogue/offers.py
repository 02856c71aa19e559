"""What is offered now: for the page of choices, its search, and each item's own form."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from tickets.models import Approver, CatalogueItem, ItemVersion, Needs, text_in
from tickets.sla import rulebook
from tickets.sla.promises import request_terms
from tickets.sla.spans import BusinessTime, fulfilment_time


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as it can be ordered today, in the active language."""

    slug: str
    choice: str
    name: str
    summary: str
    prepare: str
    time: BusinessTime
    named: str
    told: str


def offers(reader: Person) -> list[Offer]:
    """Everything that can be ordered, in the order of the catalogue. Three queries.

    Times are those of the reader's organization, where they act for one alone.
    """
    own = reader.standing().organizations
    organization_id = next(iter(own)) if len(own) == 1 else 0
    versions, today = rulebook.current_versions(), timezone.localdate()
    found = []
    for item in CatalogueItem.objects.visible_to(reader).offered().with_current().order_by("position"):
        if (version := item.current()) is None:
            continue
        terms = request_terms(organization_id, item.slug)
        found.append(
            Offer(
                item.slug,
                item.choice,
                text_in(version, "name"),
                text_in(version, "summary"),
                text_in(version, "prepare"),
                fulfilment_time(versions, terms, on=today),
                named=folded(f"{version.name} {version.name_fr}"),
                told=folded(f"{version.summary} {version.summary_fr} {version.prepare} {version.prepare_fr}"),
            )
        )
    return found


def matching(offered: Iterable[Offer], text: str) -> list[Offer]:
    """Those that have every word of the text, in either language: first those that have it in their name."""
    words = folded(text).split()
    if not words:
        return []
    found = [one for one in offered if all(_stem(word) in f"{one.named} {one.told}" for word in words)]
    return sorted(found, key=lambda one: not all(_stem(word) in one.named for word in words))


def folded(text: str) -> str:
    """As people search: without accents, case and curly apostrophes."""
    apart = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return "".join(mark for mark in apart if not unicodedata.combining(mark)).casefold()


def current_version(slug: str) -> ItemVersion | None:
    """The version of an item that can be ordered now, with its form; None when it is not offered."""
    return ItemVersion.objects.offered().with_form().filter(item__slug=slug).first()


def past_version(slug: str, pk: int | None = None) -> ItemVersion | None:
    """A version of an item that was published once, with its form: that one, or else the latest."""
    published = ItemVersion.objects.published().with_form().filter(item__slug=slug).order_by("-number")
    return (published.filter(pk=pk).first() if pk else None) or published.first()


def approvers(version: ItemVersion, organization: str) -> str:
    """Who has to approve a request, by role and in turn: ``an administrator of …, then by …``; nothing for nobody."""
    steps = version.approval_steps.order_by("position")
    return _(", then by ").join(
        _APPROVERS[Approver(step.asks), Needs(step.needs)](organization) for step in steps
    )


_APPROVERS = {
    (Approver.ORGANIZATION_ADMIN, Needs.ANY): lambda organization: (
        _("an administrator of %(organization)s") % {"organization": organization}
    ),
    (Approver.ORGANIZATION_ADMIN, Needs.ALL): lambda organization: (
        _("every administrator of %(organization)s") % {"organization": organization}
    ),
    (Approver.SME_APPROVER, Needs.ANY): lambda organization: _("an approver of the Smart Metering Entity"),
    (Approver.SME_APPROVER, Needs.ALL): lambda organization: _("every approver of the Smart Metering Entity"),
}


def _stem(word: str) -> str:
    """A word without the ending of its plural, so that "users" finds "user"."""
    return word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word
