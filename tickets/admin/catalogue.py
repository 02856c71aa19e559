"""The service catalogue in Django admin: what can be ordered, under which choice, and who works on it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.records.admin_base import DeskModelAdmin, ForAdministrators, StateFilter
from servicedesk.records.refusals import Refused
from servicedesk.ui.forms import DeskForm
from servicedesk.ui.moments import absolute
from tickets import policy
from tickets.actions.cataloguing import new_item_version_draft, offer_item_again, retire_item
from tickets.admin.catalogue_versions import concerned
from tickets.admin.catalogue_words import approval_words, general_terms
from tickets.admin.versions import PagesBelow, person, published_words
from tickets.models import CatalogueItem, Choice, ItemVersion, Team
from tickets.sla import rulebook
from tickets.sla.spans import fulfilment_time

PUBLISHED = Q(versions__number__isnull=False)


class TeamForm(forms.ModelForm):
    """A team. Its members are people of the desk."""

    members = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Those who may work on tickets."),
    )

    class Meta:
        model = Team
        fields = ("name", "name_fr", "slug", "members")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = policy.who_may_work()  # type: ignore[attr-defined]


@admin.register(Team)
class TeamAdmin(DeskModelAdmin):
    """Who works on tickets of a sort."""

    form = TeamForm
    actions = None
    list_display = ("name", "name_fr", "slug", "people")
    headings: ClassVar[Any] = {"slug": gettext_lazy("in addresses")}
    search_fields = ("name", "name_fr", "slug")
    ordering = ("name",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(counted=Count("members"))

    @admin.display(description=gettext_lazy("members"))
    def people(self, team: Any) -> str:
        """How many."""
        return str(team.counted)


class OfferState(StateFilter):
    """Offered, not published yet, or retired."""

    states = {
        "offered": (gettext_lazy("Offered"), Q(retired_at=None, counted_published__gt=0)),
        "unpublished": (gettext_lazy("Not published yet"), Q(retired_at=None, counted_published=0)),
        "retired": (gettext_lazy("Retired"), Q(retired_at__isnull=False)),
    }


class ItemVersionInline(ForAdministrators, admin.TabularInline):
    """An item's versions, the newest first. They are edited on their own pages."""

    may_add = may_change = may_delete = False
    model = ItemVersion
    fields = ("number", "name", "note", "published")
    readonly_fields = ("published",)
    show_change_link = True
    extra = 0
    verbose_name_plural = gettext_lazy("versions")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItemVersion]:
        rows = super().get_queryset(request).select_related("published_by")
        return rows.order_by("-number", "-pk")  # PostgreSQL puts what has no number, the drafts, first

    @admin.display(description=gettext_lazy("published"))
    def published(self, version: ItemVersion) -> SafeString:
        """When, and by whom."""
        return published_words(version)


class NewDraftForm(DeskForm):
    """What a draft of an item needs to begin with."""

    note = forms.CharField(label=gettext_lazy("What is new, and why"), max_length=200)


class NothingToSay(DeskForm):
    """A step that is only confirmed."""


