"""The calendar feed: the page that gives it out, and what calendar programs fetch."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.actions.feeding import new_feed, revoke_feed
from changes.feeds import feed_of, person_of
from changes.ics import CONTENT_TYPE
from changes.models import CalendarFeed
from servicedesk.records.idempotency import SeeOther, once

_SHOWN_ONCE = "changes.feed_token"
"""Where the session keeps a new token until the page has shown it."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def feed(request: SignedInRequest) -> HttpResponseBase:
    """One's own feed: a new address, which ends the one before, or none any more."""
    if request.method == "POST":
        if request.POST.get("do") == "revoke":
            revoke_feed(by=request.user, at=timezone.now())
        else:
            request.session[_SHOWN_ONCE] = new_feed(by=request.user, at=timezone.now())
        return SeeOther(reverse("changes:feed"))
    token = request.session.pop(_SHOWN_ONCE, "")
    live = CalendarFeed.objects.visible_to(request.user).live().first()
    address = f"{settings.BASE_URL}{reverse('changes:ics')}?token={token}" if token and live else ""
    return render(request, "changes/schedule/feed.html", {"feed": live, "address": address})


@require_safe
def ics(request: HttpRequest) -> HttpResponseBase:
    """The feed, for whoever holds its token. It asks for no session, and answers 304 when nothing is new."""
    person = person_of(request.GET.get("token", ""))
    if person is None:
        raise Http404
    text = feed_of(person, now=timezone.now()).encode()
    etag = quote_etag(hashlib.sha256(text).hexdigest())
    fresh = HttpResponse(text, content_type=CONTENT_TYPE)
    response = get_conditional_response(request, etag=etag, response=fresh) or fresh
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="changes.ics"'
    return response
