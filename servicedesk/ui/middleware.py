"""Headers on every answer, and what becomes of requests that cannot be read and of domain refusals."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from servicedesk.records.refusals import Refused
from servicedesk.ui.encodings import UNREADABLE
from servicedesk.ui.refusal_answers import refusal_answer

GetResponse = Callable[[HttpRequest], HttpResponse]

NOT_USED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(
    [f"{feature}=()" for feature in NOT_USED]
    + ["publickey-credentials-get=(self)", "publickey-credentials-create=(self)"]
)


class ResponseHeaders:
    """What Django's own middleware leaves out: isolation, unused browser features, no copies of signed-in pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        # The cookie, not request.user: asking for the person would load the session on every answer.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ReadableRequests:
    """Answers with 400 what no browser sends and nothing of ours can read.

    PostgreSQL's text has no NUL character, so no address may carry one. Other encodings than UTF-8 were
    found before (servicedesk.ui.encodings).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            raise BadRequest("The address contains a NUL character.")
        if request.META.get(UNREADABLE):
            raise BadRequest("The request is not in UTF-8.")
        return self.get_response(request)


class RefusalAnswers:
    """A Refused raised anywhere below a view is shown in its own words, with its own status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_answer(request, exception) if isinstance(exception, Refused) else None