@admin.register(CatalogueItem)
class CatalogueItemAdmin(PagesBelow):
    """What can be ordered. What an item asks and does stands in its versions."""

    actions = None
    change_form_template = "admin/tickets/catalogue_item.html"
    known_by = ("name",)
    list_display = ("name", "choice", "current", "promise", "approvals", "drafts", "offered")
    list_filter = (OfferState, "choice")
    search_fields = ("slug", "versions__name", "versions__name_fr")
    ordering = ("position", "slug")
    sortable_by = ()
    inlines = (ItemVersionInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never published: the requests for the others stay readable."""
        may_delete = super().has_delete_permission(request, obj)
        return may_delete and (obj is None or not obj.counted_published)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueItem]:
        found: Any = super().get_queryset(request)
        found = found.with_current().prefetch_related("latest_versions__approval_steps")
        return found.annotate(
            counted_published=Count("versions", filter=PUBLISHED),
            counted_drafts=Count("versions", filter=~PUBLISHED),
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with what is promised: by the versions that count now."""
        changes: Any = super().get_changelist_instance(request)
        versions, today = rulebook.current_versions(), timezone.localdate()
        for item in changes.result_list:
            item.promised = fulfilment_time(versions, general_terms(item.slug), on=today).words()
            item.promised_by = versions.policy
        return changes

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "choice", "position", "offered") if obj else ("slug", "choice", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug", "offered") if obj else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "choice":
            kwargs["choices"] = [("", "–"), *(one for one in Choice.choices if one[0] != Choice.INCIDENT)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def more_views(self) -> dict[str, Any]:
        return {"new-draft": self.draft_view, "retire": self.retire_view, "offer-again": self.offer_view}

    # Pages

    def draft_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a draft after the latest version."""
        item: CatalogueItem = self.found(request, object_id)
        form = NewDraftForm(request.POST or None)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                draft = new_item_version_draft(item, note=form.cleaned_data["note"])
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.http_status
            else:
                self.log_addition(request, draft, _("Made as a draft."))
                return HttpResponseRedirect(reverse("admin:tickets_itemversion_change", args=[draft.pk]))
        sentences = [_("The draft begins with what the latest published version says.")]
        return self.step(request, item, form, _("New draft"), _("Make the draft"), sentences, status)

    def retire_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Offer it no longer, once that is confirmed."""
        item: CatalogueItem = self.found(request, object_id)
        if request.method == "POST":
            try:
                retire_item(item, by=person(request), at=timezone.now())
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("“%(name)s” is retired.") % {"name": self.name(item)})
            return HttpResponseRedirect(self.address(item))
        counts = concerned(item)
        sentences = [
            _("Nobody can order “%(name)s” from then on; it can be offered again.")
            % {"name": self.name(item)},
            _("Open requests for it go on as they are: %(n)d.") % {"n": counts["open_requests"]},
            _("Forms that people have begun cannot be sent any more: %(n)d.") % {"n": counts["drafts"]},
        ]
        return self.step(
            request, item, NothingToSay(), _("Retire"), _("Retire the item"), sentences, status=200
        )

    def offer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the retirement back, once that is confirmed."""
        item: CatalogueItem = self.found(request, object_id)
        if request.method == "POST":
            try:
                offer_item_again(item, by=person(request))
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("“%(name)s” is offered again.") % {"name": self.name(item)})
            return HttpResponseRedirect(self.address(item))
        sentences = [
            _("“%(name)s” can be ordered again, by its latest published version.") % {"name": self.name(item)}
        ]
        return self.step(
            request, item, NothingToSay(), _("Offer again"), _("Offer the item again"), sentences, status=200
        )

    def step(
        self,
        request: HttpRequest,
        item: CatalogueItem,
        form: forms.Form,
        title: str,
        button: str,
        sentences: list[str],
        status: int,
    ) -> HttpResponse:
        """Say what a step does, and ask for it."""
        shown = {"form": form, "title": title, "button": button, "sentences": sentences}
        return self.page(request, "admin/tickets/catalogue_step.html", item, status=status, **shown)

    # Columns

    @admin.display(description=gettext_lazy("name"))
    def name(self, item: CatalogueItem) -> str:
        """In English, or how it is called in addresses while nothing is published."""
        current = item.current()
        return current.name if current else item.slug

    @admin.display(description=gettext_lazy("current version"))
    def current(self, item: CatalogueItem) -> SafeString | str:
        """The way to it."""
        current = item.current()
        if current is None:
            return _("none is published")
        where = reverse("admin:tickets_itemversion_change", args=[current.pk])
        return format_html('<a href="{}">{}</a>', where, _("version %(n)d") % {"n": current.number})

    @admin.display(description=gettext_lazy("promise"))
    def promise(self, item: Any) -> SafeString:
        """The time to fulfil it, with the way to the policy that says so."""
        where = reverse("admin:tickets_policyversion_change", args=[item.promised_by])
        return format_html('<a href="{}">{}</a>', where, item.promised)

    @admin.display(description=gettext_lazy("approvals"))
    def approvals(self, item: CatalogueItem) -> str:
        """Who has to agree."""
        current = item.current()
        return approval_words(current.approval_steps.all()) if current else ""

    @admin.display(description=gettext_lazy("drafts"))
    def drafts(self, item: Any) -> str:
        """How many wait to be published."""
        return str(item.counted_drafts or "")

    @admin.display(description=gettext_lazy("offered"))
    def offered(self, item: Any) -> str:
        """Whether it can be ordered, and since when not."""
        if item.retired_at:
            return _("retired since %(when)s") % {"when": absolute(item.retired_at)}
        return _("yes") if item.counted_published else _("not yet: nothing is published")
