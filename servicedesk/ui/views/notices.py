"""The notifications centre: what I was told, behind the bell."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.notifications.groups import groups_for
from servicedesk.notifications.models import Notice
from servicedesk.notifications.wording import address, describe
from servicedesk.records.keyset import paginate
from servicedesk.records.models import seen

SIZE = 50
YESTERDAY = timedelta(days=1)


@require_GET
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My notices by day, the newest first. Those of records I may no longer see are left out."""
    mine = Notice.objects.visible_to(request.user).filter(seen(request.user, "event__record"))
    groups = groups_for(desk=request.user.standing().sees_all)
    group = next((one for one in groups if one.name == request.GET.get("group")), None)
    if group:
        mine = mine.filter(group=group.name)
    unread = request.GET.get("view") == "unread"
    if unread:
        mine = mine.unread()
    page = paginate(
        mine.select_related("event__record", "event__actor"),
        by=("-at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    rows = [_row(notice) for notice in page.rows]
    today = timezone.localdate()
    days = [
        {"words": _day(day, today), "date": day, "rows": list(some)}
        for day, some in groupby(rows, key=lambda row: timezone.localdate(row["at"]))
    ]
    context = {
        "rows": rows,
        "days": days,
        "page": page,
        "groups": groups,
        "group": group,
        "unread": unread,
        "begins": not request.GET.get("after") and not request.GET.get("before"),
    }
    return render(request, "ui/notices.html", context)


@require_POST
@signed_in
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    """I have seen them all."""
    Notice.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("notices")


def _row(notice: Notice) -> dict[str, Any]:
    return {
        "notice": notice,
        "at": notice.at,
        "headline": describe(notice.event),
        "url": address(notice.event),
        "actor": str(notice.event.actor or ""),
        "reference": notice.event.record.reference,
        "title": notice.event.record.title,
    }


def _day(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - YESTERDAY:
        return _("Yesterday")
    return dateformat.format(day, "l j F Y")
