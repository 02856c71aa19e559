"""An organization's people, for its administrators."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, policy
from accounts.decorators import signed_in, signed_in_lately
from accounts.forms import InviteForm
from accounts.held_forms import take
from accounts.models import Invitation, Membership
from accounts.requests import SignedInRequest
from accounts.roles import Permission, Role
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Unusable
from servicedesk.records.verdict import no


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """Who acts for us, and who is invited."""
    held = take(request, page=request.path) or {}
    typed = {name: values[-1] for name, values in held.items()}
    return _page(request, InviteForm(person=request.user, initial=typed))


@require_POST
@signed_in_lately(form_on="accounts:people")
@once
def invite(request: SignedInRequest) -> HttpResponseBase:
    """Invite somebody."""
    form = InviteForm(request.POST, person=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    try:
        actions.invite(
            asked["email"],
            name=asked["name"],
            organization=asked["organization"],
            role=Role(asked["role"]),
            by=request.user,
            at=timezone.now(),
        )
    except Unusable as refusal:
        form.add_error("email", str(refusal))
        return _page(request, form, status=refusal.http_status)
    messages.success(request, _("Invited %(email)s. The link works for 14 days.") % asked)
    return SeeOther(reverse("accounts:people"))


@require_POST
@signed_in(form_on="accounts:people")
@once
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), public_id=public_id)
    actions.withdraw_invitation(invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The invitation to %(email)s no longer works.") % {"email": invitation.email})
    return SeeOther(reverse("accounts:people"))


@require_POST
@signed_in_lately(form_on="accounts:people")
@once
def end(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """End somebody's access to an organization."""
    membership = get_object_or_404(
        Membership.objects.visible_to(request.user).select_related("person", "organization"), pk=pk
    )
    actions.end_membership(membership, by=request.user, at=timezone.now())
    messages.success(
        request,
        _("%(person)s no longer acts for %(organization)s.")
        % {"person": membership.person, "organization": membership.organization},
    )
    return SeeOther(reverse("accounts:people"))


def _page(request: SignedInRequest, form: InviteForm, status: int = 200) -> HttpResponse:
    standing = request.user.standing()
    if not standing.administers:
        no(_("Only your organization's administrator can see this page.")).or_refuse()
    people = (
        Membership.objects.visible_to(request.user)
        .active()
        .filter(organization__in=standing.administers)
        .select_related("person", "organization", "via")
        .order_by("organization__name", "person__name")
    )
    invitations = (
        Invitation.objects.visible_to(request.user)
        .open(timezone.now())
        .select_related("organization")
        .order_by("-created_at")
    )
    context = {
        "people": people,
        "invitations": invitations,
        "form": form,
        "several": len(standing.administers) > 1,
        "may_invite": policy.may(request.user, Permission.MANAGE_PEOPLE),
    }
    return render(request, "accounts/people.html", context, status=status)
