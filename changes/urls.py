"""Addresses of requests for change."""

from django.urls import include, path

from changes import urls_deciding
from changes.views import filing, lists, planning, rfc

app_name = "changes"

urlpatterns = [
    *urls_deciding.urlpatterns,
    path("", include("changes.urls_schedule")),
    path("changes/", lists.changes, name="list"),
    path("changes/new/", filing.new, name="new"),
    path("changes/new/check/", filing.check, name="check"),
    path("changes/subscriptions/", lists.subscriptions, name="subscriptions"),
    path("changes/<str:reference>/", rfc.detail, name="detail"),
    path("changes/<str:reference>/submitted/", filing.submitted, name="submitted"),
    path("changes/<str:reference>/write/", rfc.write, name="write"),
    path("changes/<str:reference>/move/<slug:name>/", rfc.move, name="move"),
    path("changes/<str:reference>/follow/", rfc.follow, name="follow"),
    path("changes/<str:reference>/edit/", planning.edit, name="edit"),
    path("changes/<str:reference>/risk/", planning.risk, name="risk"),
    path("changes/<str:reference>/plan/", planning.plan, name="plan"),
    path("changes/<str:reference>/publish/", planning.publish, name="publish"),
    path("changes/<str:reference>/unpublish/", planning.unpublish, name="unpublish"),
]
