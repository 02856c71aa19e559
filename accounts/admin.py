"""Organizations, people and invitations in Django admin.

What changes somebody's access goes through accounts.actions, or leaves an AccountEvent here.
"""

from typing import Any, ClassVar, cast

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions, policy
from accounts.admin_words import facts_words
from accounts.models import AccountEvent, Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from servicedesk.records.admin_base import (
    DeskModelAdmin,
    ForAdministrators,
    OrNone,
    ReadOnlyAdmin,
    StateFilter,
)
from servicedesk.records.admin_columns import NOTHING
from servicedesk.records.admin_words import ByName


class OrgIdInline(ForAdministrators, admin.TabularInline):
    """The ORG IDs of an organization."""

    model = OrgId
    extra = 0


class PeopleInline(ForAdministrators, admin.TabularInline):
    """Who acts for an organization. Roles are given on a person's page, or by invitation."""

    may_add = may_change = may_delete = False
    model = Membership
    fk_name = "organization"
    fields = ("person", "role", "via", "since", "until")
    readonly_fields = ("since", "until")
    verbose_name_plural = gettext_lazy("people (roles are given on a person’s page, or by invitation)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).select_related("person", "organization", "via")
        return rows.order_by("person__name", "pk")

    @admin.display(description=gettext_lazy("since"))
    def since(self, membership: Membership) -> str:
        """The first day."""
        return str(cast(Any, self.admin_site).day(membership.starts_on))

    @admin.display(description=gettext_lazy("until"))
    def until(self, membership: Membership) -> str:
        """The last day, where there is one."""
        return cast(Any, self.admin_site).day(membership.ends_on) if membership.ends_on else NOTHING


@admin.register(Organization)
class OrganizationAdmin(DeskModelAdmin):
    """LDCs, vendors and the SME. Never deleted: an organization that left is not active."""

    may_delete = False
    list_display = ("name", "kind", "codes", "phone", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "org_ids__code")
    search_help_text = gettext_lazy("A name or an ORG ID")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> tuple[type[admin.TabularInline], ...]:
        return (OrgIdInline, PeopleInline) if obj else (OrgIdInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return super().get_queryset(request).prefetch_related("org_ids")

    @admin.display(description=gettext_lazy("ORG IDs"))
    def codes(self, organization: Organization) -> str:
        """All of them."""
        return ", ".join(sorted(org_id.code for org_id in organization.org_ids.all()))


class MembershipFormSet(BaseInlineFormSet):
    """Somebody's roles. Taking one away obeys the rule of the people page."""

    by: Person

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            allowed = policy.may_end_membership(self.by, form.instance)
            if not allowed:
                raise forms.ValidationError(allowed.reason)


class MembershipInline(ForAdministrators, admin.TabularInline):
    """For whom a person acts, and as what."""

    model = Membership
    formset = MembershipFormSet
    fields = ("organization", "role", "via", "starts_on", "ends_on")
    autocomplete_fields = ("organization", "via")
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        made: Any = super().get_formset(request, obj, **kwargs)
        made.by = _acting(request)
        return made

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("person", "organization", "via")


class MembershipFilter(admin.SimpleListFilter):
    """People by what one active membership says: role and organization are asked of the same one."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        role, organization = (request.GET.get(name, "") for name in ("role", "organization"))
        asked: dict[str, Any] = {}
        if role in Role.values:
            asked["role"] = role
        if organization.isdecimal():
            asked["organization__in"] = Organization.objects.filter(pk=organization)
        if not asked:
            return queryset
        return queryset.filter(pk__in=Membership.objects.active().filter(**asked).values("person"))


class ByRole(MembershipFilter):
    """Holders of a role."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)


class ByOrganization(MembershipFilter):
    """Those who act for an organization."""

    title = gettext_lazy("organization")
    parameter_name = "organization"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Organization.objects.order_by("name").values_list("pk", "name"))


class PersonForm(forms.ModelForm):
    """A person's details. No password: people choose their own."""

    def clean_email(self) -> str:
        """Addresses are kept in lower case, and taken whatever their case."""
        email = str(self.cleaned_data["email"]).lower()
        if Person.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody has this address already."))
        return email


@admin.register(Person)
class PersonAdmin(DeskModelAdmin):
    """Everybody with a login. Never deleted: who left is deactivated."""

    may_delete = False
    form = PersonForm
    list_display = ("name", "email", "roles", "is_active", "last_login")
    list_filter = ("is_active", ByRole, ByOrganization)
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    fields = (
        "name", "email", "phone", "time_zone", "language", "is_active", "joined", "signed_in",
    )  # fmt: skip
    inlines = (MembershipInline,)
    actions = ("deactivate", "end_sessions", "send_password_link")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        held = Membership.objects.active().select_related("organization").order_by("organization__name", "pk")
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", held, "held_now"))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        is_oneself = obj is not None and obj.pk == request.user.pk
        return ("joined", "signed_in", *(["is_active"] if is_oneself else []))

    @admin.display(description=gettext_lazy("date joined"))
    def joined(self, person: Person) -> str:
        """Since when they are known."""
        return str(cast(Any, self.admin_site).moment(person.date_joined)) if person.pk else NOTHING

    @admin.display(description=gettext_lazy("last sign-in"))
    def signed_in(self, person: Person) -> str:
        """When they last came."""
        return cast(Any, self.admin_site).moment(person.last_login) if person.last_login else NOTHING

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: Person) -> str:
        """What they are to whom, today."""
        held: list[Membership] = person.held_now  # type: ignore[attr-defined]
        return "; ".join(f"{one.get_role_display()}, {one.organization}" for one in held)

    def save_model(self, request: HttpRequest, obj: Person, form: forms.ModelForm, change: bool) -> None:
        """Keep the history, and let nobody in by an old address or an old session."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            _note(request, "person.added", obj)
            return
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()  # allauth takes these for sign-in names, too
            _note(request, "person.email_changed", obj, was=form.initial["email"], now=obj.email)
        if "is_active" in form.changed_data and obj.is_active:
            _note(request, "person.reactivated", obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Close an account once its roles are saved: they end with it, also one that was just given."""
        super().save_related(request, form, formsets, change)
        if change and "is_active" in form.changed_data and not form.instance.is_active:
            actions.deactivate(form.instance, by=_acting(request), at=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give and change roles with history; ending one is an action with rules of its own."""
        formset.save(commit=False)
        told = [(one, "membership.given") for one in formset.new_objects]
        told += [(one, "membership.changed") for one, _fields in formset.changed_objects]
        for one, name in told:
            one.save()
            dates = {"starts_on": str(one.starts_on), "ends_on": str(one.ends_on or "")}
            _note(request, name, one.person, one.organization, role=one.role, **dates)
        for one in formset.deleted_objects:
            actions.end_membership(one, by=_acting(request), at=timezone.now())

    @admin.action(description=gettext_lazy("Deactivate, and sign out everywhere"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Close accounts. Nobody closes their own."""
        others = list(queryset.active().exclude(pk=request.user.pk))  # type: ignore[attr-defined]
        for person in others:
            actions.deactivate(person, by=_acting(request), at=timezone.now())
        if queryset.filter(pk=_acting(request).pk).exists():
            self.message_user(
                request, _("You cannot end your own access. Ask another administrator."), messages.WARNING
            )
        words = ngettext("%(number)d account is closed.", "%(number)d accounts are closed.", len(others))
        self.message_user(request, words % {"number": len(others)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("End all sessions"))
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Sign people out everywhere; they may sign in again."""
        for person in queryset:
            actions.end_sessions(person)
            _note(request, "person.signed_out", person)
        self.message_user(request, _("They are signed out everywhere."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Mail a link to choose a new password"))
    def send_password_link(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """The same mail as from "Forgot your password?". It is the way in for people added by hand."""
        for person in queryset.active():  # type: ignore[attr-defined]
            form = ResetPasswordForm({"email": person.email})
            if form.is_valid():
                form.save(request)
                _note(request, "person.password_link_sent", person)
        self.message_user(request, _("The mails are on their way."), messages.SUCCESS)


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
class InvitationAdmin(ReadOnlyAdmin):
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
            by=_acting(request),
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
            actions.withdraw_invitation(invitation, by=_acting(request), at=at)
        words = ngettext(
            "%(number)d invitation no longer works.", "%(number)d invitations no longer work.", len(unused)
        )
        self.message_user(request, words % {"number": len(unused)}, messages.SUCCESS)


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The history of people and their access."""

    known_by = ("name", "at")
    list_display = ("at", "name", "actor", "person", "organization", "details")
    list_filter = (("name", ByName), ("organization", OrNone))
    list_select_related = ("actor", "person", "organization")
    search_fields = ("actor__name", "actor__email", "person__name", "person__email", "organization__name")
    named = frozenset({"name"})
    headings: ClassVar[Any] = {"name": gettext_lazy("what happened"), "actor": gettext_lazy("by")}
    fields = ("at", "name", "actor", "person", "organization", "details")
    readonly_fields = ("details",)

    @admin.display(description=gettext_lazy("details"))
    def details(self, event: AccountEvent) -> str:
        """What is kept of it, in words."""
        return facts_words(event.facts)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Who is signed in from where. Never the session's key: it opens the door."""

    known_by = ("user", "browser")
    list_display = ("user", "created_at", "ip", "browser")
    list_select_related = ("user",)
    headings: ClassVar[Any] = {
        "user": gettext_lazy("person"),
        "created_at": gettext_lazy("signed in"),
        "ip": gettext_lazy("IP address"),
    }
    list_filter = ("created_at",)
    search_fields = ("user__name", "user__email", "ip")
    fields = ("user", "created_at", "ip", "browser", "user_agent")
    readonly_fields = ("browser",)

    @admin.display(description=gettext_lazy("browser"))
    def browser(self, session: UserSession) -> str:
        """In words; of one that is unknown, what it says of itself."""
        return str(cast(Any, self.admin_site).device(session.user_agent))


def _acting(request: HttpRequest) -> Person:
    """Who is at work. The site lets nobody without a name get here."""
    return cast(Person, request.user)


def _note(
    request: HttpRequest, name: str, person: Person, organization: Organization | None = None, **facts: str
) -> None:
    """Append to the history of people's access."""
    AccountEvent.objects.create(
        name=name,
        at=timezone.now(),
        actor=_acting(request),
        person=person,
        organization=organization,
        facts=facts,
    )
