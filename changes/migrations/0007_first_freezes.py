"""The first freezes and maintenance hours (our choice: DOMAIN names the occasions, the days are configuration from here on)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import migrations

TORONTO = ZoneInfo("America/Toronto")
YEARS = range(2026, 2031)


def _midnight(year, month, day):
    return datetime(year, month, day, tzinfo=TORONTO)


def freezes(year):
    """Those that begin in a year: name, from, until, environments, hard, why."""
    price = "Billing uses the new prices from this day on, and nothing else may change around it."
    return [
        (f"OEB price change, 1 May {year}", _midnight(year, 4, 24), _midnight(year, 5, 5), ["production"], True, price),
        (
            f"OEB price change, 1 November {year}",
            _midnight(year, 10, 25), _midnight(year, 11, 5), ["production"], True, price,
        ),
        (
            f"Year-end {year}",
            _midnight(year, 12, 15), _midnight(year + 1, 1, 6), ["production", "recovery"], True,
            "LDCs close their books, and few people are there to undo a change.",
        ),
        (
            f"Year-end {year}, test environments",
            _midnight(year, 12, 24), _midnight(year + 1, 1, 3), ["quality", "sandbox"], False,
            "The offices are closed: change a test environment only when somebody looks after it.",
        ),
    ]  # fmt: skip


def first_freezes(apps, schema_editor):
    Freeze = apps.get_model("changes", "Freeze")
    Freeze.objects.bulk_create(
        Freeze(name=name, starts_at=start, ends_at=end, environments=environments, hard=hard, reason=reason)
        for year in YEARS
        for name, start, end, environments, hard, reason in freezes(year)
    )
    apps.get_model("changes", "ScheduleRules").objects.create()


class Migration(migrations.Migration):
    dependencies = [("changes", "0006_schedule")]

    operations = [migrations.RunPython(first_freezes, migrations.RunPython.noop)]
