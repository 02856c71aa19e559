"""What a view asks of its visitor before it begins."""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.held_forms import hold
from servicedesk.records.row_security import serving

View = Callable[..., HttpResponseBase]


@overload
def signed_in(view: View) -> View: ...
@overload
def signed_in(*, form_on: str) -> Callable[[View], View]: ...


def signed_in(view: View | None = None, *, form_on: str = "") -> Any:
    """Ask for sign-in, then come back. What the view does, it does under row-level security.

    A POST from an ended session is held and shown again after sign-in, on the page named by
    ``form_on`` (a URL name taking the view's own arguments, or their first few); by default on
    the posting page itself.
    """
    if view is None:
        return lambda inner: _guard(inner, form_on)
    return _guard(view, form_on)


def _guard(view: View, form_on: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            with serving(request.user):
                return view(request, *args, **kwargs)
        page = (
            reverse(form_on, kwargs={k: v for k, v in kwargs.items() if k == "reference"})
            if form_on
            else request.path
        )
        if request.method == "POST":
            hold(request, page=page)
        query = "" if form_on or request.method == "POST" else request.META.get("QUERY_STRING", "")
        target = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': f'{page}?{query}' if query else page})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return redirect(target)

    return guarded


def _page(name: str, kwargs: dict[str, Any]) -> str:
    """The page that shows a form: that of the ticket it is about, if it is about one."""
    about = {"reference": kwargs["reference"]} if "reference" in kwargs else {}
    return reverse(name, kwargs=about)
