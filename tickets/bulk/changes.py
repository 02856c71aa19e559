"""Who changed a ticket last, so that it says why it was passed over."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Event
from tickets.transitions import LIFECYCLES

WITHOUT_A_VERSION = frozenset(
    f"{kind}.{what}"
    for kind in LIFECYCLES
    for what in (
        "replied", "noted", "linked", "unlinked", "escalated", "closing_soon", "excused", "moved_to_versions",
        "absorbed", "gave_back", "split", "split_undone", "not_sent", "task_done", "task_reopened",
        "approval_asked", "approval_reminded", "approval_overdue",
    )
)  # fmt: skip
"""Events that leave a ticket's version as it is."""


def changed_by(pks: Collection[int], *, reader: Person) -> dict[int, str]:
    """The name of whoever changed each of these records last. One query, or none."""
    if not pks:
        return {}
    events = Event.objects.filter(record__in=pks).exclude(name__in=WITHOUT_A_VERSION)
    last = events.select_related("actor").order_by("record", "-pk").distinct("record")
    unknown = {pk: _("somebody else") for pk in pks}
    return unknown | {event.record_id: _name(event, reader) for event in last}


def _name(event: Event, reader: Person) -> str:
    if event.actor is None:
        return _("the service desk")
    return _("yourself") if event.actor_id == reader.pk else str(event.actor)
