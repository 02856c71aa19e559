"""Error pages: what happened, what became of the answers, what to do next. No codes, no "oops"."""

import logging
import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.records.refusals import TooLong
from servicedesk.ui.drafts import LONGEST_TEXT
from servicedesk.ui.refusal_answers import refusal_answer
from servicedesk.ui.shell import phone_link

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400: the address or the form did not make sense, or it was too long to be read at all."""
    if isinstance(exception, RequestDataTooBig):
        words = _(
            "That is too long to send: at most %(most)s characters in a message. Nothing was saved;"
            " go back, your text is still there, and shorten it."
        )
        return refusal_answer(request, TooLong(words % {"most": f"{LONGEST_TEXT:,}"}))
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403: a right is missing. The words of the exception say which."""
    return render(request, "errors/403.html", {"reason": _words(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: missing, or not yours to see; the answer is the same."""
    return render(request, "errors/404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form was too old or came from elsewhere. Nothing was saved."""
    log.warning("Form refused: %s", reason)
    return render(request, "errors/csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Works with the database and the context processors away."""
    reference = uuid.uuid4().hex[:8].upper()
    log.error("Error page %s shown for %s %s", reference, request.method, request.path)
    page = get_template("errors/500.html").render(
        {
            "reference": reference,
            "at": timezone.now(),
            "phone": settings.DESK_PHONE,
            "phone_href": phone_link(),
            "email": settings.DESK_EMAIL,
        }
    )
    return HttpResponse(page, status=500)


def _words(exception: Exception | None) -> str:
    """The sentence a PermissionDenied was raised with, or nothing."""
    return str(exception.args[0]) if exception is not None and exception.args else ""
