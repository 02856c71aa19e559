"""The history of people's access in words, for administration."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from servicedesk.records.admin_words import call

call(
    {
        "accounts.closed": _("What else ends with an account"),
        "accounts.invitation": _("Invitation"),
        "accounts.mail": _("Mail about an account"),
        "approvals.delegated": _("Approvals handed to a delegate"),
        "approvals.delegation_ended": _("Delegation ended"),
        "invitation.withdrawn": _("Invitation withdrawn"),
        "membership.changed": _("Role or its dates changed"),
        "membership.ended": _("Role ended"),
        "membership.ends": _("Role gets an end"),
        "membership.given": _("Role given"),
        "person.added": _("Added"),
        "person.deactivated": _("Account closed"),
        "person.email_changed": _("E-mail address changed"),
        "person.invited": _("Invited"),
        "person.joined": _("Joined"),
        "person.password_link_sent": _("Link for a new password sent"),
        "person.reactivated": _("Account opened again"),
        "person.signed_out": _("Signed out everywhere"),
        "role.changed": _("Role changed"),
    }
)

FACTS: Mapping[str, str | Promise] = {
    "email": _("e-mail"),
    "role": _("role"),
    "was": _("before"),
    "now": _("now"),
    "from": _("from"),
    "to": _("until"),
    "starts_on": _("from"),
    "ends_on": _("until"),
    "last_day": _("last day"),
    "request": _("by the approved request"),
}
"""What is kept of an event, in the order in which it is read."""
_ROLES = dict(Role.choices)


def facts_words(facts: Mapping[str, Any]) -> str:
    """``role: Service Desk user; until: Sun 28 Feb 2027``."""
    in_order = {name: facts[name] for name in (*FACTS, *facts) if facts.get(name)}
    return "; ".join(f"{FACTS.get(name, name)}: {_value(str(value))}" for name, value in in_order.items())


def _value(text: str) -> str:
    """Roles by their labels, days as everywhere; an address as it is."""
    try:
        return dateformat.format(date.fromisoformat(text), "D j M Y")
    except ValueError:
        return ", ".join(str(_ROLES.get(part, part)) for part in text.split(", "))
