"""Invitations in Django admin."""

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions
from accounts.admin.asking_again import AsksAgain
from accounts.admin.noting import acting
from accounts.models import Invitation
from accounts.roles import Role
from servicedesk.records.admin_base import (
    ReadOnlyAdmin,
    StateFilter,
)


class InvitationState(StateFilter):
    """Open, used, withdrawn or run out."""

    states = {
        "open": (gettext_lazy("Open"), Q(accepted_at=None, withdrawn_at=None, expires_at__gt=Now())),
        "accepted": (gettext_lazy("Accepted"), Q(accepted_at__isnull=False)),
        "withdrawn": (gettext_lazy("Withdrawn"), Q(withdrawn_at__isnull=False)),
        "over": (
            gettext_lazy("Run out"), Q(accepted_at=None, withdrawn_at=None, expires_at__lte=Now()),
        ),
    }  # fmt: skip


@admin.register(Invitation)
class InvitationAdmin(AsksAgain, ReadOnlyAdmin):
    """Who was invited. Adding one here sends it, like on the people page."""

    may_add = True
    known_by = ("email", "organization")
    list_display = (
        "email", "name", "organization", "role", "invited_by", "created_at", "expires_at", "state",
    )  # fmt: skip
    list_filter = (InvitationState, "role", "organization")
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "name", "organization__name")
    autocomplete_fields = ("organization",)
    actions = ("withdraw",)

    @admin.display(description=gettext_lazy("state"))
    def state(self, invitation: Invitation) -> str:
        """In a word."""
        name = (
            "accepted" if invitation.accepted_at
            else "withdrawn" if invitation.withdrawn_at
            else "open" if invitation.expires_at > timezone.now()
            else "over"
        )  # fmt: skip
        return str(InvitationState.states[name][0])

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        asked = ("email", "name", "organization", "role")
        kept = ("invited_by", "created_at", "expires_at", "accepted_at", "withdrawn_at")
        return asked + kept if obj else asked

    def save_model(self, request: HttpRequest, obj: Invitation, form: forms.ModelForm, change: bool) -> None:
        """Invite: the row, its history and its mail are the action's."""
        made = actions.invite(
            obj.email.lower(),
            name=obj.name,
            organization=obj.organization,
            role=Role(obj.role),
            by=acting(request),
            at=timezone.now(),
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    @admin.action(description=gettext_lazy("Withdraw"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Make unused invitations void."""
        at = timezone.now()
        unused = list(queryset.select_related("organization").open(at))  # type: ignore[attr-defined]
        for invitation in unused:
            actions.withdraw_invitation(invitation, by=acting(request), at=at)
        words = ngettext(
            "%(number)d invitation no longer works.", "%(number)d invitations no longer work.", len(unused)
        )
        self.message_user(request, words % {"number": len(unused)}, messages.SUCCESS)
