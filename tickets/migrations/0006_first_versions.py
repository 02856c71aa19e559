"""The first versions: calendars and targets as they stand, with updates and a ladder (DOMAIN, Incident management).

Tickets that are there go by them from their beginning; ``manage.py verify_sla --repair`` then writes
what follows from their histories (docs/operations.md, Upgrade).
"""

from datetime import date

from django.db import migrations
from django.utils import timezone

BUSINESS_DAY = 9 * 60
UPDATES = {1: 60, 2: 4 * 60, 3: BUSINESS_DAY, 4: 5 * BUSINESS_DAY}
"""Minutes between two updates, by severity: hourly, four-hourly, daily, weekly."""

# target, severities, percent, minutes after, tells, by mail, raises, waits for office hours
LADDER = [
    ("respond", [1, 2], 50, None, "assignee", True, False, False),
    ("respond", [1, 2], 100, None, "critical", True, True, False),
    ("respond", [3, 4], 75, None, "assignee", False, False, True),
    ("respond", [3, 4], 100, None, "team", True, True, True),
    ("update", [1, 2], None, -15, "assignee", True, False, False),
    ("update", [1, 2], 100, None, "assignee", True, False, False),
    ("update", [3, 4], 100, None, "assignee", True, False, True),
    ("restore", [1, 2], 50, None, "assignee", True, False, False),
    ("restore", [1, 2], 75, None, "critical", True, True, False),
    ("restore", [3, 4], 75, None, "assignee", True, False, True),
    ("restore", [1, 2], 100, None, "manager", True, True, False),
    ("restore", [3, 4], 100, None, "manager", True, True, True),
    ("restore", [1, 2], None, 60, "manager", True, True, False),
]


def versions(apps, schema_editor):
    now = timezone.now().replace(microsecond=0)  # what a backup or a test puts back is not finer
    Day, Version = (apps.get_model("tickets", name) for name in ("CalendarDay", "CalendarVersion"))
    for number, calendar in enumerate(apps.get_model("tickets", "ServiceCalendar").objects.order_by("pk"), 1):
        version = Version.objects.create(
            calendar=calendar,
            number=number,
            effective_on=date(2020, 1, 1),
            zone=calendar.zone,
            windows=calendar.windows,
            note="As the desk began.",
            published_at=now,
        )
        Day.objects.bulk_create(
            Day(version=version, day=day, name=what.get("name") or "Different hours", windows=what.get("windows", []))
            for day, what in calendar.exceptions.items()
        )
    policy = apps.get_model("tickets", "PolicyVersion").objects.create(
        number=1, note="As the desk began.", published_at=now
    )
    Rule = apps.get_model("tickets", "PolicyRule")
    for level in apps.get_model("tickets", "ServiceLevel").objects.order_by("severity"):
        Rule.objects.create(
            version=policy,
            severity=level.severity,
            respond_minutes=level.respond_minutes,
            respond_calendar=level.respond_calendar,
            update_minutes=UPDATES[level.severity],
            update_calendar=level.restore_calendar,
            finish_minutes=level.restore_minutes,
            finish_calendar=level.restore_calendar,
        )
    office = apps.get_model("tickets", "DeskRules").objects.get().calendar
    Step = apps.get_model("tickets", "EscalationStep")
    for target, severities, percent, after, tells, by_mail, raises, quiet in LADDER:
        Step.objects.create(
            version=policy,
            target=target,
            severities=severities,
            percent=percent,
            offset_minutes=after,
            tells=tells,
            by_mail=by_mail,
            raises=raises,
            quiet_calendar=office if quiet else None,
        )
    apps.get_model("tickets", "Incident").objects.update(
        policy_version=policy, calendar_version=Version.objects.latest("number")
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_service_level_versions")]

    operations = [migrations.RunPython(versions, migrations.RunPython.noop)]
