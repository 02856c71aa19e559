"""The portal's addresses, and two pages that do nothing: the floors (benchmarks/operations.py)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from accounts.decorators import signed_in
from servicedesk import urls as portal


@require_GET
@signed_in
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing but what every request pays: middleware, session, person."""
    return HttpResponse("")


@require_GET
@signed_in
def frame(request: HttpRequest) -> HttpResponse:
    """The frame of every page around nothing."""
    return render(request, "base.html")


urlpatterns = [path("bench/empty/", empty), path("bench/frame/", frame), *portal.urlpatterns]
handler400, handler403, handler404, handler500 = (
    portal.handler400,
    portal.handler403,
    portal.handler404,
    portal.handler500,
)
