"""Service calendars in Django admin: their versions, drafted, looked at and published."""

from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.models import Person
from servicedesk.records.admin_base import DeskModelAdmin, ForAdministrators
from servicedesk.schedule.models import Job
from servicedesk.ui.forms import DeskForm
from tickets.actions.publishing import new_calendar_draft, propose_holidays, publish_calendar
from tickets.admin.differences import Difference, calendar_before, calendar_differences
from tickets.admin.hours import WEEKDAYS, HoursField, day_words, hours_words, read_hours
from tickets.admin.names import OrganizationField, ZoneInput
from tickets.admin.simulator import simulator
from tickets.admin.versions import (
    DraftState,
    NamedBoxes,
    PartOfVersion,
    PublishForm,
    VersionAdmin,
    is_draft,
    published_words,
)
from tickets.admin.what_would_change import shifts, shifts_csv
from tickets.models import CalendarDay, CalendarVersion, ServiceCalendar
from tickets.models.calendar import check_week

YEARS_AHEAD = 6
DATE_PICKER = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


# --- Calendars by name ---------------------------------------------------------------------


class VersionInline(ForAdministrators, admin.TabularInline):
    """A calendar's versions, the newest first. They are edited on their own pages."""

    may_add = may_change = may_delete = False
    model = CalendarVersion
    fields = ("number", "since", "zone", "note", "published")
    readonly_fields = ("since", "published")
    show_change_link = True
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarVersion]:
        rows = super().get_queryset(request).select_related("calendar", "published_by")
        return rows.order_by("-number", "-pk")  # PostgreSQL puts what has no number, the drafts, first

    @admin.display(description=gettext_lazy("effective on"))
    def since(self, version: CalendarVersion) -> str:
        """From which day on it counts."""
        return day_words(version.effective_on)

    @admin.display(description=gettext_lazy("published"))
    def published(self, version: CalendarVersion) -> SafeString:
        """When, and by whom."""
        return published_words(version)


