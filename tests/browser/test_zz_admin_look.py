"""Throw-away: pictures of the administrator's pages."""

import os
from datetime import timedelta, date
import pytest
from django.utils import timezone
from tests.browser.looking import take_pictures, problems
from tickets.actions.publishing import *  # noqa
from tickets.models import *  # noqa
from tickets.models import CalendarVersion, PolicyVersion, ServiceCalendar, Incident, CalendarDay
from servicedesk.schedule.models import Job
from tickets.sla.rollout import look_ahead
from tickets.actions.publishing import (
    roll_out,
    new_calendar_draft,
    new_policy_draft,
    foresee,
    propose_holidays,
    publish_calendar,
)
from servicedesk.schedule import jobs
from django.db import transaction

pytestmark = pytest.mark.browser
OUT = os.environ.get("LOOK", "/tmp/look")


def run(job, step):
    job.refresh_from_db()
    job.started_at = job.stepped_at = timezone.now()
    with transaction.atomic():
        done = step(job)
        job.finished_at = timezone.now() if done else None
        job.save()


def test_look(visit, incident, ada, lakeshore, pineridge, rita):
    os.makedirs(OUT, exist_ok=True)
    now = timezone.now()
    for n in range(14):
        incident(at=now - timedelta(hours=3 * n), impact="part", urgency=("week", "today", "wait")[n % 3])
    office = ServiceCalendar.objects.get(name="Business hours")
    draft = new_calendar_draft(
        office, effective_on=now.date(), note="Lunch is closed from December on; the office asked for it."
    )
    draft.windows = [[["08:00", "12:00"], ["13:00", "17:00"]]] * 4 + [[["08:00", "12:00"]], [], []]
    draft.save()
    CalendarDay.objects.filter(version=draft, day__year__lt=2029).delete()
    CalendarDay.objects.create(
        version=draft, day=date(2027, 12, 24), name="Christmas Eve", windows=[["08:00", "12:00"]]
    )
    CalendarDay.objects.create(
        version=draft, day=date(2027, 6, 2), name="Annual meeting", organization=lakeshore
    )
    policy = new_policy_draft("Severity 3 is restored in four days.")
    job = foresee(draft, by=ada, at=now)
    v = visit(ada)

    def look(name, path):
        page = v.go(path)
        found = problems(page)
        print(name, v.status, found)
        take_pictures(page, OUT, name)
        return page

    cv, pv = "/admin/tickets/calendarversion/", "/admin/tickets/policyversion/"
    only = os.environ.get("ONLY", "").split(",") if os.environ.get("ONLY") else None

    def want(name):
        return only is None or name in only

    if want("progress"):
        look("progress", f"/admin/tickets/servicecalendar/what-would-change/{job.public_id}/")
    v.go("/admin/")
    run(job, look_ahead)
    from tickets.models import RolloutShift
    some = list(RolloutShift.objects.order_by("pk")[:3].values_list("pk", flat=True))
    RolloutShift.objects.filter(pk__in=some).update(newly_late=True)
    job.result["newly_late"] = 3; job.save()
    q = f"?opened=2027-03-13T22:00&zone=America/Toronto&severity=2&policy={PolicyVersion.objects.get(number=1).pk}&calendar={draft.pk}"
    q2 = f"?opened=2027-11-05T16:30&zone=America/Toronto&severity=3&organization=lakeshore hydro&policy={policy.pk}&calendar={draft.pk}&answered=2027-11-05T16:40&pause1_from=2027-11-08T10:00&pause1_to=2027-11-09T09:00&severity_then=2&severity_at=2027-11-07T01:30"
    pages = {
        "calendars": "/admin/tickets/servicecalendar/",
        "calendar": f"/admin/tickets/servicecalendar/{office.pk}/change/",
        "versions": cv,
        "draft": f"{cv}{draft.pk}/change/",
        "published": f"{cv}{CalendarVersion.objects.get(number=2).pk}/change/",
        "publish": f"{cv}{draft.pk}/publish/",
        "new": f"{cv}{CalendarVersion.objects.get(number=2).pk}/new-version/",
        "add": f"{cv}add/",
        "policies": pv,
        "policy": f"{pv}{policy.pk}/change/",
        "policypublished": f"{pv}{PolicyVersion.objects.get(number=1).pk}/change/",
        "policypublish": f"{pv}{policy.pk}/publish/",
        "shifts": f"/admin/tickets/servicecalendar/what-would-change/{job.public_id}/",
        "sim": "/admin/tickets/servicecalendar/simulator/",
        "sim1": "/admin/tickets/servicecalendar/simulator/" + q,
        "sim2": "/admin/tickets/servicecalendar/simulator/" + q2,
        "clocks": "/admin/tickets/serviceclock/",
    }
    for name, path in pages.items():
        if want(name):
            page = look(name, path)
            if name in ("sim2", "shifts"):
                page.emulate_media(media="print", color_scheme="light")
                page.set_viewport_size({"width": 816, "height": 1056})
                page.screenshot(path=f"{OUT}/{name}-print.png", full_page=True)
                page.emulate_media(media="screen")
