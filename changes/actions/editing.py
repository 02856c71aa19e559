"""Changing what an RFC says. What was approved is not silently another thing afterwards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.filing import Document, write_documents
from changes.actions.moving import append_event, lock, take_move, write_columns
from changes.conditions import PLANS
from changes.digest import digest_of
from changes.models import RequestForChange
from changes.transitions import DECIDED, ChangeClass, ChangeStatus
from servicedesk.notifications.outbox import publish
from servicedesk.records.refusals import Unusable
from servicedesk.records.search import index_face

EDITABLE = (
    "title",
    "category",
    "description",
    "reason",
    "affected",
    "environments",
    "interfaces",
    "desired_on",
    "downtime",
    *PLANS,
)
"""Columns that an edit may change. The documents come beside them."""


@transaction.atomic
def edit_change(
    rfc: RequestForChange,
    wanted: Mapping[str, Any],
    documents: list[Document],
    *,
    by: Person,
    at: datetime,
    version: int,
) -> RequestForChange:
    """Change what an RFC says. ``wanted`` names some of EDITABLE; nothing happens where nothing changes.

    A material edit (changes.digest) of one that was decided on voids the approval; of one that awaits its
    decision, it takes it back from the board. Raises IllegalMove, Forbidden, Stale, or Unusable for plans
    that are a template's.
    """
    policy.may_edit(by, rfc).or_refuse()
    lock(rfc.pk)
    rfc.refresh_from_db()
    was_documents = documents_of(rfc)
    changed = _changes(rfc, wanted, was_documents, documents)
    if not changed and version == rfc.version:
        return rfc
    if rfc.change_class == ChangeClass.STANDARD and any(one["field"] in PLANS for one in changed):
        raise Unusable(_("The plans of a standard change are those of its template."))
    before = digest_of(rfc)
    columns = {one["field"]: wanted[one["field"]] for one in changed if one["field"] != "documents"}
    on_record = {"title": columns.pop("title")} if "title" in columns else {}
    rfc.amend(version=version, at=at, **on_record)
    if columns:
        write_columns(rfc, columns)
    if sorted(documents) != was_documents:
        write_documents(rfc, documents)
    index_face(rfc, rfc.search_text())
    material = digest_of(rfc) != before
    publish(append_event(rfc, "edited", by=by, at=at, changed=changed, material=material))
    if material:
        _reconsider(rfc, [one["field"] for one in changed], by=by, at=at)
    return rfc


def documents_of(rfc: RequestForChange) -> list[Document]:
    """The documents that an RFC changes, by title."""
    return sorted(Document(*row) for row in rfc.documents.values_list("title", "old_version", "new_version"))


def _reconsider(rfc: RequestForChange, fields: list[str], *, by: Person, at: datetime) -> None:
    """What was approved, or is being voted on, is not this any more: it goes back to its assessment.

    Here votes and approvals are voided too (changes.actions.deciding).
    """
    name = {ChangeStatus.DECISION.value: "take_back"} | dict.fromkeys(DECIDED, "void")
    if rfc.status not in name:
        return
    move = rfc.lifecycle.step(name[rfc.status], rfc.status)
    take_move(rfc, move, by=by, at=at, version=rfc.version, fields=fields)


def _changes(
    rfc: RequestForChange, wanted: Mapping[str, Any], was_documents: list[Document], documents: list[Document]
) -> list[dict[str, Any]]:
    """What differs, each with what it was and is, as the history keeps it."""
    found = [
        {"field": name, "was": _kept(getattr(rfc, name)), "now": _kept(wanted[name])}
        for name in EDITABLE
        if name in wanted and _compared(getattr(rfc, name)) != _compared(wanted[name])
    ]
    if sorted(documents) != was_documents:
        found.append(
            {
                "field": "documents",
                "was": [list(one) for one in was_documents],
                "now": [list(one) for one in documents],
            }
        )
    return found


def _compared(value: Any) -> Any:
    """Lists are sets here: the order of environments says nothing."""
    return sorted(value) if isinstance(value, list) else value


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
