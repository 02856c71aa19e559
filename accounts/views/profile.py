"""One's own profile."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.forms import ProfileForm
from accounts.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest) -> HttpResponse:
    """Name, phone, zone, look, keys. Language joins them when the French texts are there."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)
