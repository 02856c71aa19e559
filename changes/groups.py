"""What one hears of changes, by groups of preferences."""

from django.utils.translation import gettext_lazy as _

from changes.rules import (
    FOLLOWERS,
    IMPLEMENTER,
    INSIDERS,
    MANAGERS,
    REQUESTER,
    SUBSCRIBERS,
    VOTERS,
)
from servicedesk.notifications.groups import DECISIONS, DESK, Group, declare

MINE, FOLLOWED, SUBSCRIBED, MANAGED = "change.mine", "change.followed", "change.subscribed", "change.managed"

_CHANGES = _("Changes")
declare(
    Group(MINE, _CHANGES, _("A change of mine moves"), _("You asked for it, or implement it.")),
    Group(FOLLOWED, _CHANGES, _("Changes I follow")),
    Group(
        SUBSCRIBED,
        _CHANGES,
        _("Published changes I subscribed to"),
        _("“At once” means as often as each subscription says."),
    ),
    Group(
        MANAGED,
        _CHANGES,
        _("Changes to manage"),
        _("What change managers hear of."),
        sides=frozenset({DESK}),
    ),
)

GROUP_OF = {
    VOTERS: DECISIONS,
    REQUESTER: MINE,
    IMPLEMENTER: MINE,
    FOLLOWERS: FOLLOWED,
    INSIDERS: FOLLOWED,
    MANAGERS: MANAGED,
    SUBSCRIBERS: SUBSCRIBED,
}
"""By the party (changes.rules) as which somebody hears."""
