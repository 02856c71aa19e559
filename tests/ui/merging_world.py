"""What was merged and split in the access table's world, all of it Lakeshore's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import Person
from tickets.actions import reply
from tickets.actions.merging import merge
from tickets.actions.splitting import messages_of, split
from tickets.models import Incident


def things(
    incident: Callable[..., Incident], rita: Person, ann: Person, at: datetime
) -> dict[str, dict[str, Any]]:
    """A ticket that holds another one, and one that was split; ``into`` and ``messages`` are what forms say."""
    twin, double = (incident(at=at, title=f"{name} lakecanary") for name in ("BQ twin", "BQ double"))
    reply(double, "lakecanary again", by=rita, at=at)
    merge(double, twin, by=ann, at=at, version=double.version)
    reply(twin, "And the GUI, lakecanary.", by=rita, at=at)
    said = messages_of(twin)
    off = split(twin, said, "GUI lakecanary", "production", "minor", "wait", by=ann, at=at)
    reply(twin, "And reports, lakecanary.", by=rita, at=at)
    return {
        "twin": {
            "reference": twin.reference,
            "public_id": twin.reference,
            "messages": messages_of(twin)[-1].pk,
        },
        "double": {
            "reference": double.reference,
            "public_id": double.reference,
            "version": Incident.objects.get(pk=double.pk).version,
        },
        "split_off": {"reference": off.reference},
    }
