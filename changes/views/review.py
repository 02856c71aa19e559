"""The review of an implementation."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.actions.reviewing import review as write_review
from changes.forms_deciding import ReviewForm
from changes.review_page import may_read_reviews, review_page
from changes.views.decision import load
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def review(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What was learned: to read, and for a change manager to write."""
    rfc = load(request, reference)
    may_read_reviews(request.user, rfc).or_refuse()
    page = review_page(rfc, request.user)
    initial = {"version": rfc.version, "outcome": rfc.outcome}
    form = ReviewForm(request.POST or None, rfc=rfc, initial=initial)
    context = {"page": page, "form": form}
    if request.method != "POST":
        return render(request, "changes/review/review.html", context)
    try:
        page.may_write.or_refuse()
        if not form.is_valid():
            return render(request, "changes/review/review.html", context, status=422)
        said = form.cleaned_data
        write_review(
            rfc,
            said["text"],
            said["outcome"],
            actions=said["actions"],
            by=request.user,
            at=timezone.now(),
            version=said["version"],
        )
    except Refused as refusal:
        context |= {"page": review_page(load(request, reference), request.user), "refusal": refusal}
        return render(request, "changes/review/review.html", context, status=refusal.http_status)
    messages.success(request, _("The review of %(title)s is written.") % {"title": rfc})
    return SeeOther(request.path)
