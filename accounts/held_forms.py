"""A form that arrives after its session has ended is held until its author is back.

So is one whose author has to confirm that it is them (accounts/confirming.py). What was typed waits in
the session, as much as a form may send, and is put into the form again after that. Nothing is done with
it until then, and nobody else gets to see it: a signed cookie remembers who last used this browser, and
only they get their words back. What was too long to wait is not passed over in silence: the page says so.
"""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

_KEY = "held_form"
_COOKIE = "desk_person"
_COOKIE_LASTS = 30 * 24 * 3600
_MOST = 1024 * 1024
"""Bytes of UTF-8, as the whole of a form may have (DATA_UPLOAD_MAX_MEMORY_SIZE)."""
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
    if not author:
        return False
    fits = _bytes_of(fields) <= _MOST
    request.session[_KEY] = {"page": page, "author": author, "fields": fields if fits else None}
    return fits


def take(request: HttpRequest, *, page: str) -> dict[str, list[str]] | None:
    """What was held for a page, once. None when there is nothing, or it is somebody else's.

    Where it was too long to hold, the page that is being made says so.
    """
    held = request.session.get(_KEY)
    if not held or held["page"] != page:
        return None
    del request.session[_KEY]
    if held["author"] != str(request.user.pk):
        return None
    fields: dict[str, list[str]] | None = held["fields"]
    if fields is None:
        messages.warning(
            request,
            _(
                "What you sent before you signed in was too long to keep, and was not saved."
                " Go back in your browser to copy it, shorten it, and send it again."
            ),
        )
    return fields


def _bytes_of(fields: dict[str, list[str]]) -> int:
    """What they take up as text: an é takes two, however it travelled."""
    return sum(
        len(part.encode(errors="replace")) for name, values in fields.items() for part in (name, *values)
    )


def _last_person(request: HttpRequest) -> str:
    return request.get_signed_cookie(_COOKIE, default="") or ""
