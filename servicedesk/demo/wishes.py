"""Who of the demo hears of what otherwise than by default."""

from datetime import datetime, time

from servicedesk.demo.cast import Cast
from servicedesk.notifications.groups import How
from servicedesk.notifications.preferences import Hours, save_wishes

WORKING_DAYS = (0, 1, 2, 3, 4)

WISHES: list[tuple[str, dict[str, str], Hours]] = [
    ("Dana Whitfield", {"ticket.organization": How.DAILY, "change.subscribed": How.DAILY}, Hours()),
    (
        "Marcus Oyelaran",
        {"ticket.organization": How.BELL, "problem.followed": How.DAILY},
        Hours(time(7, 30), time(18, 0), time(7, 0), WORKING_DAYS),
    ),
    ("Priya Venkataraman", {"problem.followed": How.NONE, "change.followed": How.NONE}, Hours()),
    (
        "Warren Kakegamic-Ross",
        {"ticket.organization": How.DAILY, "ticket.followed": How.DAILY},
        Hours(time(8, 15)),
    ),
    ("Alison Brightwater", {"ticket.queue": How.BELL}, Hours(time(7, 30), time(19, 0), time(7, 0))),
    ("Deepak Narasimhan", {"ticket.followed": How.BELL, "sla.steps": How.DAILY}, Hours(time(16, 30))),
]
"""Name, the ways that differ, and when mail leaves."""


def wish(cast: Cast, at: datetime) -> None:
    """Save them, as each would on the page of preferences."""
    for name, ways, hours in WISHES:
        save_wishes(ways, hours, by=cast.people[name], at=at, version=0)
