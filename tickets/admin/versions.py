"""What calendars and policies have in common: drafts are edited, looked at and published; then they never change."""

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Person
from servicedesk.records.admin_base import DeskModelAdmin, ForAdministrators, StateFilter
from servicedesk.records.refusals import Refused
from servicedesk.schedule.models import Job
from servicedesk.ui.forms import DeskForm
from servicedesk.ui.moments import absolute
from tickets.actions.publishing import foresee
from tickets.admin import simulator, what_would_change
from tickets.admin.differences import Difference
from tickets.admin.names import organization_names, zone_names
from tickets.models.published import Published
from tickets.sla.rollout import Version


class DraftState(StateFilter):
    """Draft or published."""

    states = {
        "draft": (gettext_lazy("Draft"), Q(number=None)),
        "published": (gettext_lazy("Published"), Q(number__isnull=False)),
    }


class PartOfVersion(ForAdministrators):
    """An inline of a version: its rows change as long as the version is a draft."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_draft(obj)


class NamedBoxes(BaseInlineFormSet):
    """A table of boxes, each of which says its column's name to those who do not see the head of the table."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget: Any = getattr(field.widget, "widget", field.widget)  # out of Django's wrapper
            if not isinstance(widget, forms.CheckboxSelectMultiple | forms.HiddenInput):
                widget.attrs["aria-label"] = str(field.label or "")


class PublishForm(DeskForm):
    """The sign-off. Who ticks it, and when, is recorded with the version."""

    checked = forms.BooleanField(label=gettext_lazy("I have checked what stands above"))
    move_open = forms.BooleanField(label=gettext_lazy("Move open tickets to this version"), required=False)


class PagesBelow(DeskModelAdmin):
    """Rows with pages of the desk's own, as addresses below each."""

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<path:object_id>/{address}/",
                self.admin_site.admin_view(view),
                name=f"{self.opts.app_label}_{self.opts.model_name}_{address.replace('-', '_')}",
            )
            for address, view in self.more_views().items()
        ] + super().get_urls()

    def more_views(self) -> dict[str, Any]:
        """Further addresses below a row's, with their views."""
        return {}

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """A row, for somebody who may edit them. Raises Http404, PermissionDenied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def page(
        self, request: HttpRequest, template: str, row: Any, *, status: int, **shown: Any
    ) -> HttpResponse:
        """A page about a row, below it in the breadcrumbs."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": row, **shown}
        return TemplateResponse(request, template, context, status=status)

    def address(self, row: Model) -> str:
        """A row's own page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])


class DraftedAdmin(PagesBelow):
    """A list of versions of something: drafts are edited, what is published stays."""

    may_add = False
    actions = None  # a published version may not go along with others
    list_filter: ClassVar[tuple[Any, ...]] = (DraftState,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_draft(obj)

    def draft(self, request: HttpRequest, object_id: str) -> Any:
        """A draft. Raises Http404 for what is published already, too: there is nothing to do with it."""
        version = self.found(request, object_id)
        if not is_draft(version):
            raise Http404
        return version


class VersionAdmin(DraftedAdmin):
    """A list of versions. Drafts are made by "Make a new version", on the page of a published one."""

    change_list_template = "admin/tickets/versions_list.html"
    change_form_template = "admin/tickets/version_form.html"
    publish_form: ClassVar[type[PublishForm]] = PublishForm
    renew_form: ClassVar[type[forms.Form]]
    moves_open: ClassVar[bool]
    """Whether open tickets move to a new version unless somebody says otherwise."""

    def more_views(self) -> dict[str, Any]:
        return {
            "publish": self.publish_view,
            "what-would-change": require_POST(self.foresee_view),
            "new-version": self.renew_view,
        }

    # What calendars and policies do each in their own way

    @abstractmethod
    def differences(self, version: Any) -> tuple[Version | None, list[Difference]]:
        """The version before, and what is new against it."""

    def warning(self, version: Any) -> str:
        """What has to be thought of before this one is published, if anything."""
        return ""

    @abstractmethod
    def publish(self, version: Any, *, by: Person, at: datetime, move_open: bool) -> Job | None:
        """Publish a draft, and answer the job that moves open tickets, if any. Raises Refused."""

    @abstractmethod
    def renew(self, version: Any, said: dict[str, Any]) -> Version:
        """Make a draft after a published version. Raises Refused."""

    # Pages

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["show_save_and_add_another"] = False
        context |= {"organizations": organization_names(), "zones": zone_names()}
        context |= self.steps(obj) if obj else {}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def steps(self, version: Any) -> dict[str, Any]:
        """What the bar above a version offers."""
        return {
            "draft": is_draft(version),
            "simulator": simulator.address_for(version),
            "look": what_would_change.latest_look(version),
        }

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what is new, and publish once it is signed off."""
        version = self.draft(request, object_id)
        form = self.publish_form(request.POST or None, initial={"move_open": self.moves_open})
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                rollout = self.publish(
                    version, by=person(request), at=timezone.now(), move_open=form.cleaned_data["move_open"]
                )
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.http_status
            else:
                return self.after_publishing(request, version, rollout)
        before, differences = self.differences(version)
        look = what_would_change.latest_look(version)
        return self.page(
            request,
            "admin/tickets/publish.html",
            version,
            status=status,
            title=_("Publish: %(version)s") % {"version": version},
            form=form,
            before=before,
            differences=differences,
            warning=self.warning(version),
            look=look,
            outdated=look and what_would_change.outdated(version, look.job),
        )

    def after_publishing(self, request: HttpRequest, version: Any, rollout: Job | None) -> HttpResponse:
        """Say so, and lead on to the tickets that move."""
        self.log_change(request, version, _("Published."))
        messages.success(request, _("%(version)s is published.") % {"version": version})
        return HttpResponseRedirect(what_would_change.address(rollout) if rollout else self.address(version))

    def foresee_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Start to work out which open tickets would move, and lead to where it shows."""
        version = self.draft(request, object_id)
        try:
            job = foresee(version, by=person(request), at=timezone.now())
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.address(version))
        return HttpResponseRedirect(what_would_change.address(job))

    def renew_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a draft after a published version."""
        version = self.found(request, object_id)
        form = self.renew_form(request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                draft: Any = self.renew(version, form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.http_status
            else:
                self.log_addition(request, draft, _("Made as a draft."))
                return HttpResponseRedirect(self.address(draft))
        return self.page(
            request,
            "admin/tickets/new_version.html",
            version,
            status=status,
            title=_("Make a new version"),
            form=form,
        )


def is_draft(version: Published | None) -> bool:
    """May it still change? None stands for any of them."""
    return version is None or version.number is None


def published_words(version: Any) -> SafeString:
    """``Draft``, or when and by whom it was published. ``published_by`` has to be at hand."""
    if version.published_at is None:
        return format_html('<span class="desk-tag desk-draft">{}</span>', _("Draft"))
    by = version.published_by or _("the desk itself")
    return format_html("{}, {}", absolute(version.published_at), by)


def person(request: HttpRequest) -> Person:
    """Who asks."""
    return cast("Person", request.user)
