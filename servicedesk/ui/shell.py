"""What every page's frame shows: who you are, where you can go, how to reach the desk."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from accounts.models import UNREAD_COUNTED, Person
from accounts.standing import Standing
from servicedesk.ui.navigation import NavLink, links, places, resolved

BAR_LENGTH = 4  # entries of the bottom bar on phones, before "More"


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of one page. It asks the database nothing: all comes with the person."""

    person: object | None
    organization: str
    is_sme: bool
    is_administrator: bool
    nav: list[NavLink]
    bar: list[NavLink]
    more: list[NavLink]
    places: list[NavLink]
    unread: int
    unread_label: str
    home: str
    search: str
    notifications: str
    drafts: str
    profile: str
    preferences: str
    security: str
    sessions: str
    set_language: str
    other_language: str
    path: str
    phone: str
    phone_href: str
    email: str
    theme: str
    other_theme: str
    density: str
    single_keys: bool
    language: str
    demo: bool
    demo_banner: str
    demo_sign_ins: list[tuple[str, str]]
    demo_password: str


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor. Lazy, so a fragment that shows no frame pays nothing."""
    return {"shell": SimpleLazyObject(lambda: shell_for(request))}


def shell_for(request: HttpRequest) -> Shell:
    """Build the frame for whoever asks, signed in or not."""
    user = getattr(request, "user", None) or AnonymousUser()
    person = user if user.is_authenticated else None
    standing = person.standing() if person is not None and hasattr(person, "standing") else None
    stands_in = bool(getattr(person, "stands_in", False))
    audiences = _audiences(standing, stands_in=stands_in) if standing else frozenset()
    nav = links(audiences, request.path)
    language = get_language() or settings.LANGUAGE_CODE
    unread = int(getattr(person, "unread_notices", 0) or 0)
    return Shell(
        person=person,
        organization=str(standing.label) if standing else "",
        is_sme=bool(standing and standing.sees_all),
        is_administrator=bool(standing and standing.is_administrator),
        nav=nav,
        bar=nav[:BAR_LENGTH],
        more=nav[BAR_LENGTH:],
        places=places(audiences),
        unread=unread,
        unread_label=_unread_label(unread),
        home=resolved("home") or "/",
        search=resolved("search"),
        notifications=resolved("notices"),
        drafts=resolved("drafts"),
        profile=resolved("accounts:profile"),
        preferences=resolved("preferences"),
        security=resolved("mfa_index"),
        sessions=resolved("usersessions_list"),
        set_language=resolved("set_language"),
        other_language="en" if language.startswith("fr") else "fr",
        path=request.get_full_path(),
        phone=settings.DESK_PHONE,
        phone_href=phone_link(),
        email=settings.DESK_EMAIL,
        theme=getattr(person, "theme", "") or "system",
        other_theme="light" if getattr(person, "theme", "") == "dark" else "dark",
        density=getattr(person, "density", "") or "comfortable",
        single_keys=isinstance(person, Person) and person.uses_single_keys(),
        language=language,
        demo=settings.DEMO,
        demo_banner=_demo_banner(),
        demo_sign_ins=list(getattr(settings, "DEMO_SIGN_INS", [])) if settings.DEMO else [],
        demo_password=getattr(settings, "DEMO_PASSWORD", "") if settings.DEMO else "",
    )


def phone_link() -> str:
    """The desk's number as a ``tel:`` address."""
    return "tel:+" + "".join(digit for digit in settings.DESK_PHONE if digit.isdigit())


def _audiences(standing: Standing, *, stands_in: bool) -> frozenset[str]:
    belongs = {
        "sme": standing.sees_all,
        "ldc": not standing.sees_all,
        "org_admin": bool(standing.administers),
        "decider": stands_in or standing.decides,
        "administrator": standing.is_administrator,
    }
    return frozenset(audience for audience, holds in belongs.items() if holds)


def _unread_label(unread: int) -> str:
    if unread == 0:
        return gettext("Notifications, none unread")
    if unread >= UNREAD_COUNTED:
        return gettext("Notifications, %(unread)d or more unread") % {"unread": UNREAD_COUNTED}
    return gettext("Notifications, %(unread)d unread") % {"unread": unread}


def _demo_banner() -> str:
    if not settings.DEMO:
        return ""
    return gettext("Demonstration: every organization and person here is made up. Do not enter real data.")
