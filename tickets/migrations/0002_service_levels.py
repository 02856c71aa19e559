"""The service levels that the desk starts with (DOMAIN, Incident management). Editable in admin."""

import holidays
from django.db import migrations

BUSINESS_DAY = 9 * 60
MATRIX = {
    "all": (1, 1, 2, 3),
    "billing": (2, 2, 3, 3),
    "part": (2, 3, 3, 4),
    "minor": (3, 4, 4, 4),
}
URGENCIES = ("now", "today", "week", "wait")
TARGETS = {
    # severity: respond minutes, restore minutes, around the clock?
    1: (30, 4 * 60, True),
    2: (60, 8 * 60, True),
    3: (4 * 60, 5 * BUSINESS_DAY, False),
    4: (BUSINESS_DAY, 20 * BUSINESS_DAY, False),
}


def ontario(years):
    """The province's public holidays, as the library knows them, for an administrator to edit."""
    days = holidays.country_holidays("CA", subdiv="ON", years=years, language="en_CA")
    return {day.isoformat(): {"name": name, "windows": []} for day, name in sorted(days.items())}


def seed(apps, schema_editor):
    Calendar = apps.get_model("tickets", "ServiceCalendar")
    always = Calendar.objects.create(name="Around the clock", windows=[[["00:00", "24:00"]]] * 7)
    business = Calendar.objects.create(
        name="Business hours",
        windows=[[["08:00", "17:00"]]] * 5 + [[], []],
        exceptions=ontario(range(2026, 2030)),
    )
    for severity, (respond, restore, around_the_clock) in TARGETS.items():
        calendar = always if around_the_clock else business
        apps.get_model("tickets", "ServiceLevel").objects.create(
            severity=severity,
            respond_minutes=respond,
            respond_calendar=calendar,
            restore_minutes=restore,
            restore_calendar=calendar,
        )
    Rule = apps.get_model("tickets", "SeverityRule")
    for impact, severities in MATRIX.items():
        for urgency, severity in zip(URGENCIES, severities, strict=True):
            Rule.objects.create(impact=impact, urgency=urgency, severity=severity)
    apps.get_model("tickets", "DeskRules").objects.create(pk=1, calendar=business)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
