"""A form sent twice is done once.

Every mutating form carries ``request_id``, a UUID drawn with the page. The key is inserted in
the same transaction as what the form does, so a parallel twin waits for the first to commit and
is then led to the first one's result. The same key with another body is refused.
"""

import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.records.models import Submission
from servicedesk.records.refusals import KeyReused, Unusable

View = Callable[..., HttpResponseBase]


class SeeOther(HttpResponseRedirect):
    """POST → 303 → GET: the answer to every form that did something."""

    status_code = 303


def once(view: View) -> View:
    """Run a POST view at most once per key; answer a repeat with where the first one led.

    A view that did something answers with a redirect, or shows at once what the redirect would lead to and
    names that address (Content-Location, RFC 9110 8.7). Any other answer has done nothing (it shows its form
    again), so the key stays free for the corrected form.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        key, digest = _key(request), _digest(request)
        with transaction.atomic():
            mine, first = _claim(request, key, digest)
            if not first:
                return _again(mine, digest)
            response = view(request, *args, **kwargs)
            if location := _led_to(response):
                mine.location = location
                mine.save(update_fields=["location"])
            else:
                mine.delete()
        return response

    return guarded


def _led_to(response: HttpResponseBase) -> str:
    if not isinstance(response, HttpResponse):
        return ""
    named = "Location" if response.status_code in {302, 303} else "Content-Location"
    return str(response.get(named, ""))


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("request_id", ""))
    except ValueError:
        raise Unusable(_("This page is out of date. Reload it and send the form again.")) from None


def _digest(request: HttpRequest) -> str:
    """A fingerprint of what was sent: address, fields and files, without the CSRF token."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = [
        (name, upload.name, upload.size)
        for name, uploads in sorted(request.FILES.lists())
        for upload in uploads
    ]
    return hashlib.sha256(repr((request.path, fields, files)).encode()).hexdigest()


def _claim(request: HttpRequest, key: uuid.UUID, digest: str) -> tuple[Submission, bool]:
    """Insert the key, waiting for a twin that is under way. Answers (row, whether it is ours)."""
    row = Submission.objects.raw(_CLAIM, [request.user.pk, key, digest, timezone.now()])[0]
    return row, row.digest == digest and not row.location


_CLAIM = """
INSERT INTO records_submission (person_id, key, digest, location, created_at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (person_id, key) DO UPDATE SET key = excluded.key
RETURNING id, person_id, key, digest, location, created_at
"""
"""Changes nothing where the key is there already, but waits for it and answers with its row."""


def _again(earlier: Submission, digest: str) -> HttpResponseBase:
    if earlier.digest != digest:
        raise KeyReused(
            _("This form was already sent with other content. Reload the page, then send your change again.")
        )
    return SeeOther(earlier.location)
