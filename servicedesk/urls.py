"""Every address of the portal."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("servicedesk.ui.urls")),
    path("", include("accounts.urls")),
    path("", include("tickets.urls")),
    path("", include("changes.urls")),
    path("admin/", admin.site.urls),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("servicedesk.demo.urls"))]

handler400 = "servicedesk.ui.views.errors.bad_request"
handler403 = "servicedesk.ui.views.errors.forbidden"
handler404 = "servicedesk.ui.views.errors.not_found"
handler500 = "servicedesk.ui.views.errors.server_error"
