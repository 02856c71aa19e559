"""Views of queues that people keep. They are no records: what changes is said by the version alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.refusals import Stale, Unusable
from tickets.models import SavedView
from tickets.workspace.saved_views import may_edit_view, may_share

MOST = 40


class Look(TypedDict):
    """What a view consists of; see SavedView."""

    name: str
    queue: str
    filters: Mapping[str, str]
    sort: str
    columns: list[str]
    shared: bool


def save_view(look: Look, *, by: Person, at: datetime) -> SavedView:
    """Keep a view. Raises Forbidden for sharing without that right, Unusable when there are too many."""
    if look["shared"]:
        may_share(by).or_refuse()
    if SavedView.objects.kept().filter(owner=by).count() >= MOST:
        raise Unusable(_("You have %(most)d views. Delete one that you no longer need.") % {"most": MOST})
    return SavedView.objects.create(owner=by, created_at=at, updated_at=at, **look)


def edit_view(view: SavedView, look: Look, *, by: Person, at: datetime, version: int) -> None:
    """Another name, other contents; shared or no longer. Raises Forbidden, Stale."""
    if look["shared"] and not view.shared:
        may_share(by).or_refuse()
    _write(view, by=by, at=at, version=version, **look)


def delete_view(view: SavedView, *, by: Person, at: datetime, version: int) -> None:
    """Take it out of everybody's sight. Raises Forbidden, Stale."""
    _write(view, by=by, at=at, version=version, deleted_at=at)


def restore_view(view: SavedView, *, by: Person, at: datetime, version: int) -> None:
    """Undo deleting it. Raises Forbidden, Stale."""
    _write(view, by=by, at=at, version=version, deleted_at=None)


def _write(view: SavedView, *, by: Person, at: datetime, version: int, **changes: Any) -> None:
    may_edit_view(by, view).or_refuse()
    rows = SavedView.objects.filter(pk=view.pk, version=version)
    if not rows.update(version=version + 1, updated_at=at, **changes):
        raise Stale(_("“%(name)s” was changed by somebody else meanwhile.") % {"name": view.name})
