"""RFCs in Django admin, to look at; the templates, releases and risk formulas that they go by, to edit."""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from changes import policy
from changes.models import (
    AffectedDocument,
    ChangeSubscription,
    ChangeTemplate,
    Interface,
    Release,
    RequestForChange,
    Risk,
    RiskAssessment,
    RiskFormula,
)
from changes.risk import problems_of
from changes.transitions import ChangeStatus
from changes.wording import document_words, value_words
from servicedesk.records.admin_base import DeskModelAdmin, ReadOnlyAdmin
from servicedesk.records.admin_columns import NOTHING
from tickets.models import Environment

NOT_RATED = "none"


class ByChangeStatus(admin.SimpleListFilter):
    """The statuses of an RFC, known from its life cycles."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ChangeStatus.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() in ChangeStatus.values else queryset


class ByEnvironment(admin.SimpleListFilter):
    """RFCs by one of the environments that they touch."""

    title = gettext_lazy("environment")
    parameter_name = "environment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Environment.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        return queryset.filter(environments__contains=[asked]) if asked in Environment.values else queryset


class ByRisk(admin.SimpleListFilter):
    """RFCs by how they were rated."""

    title = gettext_lazy("risk")
    parameter_name = "risk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Risk.choices, (NOT_RATED, _("Not rated"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if asked == NOT_RATED:
            return queryset.filter(risk="")
        return queryset.filter(risk=asked) if asked in Risk.values else queryset


@admin.register(RequestForChange)
class RequestForChangeAdmin(ReadOnlyAdmin):
    """Every RFC. It changes only through what is done on its own page."""

    list_display = (
        "reference", "title", "organization", "change_class", "status", "risk", "visibility", "starts_at", "created_at",
    )  # fmt: skip
    words: ClassVar[Any] = {"status": dict(ChangeStatus.choices), "risk": dict(Risk.choices)}
    list_filter = (
        ByChangeStatus,
        "change_class",
        "category",
        ByRisk,
        ByEnvironment,
        "visibility",
        "organization",
    )
    list_select_related = ("organization",)
    search_fields = ("reference__iexact", "title")
    fields = (
        "reference", "page", "title", "organization", "visibility", "reporter", "status", "change_class", "template",
        "category", "description", "reason", "affected", "desired_on", "where", "changed_documents", "downtime",
        "release", "implementer", "implementation_plan", "test_plan", "communication_plan", "back_out_plan", "risk",
        "ratings", "published_at", "deferred_until", "starts_at", "ends_at", "sequence", "outcome", "created_at",
        "updated_at", "done_at", "version",
    )  # fmt: skip
    readonly_fields = ("page", "where", "changed_documents", "ratings")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestForChange]:
        documents = AffectedDocument.objects.order_by("title")
        ratings = RiskAssessment.objects.select_related("formula", "by").order_by("-at", "-pk")
        prefetched = (Prefetch("documents", documents), Prefetch("assessments", ratings))
        return super().get_queryset(request).prefetch_related(*prefetched)

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, rfc: RequestForChange) -> str:
        """The way to where it can be worked on."""
        return format_html('<a href="{}">{}</a>', rfc.get_absolute_url(), _("Open the request for change"))

    @admin.display(description=gettext_lazy("environments and interfaces"))
    def where(self, rfc: RequestForChange) -> str:
        """What it touches."""
        words = [value_words(name, getattr(rfc, name)) for name in ("environments", "interfaces")]
        return format_html_join("", "<p>{}</p>", ([one] for one in words))

    @admin.display(description=gettext_lazy("documents"))
    def changed_documents(self, rfc: RequestForChange) -> str:
        """Each with its versions."""
        lines = ([document_words(one.title, one.old_version, one.new_version)] for one in rfc.documents.all())
        return format_html_join("", "<p>{}</p>", lines) or NOTHING

    @admin.display(description=gettext_lazy("ratings"))
    def ratings(self, rfc: RequestForChange) -> str:
        """Every rating, the latest first."""
        lines = (
            (one.get_risk_display(), one.points, one.formula.number, one.by) for one in rfc.assessments.all()
        )
        return format_html_join("", "<p>{}, {} points by formula {}: {}</p>", lines) or NOTHING


class TemplateForm(forms.ModelForm):
    """A template, with its lists as boxes to tick. Change managers approve one."""

    environments = forms.MultipleChoiceField(
        label=gettext_lazy("Environments"), choices=Environment, widget=forms.CheckboxSelectMultiple
    )
    interfaces = forms.MultipleChoiceField(
        label=gettext_lazy("Interfaces"),
        choices=Interface,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = ChangeTemplate
        fields = (
            "title", "description", "category", "environments", "interfaces", "implementation_plan", "test_plan",
            "communication_plan", "back_out_plan", "approved_by", "approved_on", "expires_on",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = policy.who_manages() | Person.objects.filter(pk=self.instance.approved_by_id)
        self.fields["approved_by"].queryset = managers.order_by("name")  # type: ignore[attr-defined]


@admin.register(ChangeTemplate)
class ChangeTemplateAdmin(DeskModelAdmin):
    """What is approved in advance. One that is to count no more gets an end; RFCs keep what they were made from."""

    may_delete = False
    form = TemplateForm
    list_display = ("title", "category", "approved_by", "approved_on", "expires_on")
    list_filter = ("category", "expires_on")
    list_select_related = ("approved_by",)
    search_fields = ("title", "description")
    ordering = ("title",)


@admin.register(Release)
class ReleaseAdmin(DeskModelAdmin):
    """Releases of the MDM/R. They collect the RFCs that are planned into them."""

    may_delete = False
    list_display = ("name", "planned_on", "published_at")
    list_filter = ("planned_on", "published_at")
    search_fields = ("name", "summary")
    fields = ("name", "planned_on", "summary", "published_at")
    ordering = ("-planned_on", "name")


class FormulaForm(forms.ModelForm):
    """A new version of the formula, which begins as the last one was."""

    class Meta:
        model = RiskFormula
        fields = ("questions", "medium_from", "high_from", "plans", "lead_days")
        widgets = {
            name: forms.Textarea(attrs={"rows": rows, "cols": 100})
            for name, rows in (("questions", 30), ("plans", 8), ("lead_days", 3))
        }

    def clean(self) -> dict[str, Any]:
        """Everything that a rating asks of it is there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for field, words in problems_of(**cleaned):
                self.add_error(field, words)
        return cleaned


