"""What the rail, the bottom bar and the keys lead to, and for whom. An entry shows once its page exists."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place to go. ``audience`` is the kind of person it is for; ``area`` the paths it stands for.

    ``keys`` lead there at once (UX 4.3); ``args`` and ``query`` complete its address.
    """

    url_name: str
    label: str | Promise
    icon: str
    audience: str
    primary: bool = False
    area: str = ""
    keys: str = ""
    args: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """A NavItem resolved for one request."""

    url: str
    label: str | Promise
    icon: str
    primary: bool
    current: bool
    keys: str


NAVIGATION = [
    NavItem("home", _("Home"), "home", "ldc", keys="g h"),
    NavItem("tickets:help", _("Get help"), "lifebuoy", "ldc", primary=True, area="/help/", keys="c"),
    NavItem("tickets:list", _("Our tickets"), "ticket", "ldc", keys="g t"),
    NavItem("tickets:problems", _("Known problems"), "book", "ldc", keys="g p"),
    NavItem("changes:list", _("Changes"), "git-pull-request", "ldc", area="/changes/", keys="g r"),
    NavItem("tickets:queue_default", _("Queues"), "layout-list", "sme", area="/desk/", keys="g q"),
    NavItem("tickets:list", _("All tickets"), "ticket", "sme", keys="g t"),
    NavItem("tickets:problems", _("Problems"), "tool", "sme", keys="g p"),
    NavItem(
        "changes:list", _("Changes"), "git-pull-request", "sme", area="/changes/ /desk/changes/", keys="g r"
    ),
    NavItem("tickets:approvals", _("Approvals"), "circle-check", "decider"),
    NavItem("tickets:service_levels", _("Reports"), "progress", "sme", area="/reports/"),
    NavItem("accounts:people", _("People"), "users", "org_admin"),
    NavItem("tickets:service_levels", _("Service levels"), "progress", "org_admin", area="/reports/"),
    NavItem("admin:index", _("Administration"), "settings", "administrator"),
]
"""The rail and the bar. Keys that wait for their page: ``g b`` continuity."""

PLACES = [
    NavItem("tickets:desk", _("Home"), "home", "sme", keys="g h"),
    NavItem("tickets:help", _("New ticket"), "plus", "sme", keys="c"),
    NavItem("tickets:queue", _("My open tickets"), "user", "sme", keys="g m", args=("mine",)),
    NavItem("tickets:list", _("My tickets"), "user", "ldc", keys="g m", query="view=mine"),
]
"""Where keys and the palette lead besides: pages that are reached from another page's own links."""


def resolved(url_name: str, *args: str) -> str:
    """The address of a page, or nothing while that page does not exist."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def links(audiences: frozenset[str], path: str) -> list[NavLink]:
    """The entries for these audiences; the one that the path lies under is current."""
    found = [(item, resolved(item.url_name)) for item in NAVIGATION if item.audience in audiences]
    found = [(item, url) for item, url in found if url]
    here = max(found, key=lambda entry: _claim(entry[0], entry[1], path), default=None)
    return [
        _link(item, url, current=(item, url) == here and _claim(item, url, path) > 0) for item, url in found
    ]


def places(audiences: frozenset[str]) -> list[NavLink]:
    """The places that only keys and the palette know, for these audiences."""
    found = [(item, resolved(item.url_name, *item.args)) for item in PLACES if item.audience in audiences]
    return [_link(item, f"{url}?{item.query}" if item.query else url) for item, url in found if url]


def _link(item: NavItem, url: str, *, current: bool = False) -> NavLink:
    return NavLink(url, item.label, item.icon, item.primary, current, item.keys)


def _claim(item: NavItem, url: str, path: str) -> int:
    """How closely an entry stands for a path: the length of what they share, 0 when it does not."""
    if path == url:
        return len(path) + 1
    areas = (item.area or url).split()
    return max((len(area) for area in areas if area != "/" and path.startswith(area)), default=0)
