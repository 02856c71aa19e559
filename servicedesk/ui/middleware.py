"""Headers on every answer, and the one place where a domain refusal becomes an HTTP answer."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from servicedesk.records.refusals import Refused

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


class NoNulCharacters:
    """PostgreSQL's text has no NUL character, so an address that carries one is answered with 400."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path:
            raise BadRequest("The address contains a NUL character.")
        return self.get_response(request)


class RefusalAnswers:
    """A Refused raised anywhere below a view is shown in its own words, with its own status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        fragment = request.headers.get("HX-Request") == "true"
        template = "ui/_refusal.html" if fragment else "ui/refusal.html"
        response = render(request, template, {"reason": str(exception)}, status=exception.http_status)
        if fragment:
            response.headers["HX-Retarget"] = "#notices"
            response.headers["HX-Reswap"] = "innerHTML"
        retry_after = getattr(exception, "retry_after", None)
        if retry_after is not None:
            response.headers["Retry-After"] = str(int(retry_after))
        return response
