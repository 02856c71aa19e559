"""A form that arrives after its session has ended is held until its author is back.

So is one whose author has to confirm that it is them (accounts/confirming.py). What was typed waits in
the session, at most 64 KB of it, and is put into the form again after that. Nothing is done with it
until then, and nobody else gets to see it: a signed cookie remembers who last used this browser, and
only they get their words back.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_KEY = "held_form"
_COOKIE = "desk_person"
_COOKIE_LASTS = 30 * 24 * 3600
_MOST = 64 * 1024
_NOT_HELD = {"csrfmiddlewaretoken", "password", "request_id"}


def remember_person(request: HttpRequest, response: HttpResponseBase) -> None:
    """Note in the browser who is using it."""
    person = str(request.user.pk)
    if request.user.is_authenticated and _last_person(request) != person:
        response.set_signed_cookie(
            _COOKIE, person, max_age=_COOKIE_LASTS, httponly=True, samesite="Lax", secure=settings.PRODUCTION
        )


def hold(request: HttpRequest, *, page: str) -> bool:
    """Keep what was posted, for the page that shows its form. Answers whether it was kept."""
    fields = {name: values for name, values in request.POST.lists() if name not in _NOT_HELD}
    author = str(request.user.pk) if request.user.is_authenticated else _last_person(request)
    if not author or len(urlencode(fields, doseq=True)) > _MOST:
        return False
    request.session[_KEY] = {"page": page, "author": author, "fields": fields}
    return True


def take(request: HttpRequest, *, page: str) -> dict[str, list[str]] | None:
    """What was held for a page, once. None when there is nothing, or it is somebody else's."""
    held = request.session.get(_KEY)
    if not held or held["page"] != page:
        return None
    del request.session[_KEY]
    fields: dict[str, list[str]] = held["fields"]
    return fields if held["author"] == str(request.user.pk) else None


def _last_person(request: HttpRequest) -> str:
    return request.get_signed_cookie(_COOKIE, default="") or ""
