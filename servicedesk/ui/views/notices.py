"""The bell: what I was told."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.notifications.models import Notice
from servicedesk.notifications.wording import address, describe
from servicedesk.records.keyset import paginate
from servicedesk.records.models import Record

SIZE = 50


@require_GET
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My notices, the newest first. Those of records I may no longer see are left out."""
    mine = Notice.objects.visible_to(request.user).filter(
        event__record__in=Record.objects.visible_to(request.user)
    )
    page = paginate(
        mine.select_related("event__record", "event__actor"),
        by=("-at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    rows = [
        {
            "notice": notice,
            "headline": describe(notice.event),
            "url": address(notice.event),
            "actor": str(notice.event.actor or ""),
            "reference": notice.event.record.reference,
            "title": notice.event.record.title,
        }
        for notice in page.rows
    ]
    return render(request, "ui/notices.html", {"rows": rows, "page": page})


@require_POST
@signed_in
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    """I have seen them all."""
    Notice.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("notices")
