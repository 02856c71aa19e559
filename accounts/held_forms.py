"""A form that arrives after its session has ended is held until its author is back.

What was typed waits in the (new, empty) session, at most 64 KB of it, and is put into the form
again after sign-in. Nothing is done with it until then.
"""

from urllib.parse import urlencode

from django.http import HttpRequest

_KEY = "held_form"
_MOST = 64 * 1024
_NOT_HELD = {"csrfmiddlewaretoken", "password", "request_id"}


def hold(request: HttpRequest, *, page: str) -> bool:
    """Keep what was posted, for the page that shows its form. Answers whether it fitted."""
    fields = {name: values for name, values in request.POST.lists() if name not in _NOT_HELD}
    if len(urlencode(fields, doseq=True)) > _MOST:
        return False
    request.session[_KEY] = {"page": page, "fields": fields}
    return True


def take(request: HttpRequest) -> dict[str, list[str]] | None:
    """What was held for this page, once. None when there is nothing."""
    held = request.session.get(_KEY)
    if not held or held["page"] != request.path:
        return None
    del request.session[_KEY]
    fields: dict[str, list[str]] = held["fields"]
    return fields
