"""The first page after sign-in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.ui import panels


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    """What waits for the organization and how to get help; the desk's own people go to their queues."""
    if request.user.standing().sees_all:
        return redirect("tickets:desk")
    return render(request, "ui/home.html", {"panels": panels.render("home.ldc", request)})
