"""Search: a reference leads to its record at once, words to what has them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.models import Record
from servicedesk.records.search import reference_in
from servicedesk.ui.search import SHOWN, Hit, areas, hits, shown

LONGEST = 200
IN_PALETTE = 8


@require_safe
@signed_in
def search(request: SignedInRequest) -> HttpResponse:
    """What this person may see that has the words. ``palette`` asks for a few, for the command palette."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    for_palette = bool(request.htmx) and "palette" in request.GET
    if reference := reference_in(text):
        record = Record.objects.visible_to(request.user).filter(reference=reference).first()
        if record:
            there = shown(record, for_desk=request.user.standing().sees_all)
            if for_palette:
                return render(request, "ui/_palette.html", {"hits": [Hit(record, there)]})
            return redirect(there.url)
    if for_palette:
        return render(request, "ui/_palette.html", {"hits": hits(request.user, text, most=IN_PALETTE)})
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
