"""Pages that only say something. They are open to everyone, signed in or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach the desk, what to have ready, and where consumers turn."""
    return render(request, "ui/contact.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement and its feedback channel."""
    return render(request, "ui/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the portal keeps about people, why, and for how long."""
    return render(request, "ui/privacy.html")
