"""The change calendar."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.calendar import VIEWS, CalendarQuery, calendar_for
from changes.models import Interface
from tickets.models import Environment


@require_safe
@signed_in
def calendar(request: SignedInRequest) -> HttpResponse:
    """Changes and freezes of a month or a week: as a list, or laid out by days."""
    query = CalendarQuery(request.GET, today=timezone.localdate())
    context = {
        "calendar": calendar_for(request.user, query),
        "query": query,
        "views": VIEWS,
        "environments": Environment.choices,
        "interfaces": Interface.choices,
        "zone": timezone.get_current_timezone_name(),
    }
    template = "changes/schedule/_calendar.html" if request.htmx else "changes/schedule/calendar.html"
    return render(request, template, context)