@admin.register(ServiceCalendar)
class ServiceCalendarAdmin(DeskModelAdmin):
    """Calendars by name. The simulator and the pages of what changes hang below them, as addresses."""

    actions = None
    list_display = ("name", "published", "since", "drafts", "versions")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (VersionInline,)
    change_list_template = "admin/tickets/versions_list.html"
    change_form_template = "admin/tickets/calendar_form.html"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        job = "what-would-change/<str:object_id>/"
        return [
            path("simulator/", guard(simulator), name="tickets_simulator"),
            path(job, guard(shifts), name="tickets_shifts"),
            path(f"{job}csv/", guard(shifts_csv), name="tickets_shifts_csv"),
            *super().get_urls(),
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the way to a new version: after the latest, or the first."""
        published = CalendarVersion.objects.published().filter(calendar=obj)
        context["latest"] = published.order_by("-number").values_list("pk", flat=True).first()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceCalendar]:
        published = Q(versions__number__isnull=False)
        return (
            super()
            .get_queryset(request)
            .annotate(
                latest=Max("versions__number"),
                latest_from=Max("versions__effective_on", filter=published),
                waiting=Count("versions", filter=~published),
            )
        )

    @admin.display(description=gettext_lazy("latest version"))
    def published(self, calendar: Any) -> str:
        """Its number."""
        return str(calendar.latest or _("none is published"))

    @admin.display(description=gettext_lazy("from"))
    def since(self, calendar: Any) -> str:
        """The last day from which something new counts."""
        return day_words(calendar.latest_from) if calendar.latest_from else ""

    @admin.display(description=gettext_lazy("drafts"))
    def drafts(self, calendar: Any) -> str:
        """How many wait to be published."""
        return str(calendar.waiting or "")

    @admin.display(description=gettext_lazy("versions"))
    def versions(self, calendar: Any) -> SafeString:
        """The way to them."""
        where = reverse("admin:tickets_calendarversion_changelist")
        words = _("Open its versions")
        return format_html('<a href="{}?calendar__id__exact={}">{}</a>', where, calendar.pk, words)


# --- Versions ------------------------------------------------------------------------------


class CalendarVersionForm(forms.ModelForm):
    """A draft, its week as seven lines of hours."""

    monday = HoursField(label=WEEKDAYS["monday"])
    tuesday = HoursField(label=WEEKDAYS["tuesday"])
    wednesday = HoursField(label=WEEKDAYS["wednesday"])
    thursday = HoursField(label=WEEKDAYS["thursday"])
    friday = HoursField(label=WEEKDAYS["friday"])
    saturday = HoursField(label=WEEKDAYS["saturday"])
    sunday = HoursField(label=WEEKDAYS["sunday"])

    class Meta:
        model = CalendarVersion
        fields = ("calendar", "effective_on", "zone", "note")
        widgets: ClassVar[dict[str, Any]] = {"zone": ZoneInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week = self.instance.windows
        if isinstance(week, list):
            self.initial = {**dict(zip(WEEKDAYS, week, strict=False)), **self.initial}
        if "calendar" in self.fields:
            first = ServiceCalendar.objects.exclude(versions__number__isnull=False).order_by("name")
            self.fields["calendar"].queryset = first  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the week, every day of it, so that all mistakes are said at once."""
        cleaned = super().clean() or {}
        for name, label in WEEKDAYS.items():
            try:
                cleaned[name] = read_hours(cleaned.get(name, ""), str(label))
            except forms.ValidationError as error:
                self.add_error(name, error)
        week = [cleaned.get(name, []) for name in WEEKDAYS]
        if not any(self.has_error(name) for name in WEEKDAYS):
            check_week(week)
            self.instance.windows = week
        return cleaned


class CalendarDayForm(forms.ModelForm):
    """A day that differs."""

    hours = HoursField(label=gettext_lazy("Hours (empty: closed)"))
    organization = OrganizationField(label=gettext_lazy("Only for (empty: for all)"))

    class Meta:
        model = CalendarDay
        fields = ("day", "name", "organization")
        widgets: ClassVar[dict[str, Any]] = {
            "day": DATE_PICKER,
            "name": forms.TextInput(attrs={"size": 28}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["hours"] = self.instance.windows
            self.initial["organization"] = self.instance.organization and self.instance.organization.name

    def clean(self) -> dict[str, Any]:
        """Read the hours."""
        cleaned = super().clean() or {}
        day = cleaned.get("day")
        name = day_words(day) if isinstance(day, date) else _("This day")
        try:
            self.instance.windows = cleaned["hours"] = read_hours(cleaned.get("hours", ""), name)
        except forms.ValidationError as error:
            self.add_error("hours", error)
        return cleaned


class CalendarDayInline(PartOfVersion, admin.TabularInline):
    """The days that differ."""

    model = CalendarDay
    form = CalendarDayForm
    formset = NamedBoxes
    readonly_fields = ("on",)
    extra = 3

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("day" if is_draft(obj) else "on", "name", "hours", "organization")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarDay]:
        return super().get_queryset(request).select_related("organization").order_by("day", "pk")

    @admin.display(description=gettext_lazy("day"))
    def on(self, day: CalendarDay) -> str:
        """For reading, once it is published."""
        return day_words(day.day)

    @admin.display(description=gettext_lazy("hours"))
    def hours(self, day: CalendarDay) -> str:
        """For reading, once it is published."""
        return hours_words(day.windows)


class NewVersionForm(DeskForm):
    """What a new version of a calendar needs to begin with."""

    effective_on = forms.DateField(
        label=gettext_lazy("Effective on"),
        widget=DATE_PICKER,
        help_text=gettext_lazy("From midnight of this day. Before it, the version before counts."),
    )
    note = forms.CharField(
        label=gettext_lazy("What is new, and why"),
        max_length=200,
        help_text=gettext_lazy("For the record; people read it where their tickets move."),
    )


class HolidaysForm(forms.Form):
    """A year's holidays, and two days that many offices keep without being bound to."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)
    civic_holiday = forms.BooleanField(label=gettext_lazy("Civic Holiday too"), required=False)
    easter_monday = forms.BooleanField(label=gettext_lazy("Easter Monday too"), required=False)

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = [(year, str(year)) for year in range(first, first + YEARS_AHEAD)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]


class PublishCalendarForm(PublishForm):
    """The sign-off of a calendar."""

    checked = forms.BooleanField(label=gettext_lazy("I have checked these days and hours"))


@admin.register(CalendarVersion)
class CalendarVersionAdmin(VersionAdmin):
    """What a calendar says from a day on."""

    may_add = True  # the first one of a new calendar; the others are made from the one before
    form = CalendarVersionForm
    inlines = (CalendarDayInline,)
    publish_form = PublishCalendarForm
    renew_form = NewVersionForm
    moves_open = True
    list_display = ("__str__", "since", "zone", "note", "published")
    list_filter: ClassVar[tuple[Any, ...]] = (DraftState, "calendar")
    list_select_related = ("calendar", "published_by")
    search_fields = ("calendar__name", "note")
    ordering = ("-number", "-pk")
    sortable_by = ()
    readonly_fields = ("since", "week", "published")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "calendar") if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        week: Any = tuple(WEEKDAYS) if is_draft(obj) else ("week",)
        about: Any = ("calendar", "effective_on", "zone", "note")
        if not is_draft(obj):
            about = ("calendar", "since", "zone", "note", "published")
        hint = _(
            "Write hours as 08:00–17:00, with a break as 08:00–12:00, 13:00–17:00. Empty: closed. "
            "A whole day: 00:00–24:00. Over midnight: 22:00–06:00, which belongs to the day it begins on."
        )
        said = {"description": hint} if is_draft(obj) else {}
        return (
            (None, {"fields": about}),
            (_("The week"), {"fields": week, "classes": ("desk-week",), **said}),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        office = [["08:00", "17:00"]]
        week = dict.fromkeys(list(WEEKDAYS)[:5], office)
        return {**week, "effective_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def more_views(self) -> dict[str, Any]:
        return super().more_views() | {"holidays": require_POST(self.holidays_view)}

    def steps(self, version: CalendarVersion) -> dict[str, Any]:
        first = max(timezone.localdate().year, version.effective_on.year)
        return super().steps(version) | {"holidays": HolidaysForm(first=first, auto_id="holidays_%s")}

    def holidays_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Add a year's public holidays to a draft."""
        version: CalendarVersion = self.draft(request, object_id)
        first = max(timezone.localdate().year, version.effective_on.year)
        form = HolidaysForm(request.POST, first=first)
        if not form.is_valid():
            messages.error(request, _("Choose a year from the list."))
            return HttpResponseRedirect(self.address(version))
        added = propose_holidays(version, **form.cleaned_data)
        words = ngettext("%(n)d day of %(year)d was added.", "%(n)d days of %(year)d were added.", added)
        said = words % {"n": added, "year": form.cleaned_data["year"]}
        if added:
            self.log_change(request, version, said)
        messages.success(request, f"{said} {_('Read them, and change what your office does otherwise.')}")
        return HttpResponseRedirect(self.address(version))

    def differences(self, version: CalendarVersion) -> tuple[CalendarVersion | None, list[Difference]]:
        before = calendar_before(version)
        return before, calendar_differences(version, before)

    def warning(self, version: CalendarVersion) -> str:
        if version.effective_on >= timezone.localdate():
            return ""
        return _(
            "Its day lies in the past. Clocks that run are counted anew from that day on; "
            "those that have ended stay as they are."
        )

    def publish(self, version: CalendarVersion, *, by: Person, at: datetime, move_open: bool) -> Job | None:
        return publish_calendar(version, by=by, at=at, move_open=move_open)

    def renew(self, version: CalendarVersion, said: dict[str, Any]) -> CalendarVersion:
        return new_calendar_draft(version.calendar, **said)

    @admin.display(description=gettext_lazy("effective on"))
    def since(self, version: CalendarVersion) -> str:
        """From which day on it counts."""
        return day_words(version.effective_on)

    @admin.display(description=gettext_lazy("published"))
    def published(self, version: CalendarVersion) -> SafeString:
        """When, and by whom."""
        return published_words(version)

    @admin.display(description=gettext_lazy("hours"))
    def week(self, version: CalendarVersion) -> SafeString:
        """For reading, once it is published."""
        rows = zip(WEEKDAYS.values(), (hours_words(day) for day in version.windows), strict=True)
        lines = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td></tr>", rows)
        return format_html('<table class="desk-plain">{}</table>', lines)
