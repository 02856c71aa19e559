"""Every component in every state, for those who build pages. Nothing on it is anybody's business."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.verdict import Verdict, no
from servicedesk.ui.templatetags.desk import SEVERITIES, TONE_ICONS

NOT_FOR_LDCS: Verdict = no(
    _("This page is for those who build the portal. What you need is under “Get help”.")
)
LONG = "Synchronization file of the night run rejected with duplicate USDP identifiers " * 2
TONES = {
    "new": "New",
    "progress": "In progress",
    "waiting": "Waiting for LDC",
    "hold": "On hold",
    "good": "Resolved",
    "done": "Closed",
    "bad": "Declined",
}
NOTICES = {
    "info": "The sandbox is refreshed tonight.",
    "success": "Saved.",
    "warning": "Nobody is named as back-up.",
    "error": "The file could not be read. Save it as CSV and choose it again.",
}


@dataclass(frozen=True, slots=True)
class SampleChip:
    """A promise in one of its states, with the words of both sides (UX 6.1)."""

    state: str
    text: str
    to_ldc: str
    due_at: datetime | None = None
    label: str = "Restoration"


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="One line: what is wrong, and where.", max_length=200)
    description = forms.CharField(widget=forms.Textarea, required=False)
    environment = forms.ChoiceField(choices=[("production", "Production"), ("sandbox", "Sandbox")])
    urgency = forms.ChoiceField(
        choices=[("now", "Now: billing stands still"), ("week", "This week")], widget=forms.RadioSelect
    )
    documents = forms.MultipleChoiceField(
        choices=[("manual", "GUI manual"), ("interface", "Interface specification")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    on = forms.DateField(label="Desired date", required=False, widget=forms.DateInput({"type": "date"}))
    told = forms.BooleanField(label="Tell everyone in my organization", required=False)


@require_safe
@signed_in
def components(request: SignedInRequest) -> HttpResponse:
    """The page. Its samples are plain English: they are examples, not the portal's words."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    now = timezone.now()
    context: dict[str, Any] = {
        "tones": [(TONES[tone], tone) for tone in TONE_ICONS],
        "severities": [*SEVERITIES, None],
        "chips": _chips(now),
        "moments": [now - timedelta(minutes=5), now + timedelta(hours=3), now - timedelta(days=40)],
        "empty_form": SampleForm(auto_id="id_fresh_%s"),
        "failed_form": SampleForm({"title": LONG}, auto_id="id_failed_%s"),
        "notices": NOTICES.items(),
        "long": LONG,
    }
    return render(request, "ui/components.html", context)


def _chips(now: datetime) -> list[SampleChip]:
    """The seven states of a promise."""
    late = now - timedelta(hours=1, minutes=5)
    return [
        SampleChip("ok", "in 5 h", "by Tue 10:30", now + timedelta(hours=5)),
        SampleChip("soon", "in 42 min", "by 10:30 today", now + timedelta(minutes=42)),
        SampleChip("urgent", "in 12 min", "by 10:30 today", now + timedelta(minutes=12)),
        SampleChip("breached", "1 h 05 min late", "Was due 10:30. We are late.", late),
        SampleChip("paused", "paused, 3 h left", "Paused – waiting for you"),
        SampleChip("met", "met, 2 h spare", "Done 09:12"),
        SampleChip("missed", "missed by 20 min", "Done 10:50"),
    ]
