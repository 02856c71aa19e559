"""What the page for converting a ticket shows: where it can go, and what would become of it there."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from servicedesk.records.models import Attachment
from tickets.actions.conversion import outlook, visibility_after
from tickets.catalogue.answers import Shown, shown
from tickets.fitting import description_from, fit_incident, fit_request
from tickets.models import CatalogueItem, Choice, Incident, ItemVersion, ServiceRequest, Ticket, text_in


@dataclass(frozen=True, slots=True)
class Target:
    """An item that a ticket can be made a request for."""

    slug: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class ItemPreview:
    """What would become of a ticket as a request for an item. ``due_at`` is None while it would wait."""

    name: str
    kept: list[Shown]
    rest: list[str]
    missing: list[str]
    approvers: list[str]
    tasks: list[str]
    team: str
    restricted: bool
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentPreview:
    """What an incident would begin with."""

    description: str
    files: list[Attachment]


def targets(ticket: Ticket, person: Person) -> list[tuple[str, list[Target]]]:
    """The items that it can become a request for, under their choices. Two queries."""
    items = CatalogueItem.objects.visible_to(person).offered().with_current().order_by("position")
    found: dict[str, list[Target]] = {}
    for item in items:
        version = item.current()
        if version and item.slug != ticket.item:
            target = Target(item.slug, text_in(version, "name"), text_in(version, "summary"))
            found.setdefault(str(Choice(item.choice).label), []).append(target)
    return list(found.items())


def preview_item(ticket: Ticket, version: ItemVersion, *, now: datetime) -> ItemPreview:
    """What would become of it as a request for that item."""
    if isinstance(ticket, ServiceRequest):
        found, due_at = fit_request(ticket, version), outlook(ticket, version, at=now)
    elif isinstance(ticket, Incident):
        found, due_at = fit_incident(ticket, version), None
    else:
        raise TypeError(f"{ticket.reference} is neither an incident nor a request.")
    steps = version.approval_steps.order_by("position")
    return ItemPreview(
        name=text_in(version, "name"),
        kept=shown(version, found.kept),
        rest=found.rest,
        missing=found.missing,
        approvers=[step.get_asks_display() for step in steps],
        tasks=[text_in(task, "title") for task in version.tasks.order_by("position", "pk")],
        team=text_in(version.team, "name") if version.team else "",
        restricted=visibility_after(ticket, version) == "restricted",
        due_at=due_at,
    )


def preview_incident(request: ServiceRequest, person: Person) -> IncidentPreview:
    """What an incident would begin with."""
    files = Attachment.objects.visible_to(person).filter(record=request.pk, comment=None, internal=False)
    return IncidentPreview(description_from(request), list(files.order_by("pk")))
