"""What a view asks of its visitor before it begins."""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.confirming import ask_who_it_is, lead_through, must_confirm
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
        return lambda inner: _guard(inner, form_on, lately=False)
    return _guard(view, form_on, lately=False)


@overload
def signed_in_lately(view: View) -> View: ...
@overload
def signed_in_lately(*, form_on: str) -> Callable[[View], View]: ...


def signed_in_lately(view: View | None = None, *, form_on: str = "") -> Any:
    """As ``signed_in``, and whoever posts longer after that than the settings say confirms that it is them.

    What they posted is held meanwhile, and nothing is done with it before they send it again.
    """
    if view is None:
        return lambda inner: _guard(inner, form_on, lately=True)
    return _guard(view, form_on, lately=True)


def _guard(view: View, form_on: str, *, lately: bool) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if lately and must_confirm(request):
            return ask_who_it_is(request, page=_page(request, form_on, kwargs))
        if request.user.is_authenticated:
            with serving(request.user):
                return view(request, *args, **kwargs)
        page = _page(request, form_on, kwargs)
        if request.method == "POST":
            hold(request, page=page)
        query = "" if form_on or request.method == "POST" else request.META.get("QUERY_STRING", "")
        return lead_through(settings.LOGIN_URL, request, to=f"{page}?{query}" if query else page)

    return guarded


def _page(request: HttpRequest, form_on: str, kwargs: dict[str, Any]) -> str:
    """The page that shows the form: that of the ticket it is about, if it is about one."""
    if not form_on:
        return request.path
    return reverse(form_on, kwargs={k: v for k, v in kwargs.items() if k == "reference"})
