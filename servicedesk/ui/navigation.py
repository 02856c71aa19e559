"""What the rail and the bottom bar offer, and to whom. An entry shows once its page exists."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place to go. ``audience`` is the kind of person it is for; ``area`` the paths it stands for."""

    url_name: str
    label: str | Promise
    icon: str
    audience: str
    primary: bool = False
    area: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """A NavItem resolved for one request."""

    url: str
    label: str | Promise
    icon: str
    primary: bool
    current: bool


NAVIGATION = [
    NavItem("home", _("Home"), "home", "ldc"),
    NavItem("tickets:help", _("Get help"), "lifebuoy", "ldc", primary=True, area="/help/"),
    NavItem("tickets:list", _("Our tickets"), "ticket", "ldc"),
    NavItem("tickets:problems", _("Known problems"), "book", "ldc"),
    NavItem("changes:list", _("Changes"), "git-pull-request", "ldc", area="/changes/"),
    NavItem("tickets:queue_default", _("Queues"), "layout-list", "sme", area="/desk/"),
    NavItem("tickets:list", _("All tickets"), "ticket", "sme"),
    NavItem("tickets:problems", _("Problems"), "tool", "sme"),
    NavItem("changes:list", _("Changes"), "git-pull-request", "sme", area="/changes/ /desk/changes/"),
    NavItem("tickets:approvals", _("Approvals"), "circle-check", "decider"),
    NavItem("tickets:service_levels", _("Reports"), "progress", "sme", area="/reports/"),
    NavItem("accounts:people", _("People"), "users", "org_admin"),
    NavItem("tickets:service_levels", _("Service levels"), "progress", "org_admin", area="/reports/"),
    NavItem("admin:index", _("Administration"), "settings", "administrator"),
]


def resolved(url_name: str) -> str:
    """The address of a page, or nothing while that page does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def links(audiences: frozenset[str], path: str) -> list[NavLink]:
    """The entries for these audiences; the one that the path lies under is current."""
    found = [(item, resolved(item.url_name)) for item in NAVIGATION if item.audience in audiences]
    found = [(item, url) for item, url in found if url]
    here = max(found, key=lambda entry: _claim(entry[0], entry[1], path), default=None)
    return [
        NavLink(url, item.label, item.icon, item.primary, (item, url) == here and _claim(item, url, path) > 0)
        for item, url in found
    ]


def _claim(item: NavItem, url: str, path: str) -> int:
    """How closely an entry stands for a path: the length of what they share, 0 when it does not."""
    if path == url:
        return len(path) + 1
    areas = (item.area or url).split()
    return max((len(area) for area in areas if area != "/" and path.startswith(area)), default=0)
