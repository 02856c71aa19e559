"""A refusal as an answer: a page of its own, or a notice on the page that asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from servicedesk.records.refusals import Refused


def refusal_answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """In the refusal's own words, with its own status. htmx, and the saving of drafts, get the words alone."""
    fragment = request.headers.get("HX-Request") == "true"
    template = "ui/_refusal.html" if fragment else "ui/refusal.html"
    response = render(request, template, {"reason": str(refused)}, status=refused.http_status)
    if fragment:
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    retry_after = getattr(refused, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(int(retry_after))
    return response
