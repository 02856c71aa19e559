"""What one hears of: choosing it, and stopping it from a mail without signing in."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.notifications.groups import How
from servicedesk.notifications.preferences import save_wishes, wishes
from servicedesk.notifications.unsubscribing import stops, take, way_out
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Stale, TooMany, Unusable
from servicedesk.ui.preference_forms import PreferencesForm

A_MINUTE = 60  # seconds
OF_A_LINK = 10
"""How often one link may be used in a minute: a mail program and its owner need two or three."""
OF_AN_ADDRESS = 30
"""How many links that do not exist one address may try in a minute."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def edit(request: SignedInRequest) -> HttpResponseBase:
    """My preferences. Where they changed meanwhile, both choices stand side by side."""
    mine, status, saved = wishes(request.user), 200, None
    form = PreferencesForm(request.POST if request.method == "POST" else None, wishes=mine)
    if request.method == "POST" and form.is_valid():
        try:
            save_wishes(
                form.ways(),
                form.hours(),
                by=request.user,
                at=timezone.now(),
                version=_version(request),
            )
        except Stale as stale:
            form.add_error(None, str(stale))
            status, saved = 409, mine
        else:
            messages.success(request, _("Your preferences are saved."))
            return SeeOther(reverse("preferences"))
    context = {
        "form": form,
        "lines": form.lines(saved=saved),
        "locked": [group for group in mine.groups if group.locked],
        "ways": list(How),
        "version": mine.version,
        "zone": request.user.time_zone,
    }
    return render(
        request, "ui/preferences.html", context, status=422 if form.errors and status == 200 else status
    )


@csrf_exempt  # the mail program that posts here has no session and no token but the link itself
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mail of a kind, by the link in one (RFC 8058). GET asks and changes nothing; POST does it, once or twice."""
    way = way_out(token)
    if way is None:
        _keep_pace(f"unsubscribe:from:{get_adapter(request).get_client_ip(request)}", OF_AN_ADDRESS)
        raise Http404("No such link.")
    _keep_pace(f"unsubscribe:{way.pk}", OF_A_LINK)
    if request.method == "POST":
        take(way, at=timezone.now())
    context = {"groups": stops(way), "done": request.method == "POST"}
    return render(request, "ui/unsubscribe.html", context)


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Unusable(_("This page is out of date. Reload it and send the form again.")) from None


def _keep_pace(name: str, most: int) -> None:
    """Count a use. Raises TooMany for one that is too many within a minute; without a cache nothing is counted."""
    cache.add(name, 0, timeout=A_MINUTE)
    try:
        number = cache.incr(name)
    except ValueError:
        return
    if number > most:
        raise TooMany(_("That was too often. Wait a minute, then try again."), retry_after=A_MINUTE)
