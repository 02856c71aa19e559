"""An item's versions in Django admin: drafted, looked at as people will see them, and published."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.models import Draft
from servicedesk.records.refusals import Refused
from servicedesk.ui.forms import DeskForm
from tickets.actions.cataloguing import publish_item_version
from tickets.admin.catalogue_differences import item_before, item_differences
from tickets.admin.catalogue_parts import ApprovalStepInline, ItemFieldInline, TaskTemplateInline
from tickets.admin.catalogue_preview import preview
from tickets.admin.catalogue_words import missing_french
from tickets.admin.versions import DraftedAdmin, DraftState, is_draft, person, published_words
from tickets.catalogue.problems import problems
from tickets.models import CatalogueItem, ItemVersion, ServiceRequest

WIDE = forms.TextInput(attrs={"size": 70})


class ItemVersionForm(forms.ModelForm):
    """A draft. Which item it is of is asked only for the first one of a new item."""

    class Meta:
        model = ItemVersion
        fields = (
            "item", "note", "name", "name_fr", "summary", "summary_fr", "prepare", "prepare_fr", "visibility",
            "team", "effect",
        )  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = dict.fromkeys(
            ("note", "name", "name_fr", "summary", "summary_fr", "prepare", "prepare_fr"), WIDE
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "item" in self.fields:
            first = CatalogueItem.objects.exclude(versions__number__isnull=False).order_by("slug")
            self.fields["item"].queryset = first  # type: ignore[attr-defined]


class PublishItemForm(DeskForm):
    """The sign-off. Who ticks it, and when, is recorded with the version."""

    checked = forms.BooleanField(label=gettext_lazy("I have checked the form and what stands above"))
    note = forms.CharField(label=gettext_lazy("What is new, and why"), max_length=200)


@admin.register(ItemVersion)
class ItemVersionAdmin(DraftedAdmin):
    """What an item is, asks and does, from one version to the next."""

    may_add = True  # the first one of a new item; the others are made from the one before
    form = ItemVersionForm
    inlines = (ItemFieldInline, ApprovalStepInline, TaskTemplateInline)
    change_form_template = "admin/tickets/catalogue_version.html"
    list_display = ("__str__", "under", "note", "published")
    list_filter = (DraftState, "item__choice")
    list_select_related = ("item", "published_by")
    search_fields = ("item__slug", "name", "name_fr", "note")
    ordering = ("item__position", "item__slug", "-number", "-pk")
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("item", "note", "published")}),
        (gettext_lazy("English"), {"fields": ("name", "summary", "prepare")}),
        (gettext_lazy("French"), {"fields": ("name_fr", "summary_fr", "prepare_fr")}),
        (gettext_lazy("What happens to a request"), {"fields": ("visibility", "team", "effect")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ItemVersion]:
        return super().get_queryset(request).select_related("item", "team", "published_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("published", "item") if obj else ("published",)

    def more_views(self) -> dict[str, Any]:
        return {"preview": self.preview_view, "publish": self.publish_view}

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
        if obj:
            context |= {"draft": is_draft(obj), "missing": missing_french(obj)}
            context["problems"] = problems(obj, obj.fields_in_order()) if is_draft(obj) else []
        return super().render_change_form(request, context, add, change, form_url, obj)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The form as people see it."""
        version = self.found(request, object_id)
        return preview(request, version, reader=person(request), back=self.address(version))

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what is new and whom it concerns, and publish once it is signed off."""
        version: ItemVersion = self.found(request, object_id)
        if not is_draft(version):
            messages.info(request, _("%(version)s is published already.") % {"version": version})
            return HttpResponseRedirect(self.address(version))
        form = PublishItemForm(request.POST or None, initial={"note": version.note})
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                publish_item_version(
                    version, by=person(request), at=timezone.now(), note=form.cleaned_data["note"]
                )
            except Refused as refused:
                form.add_error(None, str(refused))
                status = refused.http_status
            else:
                messages.success(request, _("%(version)s is published.") % {"version": version})
                return HttpResponseRedirect(self.address(version))
        before = item_before(version)
        return self.page(
            request,
            "admin/tickets/catalogue_publish.html",
            version,
            status=status,
            title=_("Publish: %(version)s") % {"version": version},
            form=form,
            before=before,
            differences=item_differences(version, before),
            problems=problems(version, version.fields_in_order()),
            missing=missing_french(version),
            **concerned(version.item),
        )

    @admin.display(description=gettext_lazy("offered under"))
    def under(self, version: ItemVersion) -> str:
        """The choice of the page for help."""
        return str(version.item.get_choice_display())

    @admin.display(description=gettext_lazy("published"))
    def published(self, version: ItemVersion) -> SafeString:
        """When, and by whom."""
        return published_words(version)


def concerned(item: CatalogueItem) -> dict[str, int]:
    """How many have begun the item's form and not sent it, and how many requests for it are open."""
    return {
        "drafts": Draft.objects.unsent().filter(form=f"request:{item.slug}").count(),
        "open_requests": ServiceRequest.objects.unfinished().filter(item_version__item=item).count(),
    }
