"""One's own profile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import signed_in
from accounts.forms import ProfileForm, ThemeForm
from accounts.requests import SignedInRequest
from servicedesk.records.refusals import Unusable


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: SignedInRequest) -> HttpResponse:
    """Name, phone, zone, look, keys. Language joins them when the French texts are there."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@signed_in(form_on="accounts:profile")
def theme(request: SignedInRequest) -> HttpResponse:
    """Light or dark, from the menu of any page. Back to that page; htmx has changed the look already."""
    form = ThemeForm(request.POST, instance=request.user)
    if not form.is_valid():
        raise Unusable(_("Choose light or dark."))
    form.instance.save(update_fields=["theme"])
    if request.htmx:
        return HttpResponse(status=204)
    back = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if known else "accounts:profile")
