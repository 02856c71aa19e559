"""Close the loop: tickets whose change is in place and that still wait for word."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.loop import open_loops
from servicedesk.records.verdict import Verdict, no

SHOWN = 100
NOT_FOR_LDCS: Verdict = no(_("This list is for the Service Desk. Your tickets are under “Our tickets”."))


@require_safe
@signed_in
def loop(request: SignedInRequest) -> HttpResponse:
    """Whom somebody should tell that it works now."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    return render(request, "changes/release/loop.html", {"rows": open_loops(request.user, most=SHOWN)})