@admin.register(RiskFormula)
class RiskFormulaAdmin(DeskModelAdmin):
    """Versions of the risk questionnaire. One is never changed: RFCs were rated by it. Publish a new one instead."""

    may_change = may_delete = False
    form = FormulaForm
    list_display = ("number", "medium_from", "high_from", "published_at")
    headings: ClassVar[Any] = {
        "number": gettext_lazy("version"),
        "medium_from": gettext_lazy("medium from (points)"),
        "high_from": gettext_lazy("high from (points)"),
    }
    list_filter = ("published_at",)
    search_fields = ("number",)
    ordering = ("-number",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As the latest version stands."""
        latest = RiskFormula.objects.latest("number")
        named = {name: getattr(latest, name) for name in FormulaForm.Meta.fields}
        return {
            name: json.loads(json.dumps(value)) if not isinstance(value, int) else value
            for name, value in named.items()
        }

    def save_model(self, request: HttpRequest, obj: RiskFormula, form: Any, change: bool) -> None:
        """It counts from now on, under the next number."""
        obj.number = RiskFormula.objects.latest("number").number + 1
        obj.published_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(ChangeSubscription)
class ChangeSubscriptionAdmin(ReadOnlyAdmin):
    """Who subscribed to changes."""

    known_by = ("person", "where")
    list_display = ("person", "where", "digest", "since")
    list_filter = ("environment", "digest")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__email")
    fields = list_display
    readonly_fields = ("where",)

    @admin.display(description=gettext_lazy("environment"))
    def where(self, subscription: ChangeSubscription) -> str:
        """One, or all."""
        return str(subscription.get_environment_display() or _("Every environment"))
