"""The notifications centre: what I was told, behind the bell."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.notifications.groups import groups_for
from servicedesk.notifications.models import Notice
from servicedesk.records.keyset import paginate
from servicedesk.records.models import seen
from servicedesk.ui.notice_lines import by_day, entries

SIZE = 50
PLACE = ("view", "group", "after", "before")
"""What of the address says where in the list one is."""


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My notices by day and record, the newest first. Those of records I may no longer see are left out."""
    mine = Notice.objects.visible_to(request.user)
    groups = groups_for(desk=request.user.standing().sees_all)
    group = next((one for one in groups if one.name == request.GET.get("group")), None)
    if group:
        mine = mine.filter(group=group.name)
    unread = request.GET.get("view") == "unread"
    if unread:
        mine = mine.unread()
    page = paginate(
        mine.latest_of_a_day().filter(seen(request.user, "event__record")),
        by=("-at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    rows = entries(page.rows, mine)
    place = {name: request.GET[name] for name in PLACE if request.GET.get(name)}
    place["group"] = group.name if group else ""  # what the list was narrowed down to, not what was asked
    context = {
        "rows": rows,
        "days": list(by_day(rows)),
        "page": page,
        "groups": groups,
        "group": group,
        "unread": unread,
        "place": list(place.items()),
        "begins": not request.GET.get("after") and not request.GET.get("before"),
    }
    return render(request, "ui/notices.html", context)


@require_POST
@signed_in
def mark_read(request: SignedInRequest) -> HttpResponse:
    """I have seen them all; or with ``notice`` those of an entry of the list, up to its last."""
    mine = Notice.objects.visible_to(request.user)
    place = {name: request.POST[name] for name in PLACE if request.POST.get(name)}
    spot = ""
    if request.POST.get("notice"):
        known = mine.select_related("event")
        last = get_object_or_404(known, pk=_number(request.POST["notice"]))
        mine = mine.of_a_day_until(last)
        if place.get("group"):
            mine = mine.filter(group=place["group"])
        spot = f"#notice-{last.pk}"
    mine.unread().update(read_at=timezone.now())
    return redirect(reverse("notices", query=place) + spot)


def _number(said: str) -> int:
    """A whole number, or one that no row has."""
    return int(said) if said.isdecimal() and len(said) < 19 else 0
