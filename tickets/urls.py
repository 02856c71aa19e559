"""Addresses of filing, tickets and the desk."""

from django.urls import path

from tickets.views import (
    approvals,
    conversion,
    editing,
    help,
    importing,
    lists,
    order,
    proof,
    report,
    reports,
    requests,
    ticket,
    volumes,
)

app_name = "tickets"

urlpatterns = [
    path("help/new/", help.choices, name="help"),
    path("help/new/choice/<slug:name>/", help.choice, name="help_choice"),
    path("help/new/incident/", report.report, name="report"),
    path("help/new/incident/check/", report.check, name="report_check"),
    path("help/new/incident/severity/", report.severity, name="report_severity"),
    path("help/new/<slug:slug>/", order.order, name="order"),
    path("help/new/<slug:slug>/check/", order.check, name="order_check"),
    path("help/new/<slug:slug>/import/", importing.rows, name="order_import"),
    path("help/new/<slug:slug>/import/template/", importing.template, name="order_template"),
    path("tickets/", lists.tickets, name="list"),
    path("tickets/<str:reference>/", ticket.detail, name="detail"),
    path("tickets/<str:reference>/edit/", editing.edit, name="edit"),
    path("tickets/<str:reference>/submitted/", ticket.submitted, name="submitted"),
    path("tickets/<str:reference>/write/", ticket.write, name="write"),
    path("tickets/<str:reference>/move/<slug:name>/", ticket.move, name="move"),
    path("tickets/<str:reference>/assign/", ticket.assign, name="assign"),
    path("tickets/<str:reference>/severity/", ticket.rate, name="rate"),
    path("tickets/<str:reference>/contact/", ticket.contact, name="contact"),
    path("tickets/<str:reference>/tasks/<int:pk>/", requests.task, name="task"),
    path("tickets/<str:reference>/convert/", conversion.convert, name="convert"),
    path("tickets/<str:reference>/links/", requests.link, name="link"),
    path("tickets/<str:reference>/links/<int:pk>/remove/", requests.unlink, name="unlink"),
    path("tickets/<str:reference>/why/", proof.why, name="why"),
    path("tickets/<str:reference>/why/excuse/", proof.excuse, name="excuse"),
    path("tickets/<str:reference>/follow/", ticket.follow, name="follow"),
    path("requests/<str:reference>/approvals/<uuid:public_id>/", approvals.approval, name="approval"),
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/delegate/", approvals.delegate, name="delegate"),
    path("approvals/delegations/<int:pk>/end/", approvals.end_delegation, name="end_delegation"),
    path("desk/", lists.desk, name="desk"),
    path("desk/q/", lists.queue_default, name="queue_default"),
    path("desk/q/<slug:name>/", lists.queue, name="queue"),
    path("desk/tickets/<str:reference>/", ticket.desk_detail, name="desk_detail"),
    path("reports/service-levels/", reports.service_levels, name="service_levels"),
    path("reports/volumes/", volumes.volumes, name="volumes"),
]
