"""Where a change manager gives an RFC its window."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from changes import policy
from changes.actions.scheduling import earliest_start, move_window, schedule
from changes.forms_schedule import WindowForm
from changes.models import RequestForChange
from changes.schedule_page import USUAL, met_by, proposal
from changes.schedule_words import window_words
from changes.transitions import ChangeStatus
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import IllegalMove, Refused, Stale
from servicedesk.records.years import is_near


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def window(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Choose a window, see what it meets, accept that with a reason, and schedule or move."""
    rfc = _load(request, reference)
    form = _form(request, rfc)
    if request.method != "POST" or not form.is_valid():
        return _page(request, rfc, form, status=422 if form.errors else 200)
    if "check" in request.POST:
        return _page(request, rfc, form)
    act = move_window if rfc.status == ChangeStatus.SCHEDULED else schedule
    said = form.cleaned_data
    try:
        act(
            rfc,
            said["starts_at"],
            said["ends_at"],
            overrides=request.POST.getlist("accept"),
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
            version=said["version"],
        )
    except Refused as refusal:
        rfc = _load(request, reference)
        return _page(request, rfc, form, status=refusal.http_status, refusal=refusal)
    words = _("%(reference)s is scheduled: %(window)s.") % {
        "reference": rfc.reference,
        "window": window_words(said["starts_at"], said["ends_at"]),
    }
    messages.success(request, " ".join([words, *form.notes]))
    return SeeOther(rfc.get_absolute_url())


def _load(request: SignedInRequest, reference: str) -> RequestForChange:
    """The RFC, if this reader sees it, may schedule it, and it can be scheduled or moved now."""
    rfc: RequestForChange = get_object_or_404(
        RequestForChange.objects.visible_to(request.user), reference=reference
    )
    policy.may_manage(request.user).or_refuse()
    if rfc.status not in {ChangeStatus.APPROVED, ChangeStatus.SCHEDULED}:
        raise IllegalMove(_("Only what is approved, and has not begun, gets a window."))
    return rfc


def _form(request: SignedInRequest, rfc: RequestForChange) -> WindowForm:
    if request.method == "POST":
        return WindowForm(request.POST)
    held = take(request, page=request.path) or {}
    proposed = _asked(request)
    initial: dict[str, Any] = {"version": rfc.version}
    if proposed:
        initial |= dict(zip(("starts_at", "ends_at"), proposed, strict=True))
    elif rfc.status == ChangeStatus.SCHEDULED:
        initial |= {"starts_at": rfc.starts_at, "ends_at": rfc.ends_at}
    return WindowForm(initial=initial | {name: values[-1] for name, values in held.items() if values})


def _asked(request: SignedInRequest) -> tuple[datetime, datetime] | None:
    """The window that the address names: a proposal that was chosen. Nonsense is passed over."""
    try:
        start = parse_datetime(request.GET.get("starts", ""))
        length = timedelta(minutes=int(request.GET.get("minutes", "")))
        if start is None or timezone.is_naive(start) or not is_near(start):
            return None
        return start.astimezone(UTC), (start + length).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _page(
    request: SignedInRequest,
    rfc: RequestForChange,
    form: WindowForm,
    *,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    now = timezone.now()
    said = _window_of(form)
    ticked = request.POST.getlist("accept")
    earliest, days = earliest_start(rfc, at=now)
    if isinstance(refusal, Stale):
        data = QueryDict(request.POST.urlencode(), mutable=True)
        data["version"] = str(rfc.version)
        form.data = data
    context = {
        "rfc": rfc,
        "form": form,
        "refusal": refusal,
        "met": met_by(rfc, *said, ticked) if said else [],
        "checked": window_words(*said) if said else "",
        "slot": proposal(rfc, after=earliest, lasting=said[1] - said[0] if said else USUAL),
        "earliest": earliest if days else None,
        "days": days,
        "moves": rfc.status == ChangeStatus.SCHEDULED,
        "present": window_words(rfc.starts_at, rfc.ends_at)
        if rfc.status == ChangeStatus.SCHEDULED and rfc.starts_at and rfc.ends_at
        else "",
        "zone": timezone.get_current_timezone_name(),
    }
    return render(request, "changes/schedule/window.html", context, status=status)


def _window_of(form: WindowForm) -> tuple[datetime, datetime] | None:
    """The window that the form says, typed or filled in, when it is one."""
    source = form.cleaned_data if form.is_bound and form.is_valid() else {} if form.is_bound else form.initial
    start, end = source.get("starts_at"), source.get("ends_at")
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    return (start, end) if start < end else None
