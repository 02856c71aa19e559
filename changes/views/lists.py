"""The list of changes, and what one wants to hear of."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.actions.talking import subscribe, subscriptions_of
from changes.forms import SubscriptionForm
from changes.lists import ChangeFilter, changes_of, views_for
from changes.rows import change_row
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.keyset import paginate

SIZE = 50


@require_safe
@signed_in
def changes(request: SignedInRequest) -> HttpResponse:
    """Changes in one of their views, the latest movement first."""
    for_desk = request.user.standing().sees_all
    views = views_for(request.user)
    chosen = views.get(request.GET.get("view", "")) or views["all"]
    found = ChangeFilter(request.GET)
    page = paginate(
        changes_of(request.user, chosen, found),
        by=("-updated_at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    own = request.user.standing().organizations
    context = {
        "views": views,
        "view": chosen,
        "filter": found,
        "rows": [
            change_row(rfc, shows_organization=for_desk or rfc.organization_id in own) for rfc in page.rows
        ],
        "page": page,
        "shows_organization": for_desk or len(own) > 1,
        "for_desk": for_desk,
    }
    return render(request, "changes/_list.html" if request.htmx else "changes/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def subscriptions(request: SignedInRequest) -> HttpResponseBase:
    """Which published changes one wants to hear of without following each."""
    mine = subscriptions_of(request.user)
    initial = {
        "scopes": [environment or SubscriptionForm.EVERYTHING for environment in mine],
        "often": "daily" if any(mine.values()) else "now",
    }
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        daily = form.cleaned_data["often"] == "daily"
        subscribe(form.wanted(), digest=daily, by=request.user, at=timezone.now())
        return SeeOther(f"{reverse('changes:list')}?view=following")
    status = 422 if form.errors else 200
    return render(request, "changes/subscriptions.html", {"form": form}, status=status)
