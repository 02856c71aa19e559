from datetime import datetime, timedelta, UTC
import html, pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from accounts.models import Person
from tickets.models import ServiceRequest
from servicedesk.demo.loader import load
from tickets.sla import rulebook

@pytest.mark.django_db
@pytest.mark.parametrize("hours",[0.5,1,6,10,14,18,22])
def test_hours(demo_settings, hours):
    at = timezone.now() - timedelta(hours=hours)
    load(at=at)
    desk = Client(); desk.force_login(Person.objects.get(name="Alison Brightwater"))
    one_of_each = ServiceRequest.objects.order_by("status", "-created_at").distinct("status")
    bad=[]
    for request in one_of_each.select_related("reporter"):
        c=Client(); c.force_login(request.reporter)
        page = c.get(reverse("tickets:detail", args=[request.reference]))
        d = desk.get(reverse("tickets:desk_detail", args=[request.reference]))
        t = request.title in html.unescape(page.content.decode())
        if (page.status_code,d.status_code,t)!=(200,200,True): bad.append((request.status, request.title, request.reporter.name, page.status_code, d.status_code, t))
    print(hours, at, bad)
    assert not bad
