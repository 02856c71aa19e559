"""The views of the list of changes, and what narrows it down: only these fields, only these values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from changes.models import Interface, Release, RequestForChange
from changes.models.rfc import ChangeQuerySet
from changes.transitions import ChangeClass, ChangeStatus
from tickets.models import Environment

S = ChangeStatus


@dataclass(frozen=True, slots=True)
class View:
    """A named part of the list. ``empty`` is what its empty page says."""

    name: str
    label: str | Promise
    condition: Callable[[Person], Q]
    empty: str | Promise
    for_desk: bool = False


def _by_name(*views: View) -> dict[str, View]:
    return {one.name: one for one in views}


VIEWS = _by_name(
    View(
        "decide",
        _("Awaiting decision"),
        lambda person: Q(status=S.DECISION),
        _("No decisions are waiting for you."),
        for_desk=True,
    ),
    View(
        "proposed",
        _("Proposed"),
        lambda person: Q(status__in={S.SUBMITTED, S.SCREENING}),
        _("No change is proposed."),
    ),
    View(
        "review",
        _("Under review"),
        lambda person: Q(status__in={S.ASSESSMENT, S.CONSULTATION, S.DECISION, S.DEFERRED}),
        _("No change is under review."),
    ),
    View(
        "approved", _("Approved"), lambda person: Q(status=S.APPROVED), _("No change waits to be scheduled.")
    ),
    View(
        "scheduled",
        _("Scheduled"),
        lambda person: Q(status__in={S.SCHEDULED, S.IMPLEMENTING}),
        _("No change is scheduled."),
    ),
    View(
        "implemented",
        _("Implemented"),
        lambda person: Q(status__in={S.IMPLEMENTED, S.BACKED_OUT, S.REVIEWED, S.CLOSED}),
        _("No change was implemented yet."),
    ),
    View(
        "declined",
        _("Declined or withdrawn"),
        lambda person: Q(status__in={S.DECLINED, S.WITHDRAWN}),
        _("No change was declined or withdrawn."),
    ),
    View(
        "ours",
        _("Ours"),
        lambda person: Q(organization__in=person.standing().organizations),
        _("Your organization has not asked for a change yet."),
    ),
    View(
        "following",
        _("Following"),
        lambda person: Q(pk__in=person.following.values("record")),
        _("You do not follow any change. Open one and choose Follow."),
    ),
    View("all", _("All"), lambda person: Q(), _("There are no changes yet.")),
)


def views_for(person: Person) -> dict[str, View]:
    """The views that this person's side has."""
    for_desk = person.standing().sees_all
    return {name: one for name, one in VIEWS.items() if for_desk or not one.for_desk}


class ChangeFilter:
    """What the list is narrowed down to. Read from the query string, so that it can be shared.

    An unknown value is passed over, so an old bookmark still opens.
    """

    def __init__(self, query: Mapping[str, Any]) -> None:
        self.text = " ".join(query.get("q", "").split())[:120]
        self.environment = _known(query, "environment", Environment.values)
        self.interface = _known(query, "interface", Interface.values)
        self.change_class = _known(query, "class", ChangeClass.values)
        asked = query.get("release", "")
        self.releases = list(Release.objects.order_by("-planned_on", "name").values_list("pk", "name")[:50])
        self.release = asked if asked in {str(pk) for pk, _name in self.releases} else ""
        self.environments = Environment.choices
        self.interfaces = Interface.choices
        self.classes = ChangeClass.choices

    def __bool__(self) -> bool:
        return any((self.text, self.environment, self.interface, self.change_class, self.release))

    def apply(self, rows: ChangeQuerySet) -> ChangeQuerySet:
        """Narrow a list of RFCs down."""
        if self.text:
            rows = rows.annotate(title_upper=Upper("title")).filter(
                Q(title_upper__contains=self.text.upper()) | Q(reference=self.text.upper())
            )
        if self.environment:
            rows = rows.filter(environments__contains=[self.environment])
        if self.interface:
            rows = rows.filter(interfaces__contains=[self.interface])
        if self.change_class:
            rows = rows.filter(change_class=self.change_class)
        if self.release:
            rows = rows.filter(release=int(self.release))
        return rows


def _known(query: Mapping[str, Any], name: str, values: list[str]) -> str:
    asked = str(query.get(name, ""))
    return asked if asked in values else ""


def changes_of(person: Person, view: View, found: ChangeFilter) -> ChangeQuerySet:
    """The RFCs of a view that this person sees, narrowed down."""
    rows = RequestForChange.objects.visible_to(person).filter(view.condition(person))
    return found.apply(rows).select_related("organization", "release")
