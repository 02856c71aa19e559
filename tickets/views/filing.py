"""What the forms of filing share: who may file, for whom, and where what was sent leads."""

from typing import cast

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.policy import may
from accounts.requests import SignedInRequest
from accounts.roles import Permission
from servicedesk.records.models import Draft, Record
from servicedesk.records.verdict import YES, Verdict, no


def may_file(request: SignedInRequest) -> Verdict:
    """May this visitor send the desk anything at all?"""
    if may(request.user, Permission.REPORT):
        return YES
    return no(_("Your role does not include reporting incidents. Ask your organization's administrator."))


def where_sent(draft: Draft) -> str:
    """Where a draft that was sent leads."""
    became = cast("Record", draft.became)  # such a draft is sent by becoming a ticket
    return reverse("tickets:submitted", args=[became.reference])


def organizations_of(request: SignedInRequest) -> list[Organization]:
    """Those that this visitor may file for, by name."""
    return list(Organization.objects.visible_to(request.user).served().order_by("name"))
