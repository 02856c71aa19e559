"""The service policy in Django admin: what is promised to whom, and who hears of it when."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.schedule.models import Job
from servicedesk.ui.forms import DeskForm
from tickets.actions.publishing import new_policy_draft, publish_policy
from tickets.admin.differences import Difference, policy_before, policy_differences
from tickets.admin.names import OrganizationField
from tickets.admin.pauses import CHOICES, pause_words
from tickets.admin.versions import (
    NamedBoxes,
    PartOfVersion,
    PublishForm,
    VersionAdmin,
    is_draft,
    published_words,
)
from tickets.models import EscalationStep, Incident, PolicyRule, PolicyVersion, ServiceCalendar, Severity

SMALL = forms.TextInput(attrs={"class": "desk-minutes", "inputmode": "numeric", "autocomplete": "off"})
LEVELS = [(level.value, str(level.value)) for level in Severity]


class Several(forms.TypedMultipleChoiceField):
    """Some of a few choices, as boxes to tick, for a column that holds a list."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "desk-several"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed([str(one) for one in initial or []], data)


class PolicyRuleForm(forms.ModelForm):
    """A promise."""

    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("all")), *LEVELS],
    )
    organization = OrganizationField(label=gettext_lazy("Organization"))
    pauses = Several(
        label=gettext_lazy("Stands still while waiting for"),
        choices=CHOICES,
    )

    class Meta:
        model = PolicyRule
        fields = (
            "kind", "severity", "item", "organization", "respond_minutes", "respond_calendar", "update_minutes",
            "update_calendar", "finish_minutes", "finish_calendar", "pauses",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "item": forms.TextInput(attrs={"size": 12}),
            "respond_minutes": SMALL,
            "update_minutes": SMALL,
            "finish_minutes": SMALL,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["organization"] = self.instance.organization and self.instance.organization.name


class EscalationStepForm(forms.ModelForm):
    """A rung of the ladder."""

    severities = Several(
        label=gettext_lazy("Severities (none: all)"),
        coerce=int,
        choices=LEVELS,
    )

    class Meta:
        model = EscalationStep
        fields = (
            "target", "severities", "percent", "offset_minutes", "tells", "by_mail", "raises", "quiet_calendar",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {"percent": SMALL, "offset_minutes": SMALL}


class WithCalendars(PartOfVersion, admin.TabularInline):
    """An inline whose rows choose calendars: the list of them is read once, not once for every box."""

    formset = NamedBoxes

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is ServiceCalendar:
            field.choices = [("", "–"), *ServiceCalendar.objects.order_by("name").values_list("pk", "name")]
        return field


class PolicyRuleInline(WithCalendars):
    """What is promised to whom."""

    model = PolicyRule
    form = PolicyRuleForm
    readonly_fields = ("stands_still",)
    extra = 1

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        boxes = tuple(PolicyRuleForm.Meta.fields)
        return boxes if is_draft(obj) else (*boxes[:-1], "stands_still")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PolicyRule]:
        related = ("organization", "respond_calendar", "update_calendar", "finish_calendar")
        return (
            super().get_queryset(request).select_related(*related).order_by("kind", "severity", "item", "pk")
        )

    @admin.display(description=gettext_lazy("stands still while"))
    def stands_still(self, rule: PolicyRule) -> str:
        """For reading, once it is published."""
        return pause_words(rule.pauses)


class EscalationStepInline(WithCalendars):
    """The ladder."""

    model = EscalationStep
    form = EscalationStepForm
    verbose_name_plural = gettext_lazy("escalation ladder")
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationStep]:
        rows = super().get_queryset(request).select_related("quiet_calendar")
        return rows.order_by("target", "percent", "offset_minutes", "pk")


class PublishPolicyForm(PublishForm):
    """The sign-off of a policy."""

    checked = forms.BooleanField(label=gettext_lazy("I have checked these promises and steps"))


class NewPolicyForm(DeskForm):
    """What a new version of the policy needs to begin with."""

    note = forms.CharField(
        label=gettext_lazy("What is new, and why"),
        max_length=200,
        help_text=gettext_lazy("For the record; people read it where their tickets move."),
    )


@admin.register(PolicyVersion)
class PolicyVersionAdmin(VersionAdmin):
    """All that is promised, as one edition."""

    inlines = (PolicyRuleInline, EscalationStepInline)
    publish_form = PublishPolicyForm
    renew_form = NewPolicyForm
    moves_open = False
    list_display = ("__str__", "note", "published", "open_tickets")
    list_select_related = ("published_by",)
    search_fields = ("note",)
    ordering = ("-number", "-pk")
    sortable_by = ()
    fields = ("note", "published")
    readonly_fields = ("published",)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the open tickets of each version: one walk over what is open."""
        changes: Any = super().get_changelist_instance(request)
        open_tickets = Incident.objects.unfinished().order_by().values_list("policy_version")
        counted = dict(open_tickets.annotate(Count("pk")))
        for version in changes.result_list:
            version.counted_open = counted.get(version.pk, 0)
        return changes

    def differences(self, version: PolicyVersion) -> tuple[PolicyVersion | None, list[Difference]]:
        before = policy_before()
        return before, policy_differences(version, before)

    def publish(self, version: PolicyVersion, *, by: Person, at: datetime, move_open: bool) -> Job | None:
        return publish_policy(version, by=by, at=at, move_open=move_open)

    def renew(self, version: PolicyVersion, said: dict[str, Any]) -> PolicyVersion:
        return new_policy_draft(**said)

    @admin.display(description=gettext_lazy("published"))
    def published(self, version: PolicyVersion) -> SafeString:
        """When, and by whom."""
        return published_words(version)

    @admin.display(description=gettext_lazy("open tickets that go by it"))
    def open_tickets(self, version: Any) -> str:
        """How many."""
        return str(version.counted_open)
