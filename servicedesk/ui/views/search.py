"""Search: a reference leads to its record at once, words to what has them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.models import Record
from servicedesk.records.search import reference_in
from servicedesk.ui.search import SHOWN, areas, hits, shown

LONGEST = 200


@require_GET
@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """What this person may see that has the words."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    if reference := reference_in(text):
        record = Record.objects.visible_to(request.user).filter(reference=reference).first()
        if record:
            return redirect(shown(record, for_desk=request.user.standing().sees_all).url)
    area = request.GET.get("in", "")
    found = hits(request.user, text, area=area)
    context = {
        "text": text,
        "areas": areas(),
        "area": area,
        "hits": found,
        "many": len(found) == SHOWN,
        "reference": reference,
    }
    return render(request, "ui/_search.html" if request.htmx else "ui/search.html", context)
