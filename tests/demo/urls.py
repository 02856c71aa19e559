"""The portal's addresses as a demo has them."""

from django.urls import include, path

from servicedesk import urls as portal

urlpatterns = [*portal.urlpatterns, path("demo/", include("servicedesk.demo.urls"))]
handler400, handler403, handler404, handler500 = (
    portal.handler400,
    portal.handler403,
    portal.handler404,
    portal.handler500,
)
