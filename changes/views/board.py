"""The agenda of the change advisory board."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.decision_page import agenda, sees_votes
from servicedesk.records.verdict import Verdict, no

NOT_YOURS: Verdict = no(
    _("The votes are the board’s and the Service Desk’s. What was decided stands on the RFC.")
)


@require_safe
@signed_in
def board(request: SignedInRequest) -> HttpResponse:
    """RFCs that await a decision; what waits for my vote first."""
    if not sees_votes(request.user):
        NOT_YOURS.or_refuse()
    context = {"agenda": agenda(request.user, now=timezone.now())}
    return render(request, "changes/board/agenda.html", context)
