"""Coming in by invitation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import accept_invitation, has_account, invitation_from_token
from accounts.forms import JoinForm


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a name and a password. Who has an account already only confirms.

    The link was mailed to that address, so opening it proves the address.
    """
    invitation = invitation_from_token(token, at=timezone.now())
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=410)
    known = has_account(invitation)
    form = JoinForm(request.POST or None, invitation=invitation, initial={"name": invitation.name})
    if request.method == "POST" and (known or form.is_valid()):
        accept_invitation(
            invitation,
            name=form.cleaned_data["name"] if not known else "",
            password=form.cleaned_data["password"] if not known else None,
            at=timezone.now(),
        )
        messages.success(request, _("Welcome. Sign in to start."))
        return redirect("account_login")
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "accounts/invitation.html",
        {"invitation": invitation, "form": form, "known": known},
        status=status,
    )
