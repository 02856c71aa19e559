"""People in Django admin, and their roles."""

from typing import Any, cast

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Prefetch, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions, policy
from accounts.admin.asking_again import AsksAgain
from accounts.admin.noting import acting, note
from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from servicedesk.records.admin_base import (
    DeskModelAdmin,
    ForAdministrators,
)
from servicedesk.records.admin_columns import NOTHING


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
        made.by = acting(request)
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
class PersonAdmin(AsksAgain, DeskModelAdmin):
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
            note(request, "person.added", obj)
            return
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()  # allauth takes these for sign-in names, too
            note(request, "person.email_changed", obj, was=form.initial["email"], now=obj.email)
        if "is_active" in form.changed_data and obj.is_active:
            note(request, "person.reactivated", obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Close an account once its roles are saved: they end with it, also one that was just given."""
        super().save_related(request, form, formsets, change)
        if change and "is_active" in form.changed_data and not form.instance.is_active:
            actions.deactivate(form.instance, by=acting(request), at=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give and change roles with history; ending one is an action with rules of its own."""
        formset.save(commit=False)
        told = [(one, "membership.given") for one in formset.new_objects]
        told += [(one, "membership.changed") for one, _fields in formset.changed_objects]
        for one, name in told:
            one.save()
            dates = {"starts_on": str(one.starts_on), "ends_on": str(one.ends_on or "")}
            note(request, name, one.person, one.organization, role=one.role, **dates)
        for one in formset.deleted_objects:
            actions.end_membership(one, by=acting(request), at=timezone.now())

    @admin.action(description=gettext_lazy("Deactivate, and sign out everywhere"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Close accounts. Nobody closes their own."""
        others = list(queryset.active().exclude(pk=request.user.pk))  # type: ignore[attr-defined]
        for person in others:
            actions.deactivate(person, by=acting(request), at=timezone.now())
        if queryset.filter(pk=acting(request).pk).exists():
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
            note(request, "person.signed_out", person)
        self.message_user(request, _("They are signed out everywhere."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Mail a link to choose a new password"))
    def send_password_link(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """The same mail as from "Forgot your password?". It is the way in for people added by hand."""
        for person in queryset.active():  # type: ignore[attr-defined]
            form = ResetPasswordForm({"email": person.email})
            if form.is_valid():
                form.save(request)
                note(request, "person.password_link_sent", person)
        self.message_user(request, _("The mails are on their way."), messages.SUCCESS)
