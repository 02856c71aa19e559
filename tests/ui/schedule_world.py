"""What stands on the change calendar of the access table's world: own, published, restricted, a stranger's."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Organization, Person
from accounts.roles import Role
from changes.feeds import hash_of
from changes.models import CalendarFeed, RequestForChange, ScheduleConflict, ScheduleOverride
from servicedesk.records.history import record_event
from servicedesk.records.models import Kind
from tests.conftest import person

FEED_WORDS = "Your feed has worked since"
"""Nobody of the cast has a feed, so nobody may read this."""
FAR_TOKEN = "far-token"


def things(people: dict[str, Person], at: datetime) -> dict[str, dict[str, Any]]:
    """Changes that are on now, one that waits for its window, and the feed of somebody who sees published ones only."""
    rita, stan, ann, chang = (people[name] for name in ("rita", "stan", "ann", "chang"))
    window = {"starts_at": at - timedelta(hours=1), "ends_at": at + timedelta(hours=1)}
    mine = change(rita, at, title="Night lakecanary", **window)
    record_event(mine, "rfc.schedule", by=chang, at=at, side="desk")  # so that its page shows the window
    theirs = change(stan, at, title="Night pinecanary", **window)
    change(rita, at, title="Night quillfeather", visibility="restricted", **window)
    change(rita, at, title="Open night", visibility="everyone", back_out_plan="lakecanary", **window)
    ScheduleConflict.objects.create(rfc=mine, other=theirs, token="rfc", found_at=at, **window)
    ScheduleOverride.objects.create(
        rfc=mine, calendar="Exercises", token="x", by=chang, reason="innercanary", at=at, **window
    )
    waits = {"status": "approved", "environments": [], "interfaces": ["gui"], "implementer": ann}
    far = Organization.objects.create(kind="ldc", name="Far Hydro", slug="far-hydro")
    CalendarFeed.objects.create(
        person=person("Faye", (far, Role.LDC_STAFF)), token_hash=hash_of(FAR_TOKEN), created_at=at
    )
    return {
        "far_feed": {"public_id": FAR_TOKEN},
        "on_now": {"reference": mine.reference},
        "to_schedule": {"reference": change(rita, at, title="Window lakecanary", **waits).reference},
        "to_schedule_restricted": {
            "reference": change(
                rita, at, title="Window quillfeather", visibility="restricted", **waits
            ).reference
        },
        "to_schedule_strange": {"reference": change(stan, at, title="Window pinecanary", **waits).reference},
    }


def form(at: datetime) -> dict[str, Any]:
    """What the form of a window sends."""
    start = (at + timedelta(days=3)).replace(minute=0)
    return {"version": 1, "starts_at": start.strftime("%Y-%m-%dT%H:%M"), "minutes": "60"}


def change(by: Person, at: datetime, **columns: Any) -> RequestForChange:
    """An RFC as it stands in the tables, scheduled unless it says otherwise."""
    stated = {
        "organization_id": min(by.standing().organizations), "status": "scheduled", "category": "software",
        "description": "So.", "reason": "So.", "environments": ["production"], "interfaces": ["billing"],
    } | columns  # fmt: skip
    return RequestForChange.objects.create(
        kind=Kind.RFC,
        reference=RequestForChange.next_reference(Kind.RFC),
        reporter=by,
        created_at=at,
        updated_at=at,
        **stated,
    )
