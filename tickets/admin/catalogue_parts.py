"""What belongs to a version of an item, edited on its page: fields, approval steps and tasks, in their order."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.versions import NamedBoxes, PartOfVersion
from tickets.models import ApprovalStep, ItemField, TaskTemplate, Team

OUT_OF_THE_WAY = 10_000
"""Added to positions while they change places."""


class PlainText(forms.CharField):
    """Text of several lines, whose ends are written as they are stored."""

    def to_python(self, value: Any) -> str:
        return "\n".join(cast("str", super().to_python(value)).splitlines())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, self.to_python(data))


class PartForm(forms.ModelForm):
    """A row whose place may be left open."""

    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        required=False,
        min_value=0,
        max_value=OUT_OF_THE_WAY - 1,
        widget=forms.NumberInput(attrs={"class": "desk-minutes"}),
        help_text=gettext_lazy("Empty: at the end."),
    )


class InOrder(NamedBoxes):
    """Rows that have a position. One without comes last; two that have the same are told so."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk is None:
            form.initial["position"] = None

    def clean(self) -> None:
        """Give a place to the rows that have none."""
        super().clean()
        kept = [form for form in self.forms if form.is_valid() and form not in self.deleted_forms]
        named = [form for form in kept if form.has_changed() or form.instance.pk]
        taken = [place for form in named if (place := form.cleaned_data.get("position")) is not None]
        for form in named:
            if form.cleaned_data.get("position") is None:
                form.instance.position = max(taken, default=0) + 1
                taken.append(form.instance.position)


class ApprovalStepForm(PartForm):
    """Whom a step asks. That no two have one place is seen to by the whole table: they may change theirs."""

    class Meta:
        model = ApprovalStep
        fields = ("position", "asks", "needs", "remind_after_days", "decide_within_days")
        widgets: ClassVar[dict[str, Any]] = {
            "remind_after_days": forms.NumberInput(attrs={"class": "desk-minutes"}),
            "decide_within_days": forms.NumberInput(attrs={"class": "desk-minutes"}),
        }

    def _get_validation_exclusions(self) -> set[str]:
        # without the version, the rows that are being changed are not asked whether a place is free
        return cast("set[str]", super()._get_validation_exclusions()) | {"version"}  # type: ignore[misc]


class StepsInOrder(InOrder):
    """Approval steps, which come one after another."""

    def clean(self) -> None:
        """No two at once."""
        super().clean()
        places = [
            form.instance.position
            for form in self.forms
            if form.is_valid() and form not in self.deleted_forms and (form.has_changed() or form.instance.pk)
        ]
        if len(set(places)) < len(places):
            raise forms.ValidationError(
                _("Two approval steps have the same position. Give each a number of its own.")
            )

    def save(self, commit: bool = True) -> Any:
        """Move all of them out of the way first, for two may change places."""
        ApprovalStep.objects.filter(version=self.instance).update(position=F("position") + OUT_OF_THE_WAY)
        saved = super().save(commit)
        for form in self.initial_forms:
            if not form.has_changed():
                form.instance.save(update_fields=["position"])
        return saved


class ItemFieldForm(PartForm):
    """A question of the form."""

    class Meta:
        model = ItemField
        fields = (
            "position", "name", "kind", "label", "label_fr", "help", "help_fr", "required", "material", "choices",
            "columns", "show_field", "show_values", "earliest_days", "latest_days", "most", "pattern",
            "pattern_words", "pattern_words_fr",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            name: forms.TextInput(attrs={"size": 60})
            for name in (
                "label",
                "label_fr",
                "help",
                "help_fr",
                "pattern",
                "pattern_words",
                "pattern_words_fr",
            )
        }


class ItemFieldInline(PartOfVersion, admin.StackedInline):
    """The questions of the form; what few of them need is folded."""

    model = ItemField
    form = ItemFieldForm
    formset = InOrder
    extra = 1
    verbose_name_plural = gettext_lazy("fields of the form")
    formfield_overrides: ClassVar[Any] = {  # type: ignore[misc]  # the stubs of the two parents differ
        **PartOfVersion.formfield_overrides,
        TextField: {
            "form_class": PlainText,
            "widget": forms.Textarea(attrs={"rows": 5, "cols": 90, "spellcheck": "false"}),
        },
    }
    fieldsets = (
        (None, {"fields": (
            ("position", "name", "kind"), ("label", "label_fr"), ("help", "help_fr"), ("required", "material"),
        )}),
        (gettext_lazy("Choices or columns"), {"fields": ("choices", "columns"), "classes": ("collapse",)}),
        (gettext_lazy("Asked only sometimes"), {
            "fields": (("show_field", "show_values"),), "classes": ("collapse",),
        }),
        (gettext_lazy("Limits"), {"fields": (
            ("earliest_days", "latest_days", "most"), "pattern", ("pattern_words", "pattern_words_fr"),
        ), "classes": ("collapse",)}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItemField]:
        return super().get_queryset(request).order_by("position", "pk")


class ApprovalStepInline(PartOfVersion, admin.TabularInline):
    """Who has to agree, one after another."""

    model = ApprovalStep
    form = ApprovalStepForm
    formset = StepsInOrder
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovalStep]:
        return super().get_queryset(request).order_by("position", "pk")


class TaskTemplateForm(PartForm):
    """A piece of the work."""

    class Meta:
        model = TaskTemplate
        fields = ("position", "title", "title_fr", "team", "due_percent")
        widgets: ClassVar[dict[str, Any]] = {
            "due_percent": forms.NumberInput(attrs={"class": "desk-minutes"})
        }


class TaskTemplateInline(PartOfVersion, admin.TabularInline):
    """The work. The list of teams is read once, not once for every box."""

    model = TaskTemplate
    form = TaskTemplateForm
    formset = InOrder
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaskTemplate]:
        return super().get_queryset(request).select_related("team").order_by("position", "pk")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for name in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Team:
            teams = Team.objects.order_by("name").values_list("pk", "name")
            field.choices = [("", _("the item’s team")), *teams]
        return field
