"""The schedule in Django admin: freezes and maintenance hours to edit; what was accepted, and feeds, to look at."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.actions.rechecking import recheck_around
from changes.forms_schedule import TYPED
from changes.models import CalendarFeed, Freeze, ScheduleOverride, ScheduleRules
from changes.schedule_words import window_words
from changes.wording import value_words
from servicedesk.records.admin_base import DeskModelAdmin, ReadOnlyAdmin, StateFilter
from servicedesk.records.models import Record
from servicedesk.ui.forms import DeskModelForm
from tickets.models import Environment


class FreezeForm(DeskModelForm):
    """A freeze, its environments as boxes to tick. Each moment is one box with a label: Django's own two have none."""

    starts_at = forms.DateTimeField(label=_("From"), widget=TYPED)
    ends_at = forms.DateTimeField(label=_("Until"), widget=TYPED)
    environments = forms.MultipleChoiceField(
        label=_("Environments"), choices=Environment, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Freeze
        fields = ("name", "starts_at", "ends_at", "environments", "hard", "reason")


class EnvironmentFilter(admin.SimpleListFilter):
    """Freezes of one environment."""

    title = _("environment")
    parameter_name = "environment"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(Environment.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Freeze]) -> QuerySet[Freeze]:
        chosen = self.value()
        return queryset.filter(environments__contains=[chosen]) if chosen in Environment.values else queryset


@admin.register(Freeze)
class FreezeAdmin(DeskModelAdmin):
    """Freezes. Changes that come to lie in one, or no longer do, are looked at in the same transaction."""

    form = FreezeForm
    list_display = ("name", "window", "where", "hard")
    list_filter = ("hard", EnvironmentFilter)
    search_fields = ("name", "reason")
    date_hierarchy = "starts_at"
    ordering = ("starts_at", "pk")

    @admin.display(description=_("window"), ordering="starts_at")
    def window(self, freeze: Freeze) -> str:
        """From when to when, in the reader's zone."""
        return window_words(freeze.starts_at, freeze.ends_at)

    @admin.display(description=_("environments"))
    def where(self, freeze: Freeze) -> str:
        """In words."""
        return value_words("environments", freeze.environments)

    def save_model(self, request: HttpRequest, obj: Freeze, form: forms.ModelForm, change: bool) -> None:
        """Look at the changes in the old span and in the new one."""
        before = [_span(one) for one in Freeze.objects.filter(pk=obj.pk)]
        super().save_model(request, obj, form, change)
        recheck_around(*before, _span(obj), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Freeze) -> None:
        span = _span(obj)
        super().delete_model(request, obj)
        recheck_around(span, at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Freeze]) -> None:
        spans = [_span(one) for one in queryset]
        super().delete_queryset(request, queryset)
        recheck_around(*spans, at=timezone.now())


@admin.register(ScheduleRules)
class ScheduleRulesAdmin(DeskModelAdmin):
    """The hours in which free slots are proposed: one row."""

    may_add = may_delete = False
    list_display = ("hours", "zone", "horizon")
    search_fields = ("zone",)

    @admin.display(description=_("hours for maintenance"))
    def hours(self, rules: ScheduleRules) -> str:
        """From when to when."""
        return str(rules)


@admin.register(ScheduleOverride)
class ScheduleOverrideAdmin(ReadOnlyAdmin):
    """Conflicts that somebody accepted."""

    known_by = ("reference", "met")
    list_display = ("reference", "met", "by", "reason", "at")
    list_select_related = ("rfc", "other", "freeze", "by")
    list_filter = ("at",)
    search_fields = ("rfc__reference", "freeze__name", "reason")
    readonly_fields = ("rfc", "window", "met", "by", "reason", "at")
    fields = readonly_fields

    @admin.display(description=_("RFC"))
    def reference(self, override: ScheduleOverride) -> str:
        """Whose window."""
        return override.rfc.reference

    @admin.display(description=_("window"))
    def window(self, override: ScheduleOverride) -> str:
        """The window for which it was accepted."""
        return window_words(override.starts_at, override.ends_at)

    @admin.display(description=_("accepted"))
    def met(self, override: ScheduleOverride) -> str:
        """What is met."""
        met: Record | Freeze | str | None = override.other or override.freeze or override.calendar
        return str(met)


class FeedState(StateFilter):
    """Does it answer?"""

    states: ClassVar[Any] = {
        "live": (_("answers"), Q(revoked_at=None)),
        "revoked": (_("revoked"), Q(revoked_at__isnull=False)),
    }


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has a calendar feed. Its token is nowhere."""

    known_by = ("owner",)
    list_display = ("owner", "created_at", "revoked_at")
    list_select_related = ("person",)
    list_filter = (FeedState,)
    search_fields = ("person__name", "person__email")
    fields = readonly_fields = ("owner", "created_at", "revoked_at")

    @admin.display(description=_("person"))
    def owner(self, feed: CalendarFeed) -> str:
        """Whose."""
        return str(feed.person)


def _span(freeze: Freeze) -> tuple[datetime, datetime]:
    return freeze.starts_at, freeze.ends_at
