"""What one can hear of, by topic: the groups that a person's preferences are about.

Each app declares its own in one place (its groups.py) and names one with everybody whom its fan-out
tells. Whoever has no row of preference hears in the group's way by default.
"""

from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LDC, DESK = "ldc", "desk"


class How(models.TextChoices):
    """In which way somebody hears, the loudest first. What comes by e-mail stands under the bell too."""

    NOW = "now", _("E-mail at once")
    DAILY = "daily", _("Daily e-mail")
    BELL = "bell", _("Portal only")
    NONE = "none", _("Not at all")


BY_MAIL = frozenset({How.NOW, How.DAILY})
_LOUDEST_FIRST = [How(value) for value in How.values]


def quieter(one: str, other: str) -> How:
    """The quieter of two ways."""
    return max(How(one), How(other), key=_LOUDEST_FIRST.index)


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the preferences. ``locked`` says why it cannot be turned off, where that is so.

    What is locked goes by e-mail at once, through quiet hours too. ``sides`` are those whom it can concern.
    """

    name: str
    topic: str | Promise
    label: str | Promise
    hint: str | Promise = ""
    locked: str | Promise = ""
    default: How = How.NOW
    sides: frozenset[str] = field(default=frozenset({LDC, DESK}))


_groups: dict[str, Group] = {}


def declare(*groups: Group) -> None:
    """Make groups known. An app calls it once, in its groups.py."""
    _groups.update({group.name: group for group in groups})


def group_of(name: str) -> Group:
    """The group of that name. Raises KeyError when no app declared it."""
    return _groups[name]


def groups_for(*, desk: bool) -> list[Group]:
    """All that can concern somebody: the locked ones last, else in the order of the apps."""
    side = DESK if desk else LDC
    mine = [group for group in _groups.values() if side in group.sides]
    return sorted(mine, key=lambda group: bool(group.locked))


def optional(names: set[str]) -> list[Group]:
    """Those of the named groups that a person can turn off, in the order of the apps."""
    return [group for name, group in _groups.items() if name in names and not group.locked]


DECISIONS = "decisions"
declare(
    Group(
        DECISIONS,
        _("Always sent"),
        _("Decisions asked of me"),
        _("Approvals of requests, and votes on changes."),
        locked=_("Others wait for your answer, and it has a date."),
    )
)
