"""The demo's own addresses. Only a demo includes them (servicedesk/urls.py)."""

from django.urls import path

from servicedesk.demo import views

app_name = "demo"

urlpatterns = [
    path("mail/", views.mail, name="mail"),
    path("mail/<str:key>/", views.mail_detail, name="mail_detail"),
]
