"""Organizations in Django admin, their ORG IDs, and who acts for them."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organization, OrgId
from servicedesk.records.admin_base import (
    DeskModelAdmin,
    ForAdministrators,
)
from servicedesk.records.admin_columns import NOTHING


class OrgIdInline(ForAdministrators, admin.TabularInline):
    """The ORG IDs of an organization."""

    model = OrgId
    extra = 0


class PeopleInline(ForAdministrators, admin.TabularInline):
    """Who acts for an organization. Roles are given on a person's page, or by invitation."""

    may_add = may_change = may_delete = False
    model = Membership
    fk_name = "organization"
    fields = ("person", "role", "via", "since", "until")
    readonly_fields = ("since", "until")
    verbose_name_plural = gettext_lazy("people (roles are given on a person’s page, or by invitation)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows = super().get_queryset(request).select_related("person", "organization", "via")
        return rows.order_by("person__name", "pk")

    @admin.display(description=gettext_lazy("since"))
    def since(self, membership: Membership) -> str:
        """The first day."""
        return str(cast(Any, self.admin_site).day(membership.starts_on))

    @admin.display(description=gettext_lazy("until"))
    def until(self, membership: Membership) -> str:
        """The last day, where there is one."""
        return cast(Any, self.admin_site).day(membership.ends_on) if membership.ends_on else NOTHING


@admin.register(Organization)
class OrganizationAdmin(DeskModelAdmin):
    """LDCs, vendors and the SME. Never deleted: an organization that left is not active."""

    may_delete = False
    list_display = ("name", "kind", "codes", "phone", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "org_ids__code")
    search_help_text = gettext_lazy("A name or an ORG ID")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> tuple[type[admin.TabularInline], ...]:
        return (OrgIdInline, PeopleInline) if obj else (OrgIdInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return super().get_queryset(request).prefetch_related("org_ids")

    @admin.display(description=gettext_lazy("ORG IDs"))
    def codes(self, organization: Organization) -> str:
        """All of them."""
        return ", ".join(sorted(org_id.code for org_id in organization.org_ids.all()))
