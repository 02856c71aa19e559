"""Django admin behind the portal's own door: one sign-in page, one look, one way out."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_base import DeskModelAdmin, may_administer
from servicedesk.ui import devices, moments


class DeskAdminSite(admin.AdminSite):
    """Administrators sign in like everyone else, second factor included."""

    site_header = _("MDM/R Service Desk administration")
    site_title = _("MDM/R Service Desk")
    index_title = _("Administration")
    site_url = "/"
    enable_nav_sidebar = True

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Take the desk's own pages only: libraries bring some that show keys, or that know no role."""
        if admin_class is not None and issubclass(admin_class, DeskModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def moment(self, instant: datetime) -> str:
        """As in the portal: ``Mon 15 Mar 2027, 08:30 EDT``. A narrow column breaks it between day and hour alone."""
        day, _comma, hour = moments.absolute(instant).partition(", ")
        machine = moments.machine(instant)
        return format_html('<time datetime="{}"><span>{},</span> <span>{}</span></time>', machine, day, hour)

    def day(self, day: date) -> str:
        """``Mon 15 Mar 2027``."""
        return format_html(
            '<time datetime="{}"><span>{}</span></time>', day.isoformat(), dateformat.format(day, "D j M Y")
        )

    def device(self, user_agent: str) -> str:
        """``Firefox on Windows``; the whole, which few can read, in its title."""
        return format_html('<span title="{}">{}</span>', user_agent, devices.device(user_agent))

    def has_permission(self, request: HttpRequest) -> bool:
        """The role is what counts, not Django's flags: it ends, and it asks for a second factor."""
        return may_administer(request)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Send strangers to the portal's sign-in page, and people without the right away, in words."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        ):
            wanted = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators can open this page."))
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def logout(  # type: ignore[override]  # a redirect in the place of a page
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """The portal's sign-out page asks, and ends the session in its list."""
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(  # type: ignore[override]  # a redirect in the place of a page
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """One place to change a password: the portal's, which asks for re-authentication."""
        return HttpResponseRedirect(reverse("account_change_password"))


class DeskAdminConfig(AdminConfig):
    default_site = "servicedesk.ui.admin_site.DeskAdminSite"
