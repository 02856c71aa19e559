"""What this app shows on other pages."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.requests import SignedInRequest
from changes.models import RequestForChange
from changes.rows import change_row
from changes.transitions import ChangeStatus
from servicedesk.ui.panels import panel

SHOWN = 5
AHEAD = timedelta(days=14)
ASKED_FOR = ("change", "rfc", "modif", "demande")
"""Beginnings of words with which people look for the form."""


@panel("home.ldc", order=25)
def upcoming(request: SignedInRequest) -> SafeString:
    """Changes that happen now or within two weeks, the next first."""
    now = timezone.now()
    planned = RequestForChange.objects.visible_to(request.user).filter(
        status__in={ChangeStatus.SCHEDULED, ChangeStatus.IMPLEMENTING},
        starts_at__lt=now + AHEAD,
        ends_at__gt=now,
    )
    rows = [change_row(rfc, shows_organization=False) for rfc in planned.order_by("starts_at", "pk")[:SHOWN]]
    return render_to_string("changes/panels/upcoming.html", {"rows": rows}, request)


@panel("help.search", order=60)
def form_for_changes(request: SignedInRequest) -> SafeString | None:
    """The way to the form, for whoever searches for a change."""
    words = request.GET.get("q", "").casefold().split()
    if not any(word.startswith(ASKED_FOR) for word in words):
        return None
    return render_to_string("changes/panels/form.html", {}, request)
