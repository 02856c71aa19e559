"""Home, the pages that everyone can open, and what every kind of record shares.

No namespace: these names are the portal's own.
"""

from django.urls import path

from servicedesk.ui.views import (
    components,
    drafts,
    files,
    health,
    home,
    notices,
    pages,
    preferences,
    search,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("contact/", pages.contact, name="contact"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("drafts/", drafts.index, name="drafts"),
    path("drafts/<uuid:public_id>/", drafts.save, name="draft_save"),
    path("drafts/<uuid:public_id>/discard/", drafts.discard, name="draft_discard"),
    path("files/", files.upload, name="file_upload"),
    path("files/<uuid:public_id>/remove/", files.remove, name="file_remove"),
    path("files/<uuid:public_id>/<str:name>", files.download, name="file_download"),
    path("notifications/", notices.index, name="notices"),
    path("notifications/read/", notices.mark_read, name="notices_read"),
    path("me/preferences/", preferences.edit, name="preferences"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("search/", search.search, name="search"),
    path("desk/components/", components.components, name="components"),
    path("healthz/live", health.live, name="healthz_live"),
    path("healthz/ready", health.ready, name="healthz_ready"),
]
