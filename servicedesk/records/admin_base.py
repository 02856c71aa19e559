"""What every page of Django admin has in common: who may, how much is counted, how rows read, what a state is.

Administration is for people with the administrator's role, here and now: Django's own flags and
permissions are not asked, so ending the role ends it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import DateField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_columns import NOTHING, InWords

COUNTED = 5000


def may_administer(request: HttpRequest) -> bool:
    """Is this request from an active person with the administrator's role?"""
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.standing().is_administrator)


class CappedPaginator(Paginator):
    """Counts a few thousand rows at most: a table of millions is searched and filtered, not leafed through."""

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def capped(self) -> bool:
        """Are there more than were counted?"""
        return self._found > COUNTED

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())


class ForAdministrators:
    """What may be done on a page, said once for admins and inlines alike. Dates have the browser's own picker."""

    may_add = may_change = may_delete = True
    formfield_overrides: Any = {
        DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    }

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_administer(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_add and may_administer(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_change and may_administer(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_delete and may_administer(request)


class DeskModelAdmin(InWords, ForAdministrators, admin.ModelAdmin):
    """A page of the desk's administration. The site registers no other kind."""

    empty_value_display = NOTHING
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.columns(super().get_list_display(request))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, whose filters are called like its columns."""
        changes: Any = super().get_changelist_instance(request)
        for spec in changes.filter_specs:
            spec.title = self.heading_of(getattr(spec, "field_path", "")) or spec.title
        return changes

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Lines that nobody may change are written as in lists; boxes are Django's."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": self.columns(options["fields"], on_page=True)})
            for title, options in fieldsets
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Under a name that people know the row by."""
        if obj:
            context["subtitle"] = context["row_title"] = self.title_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Under the name of what it lists, which Django asks people to select."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class ReadOnlyAdmin(DeskModelAdmin):
    """Rows that only the desk itself writes: to look at, newest first."""

    may_add = may_change = may_delete = False
    ordering = ("-pk",)
    sortable_by = ()


class StateFilter(admin.SimpleListFilter):
    """What a row's timestamps add up to. ``states`` maps each state to its name and its condition."""

    title = _("state")
    parameter_name = "state"
    states: ClassVar[Mapping[str, tuple[str | Promise, Q]]]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [(state, label) for state, (label, _condition) in self.states.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.states.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class OrNone(admin.RelatedFieldListFilter):
    """A filter by what a row belongs to, if it belongs to anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = str(_("None"))  # type: ignore[assignment]  # words, where the stubs want HTML
