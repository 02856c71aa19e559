"""The first items of the catalogue, each published as version 1, and what is promised to those who order them."""

from django.db import migrations
from django.utils import timezone

from tickets.migrations.catalogue_2026_11 import ITEMS, TEAMS
from tickets.migrations.catalogue_2026_11.writing import DAY

NOTE = "As the catalogue began."
PAUSES = ["waiting_approval", "waiting_ldc"]
GENERAL = 5 * DAY
"""Business minutes in which anything is fulfilled that is promised no time of its own."""


def catalogue(apps, schema_editor):
    now = timezone.now().replace(microsecond=0)  # what a backup or a test puts back is not finer
    Item, Version, Field, Step, Task, Team = (
        apps.get_model("tickets", name)
        for name in ("CatalogueItem", "ItemVersion", "ItemField", "ApprovalStep", "TaskTemplate", "Team")
    )
    teams = {
        slug: Team.objects.create(slug=slug, name=name, name_fr=french) for slug, name, french in TEAMS
    }
    for position, one in enumerate(ITEMS, start=1):
        made = Item.objects.create(slug=one["slug"], choice=one["choice"], position=position)
        version = Version.objects.create(
            item=made,
            note=NOTE,
            team=teams[one["team"]],
            visibility=one["visibility"],
            effect=one["effect"],
            **one["texts"],
        )
        Field.objects.bulk_create(
            Field(version=version, position=number, **asked) for number, asked in enumerate(one["fields"], start=1)
        )
        Step.objects.bulk_create(
            Step(version=version, position=number, asks=asks, remind_after_days=remind, decide_within_days=decide)
            for number, (asks, remind, decide) in enumerate(one["approvals"], start=1)
        )
        Task.objects.bulk_create(
            Task(version=version, position=number, **part | {"team": teams[part["team"] or one["team"]]})
            for number, part in enumerate(one["tasks"], start=1)
        )
        Version.objects.filter(pk=version.pk).update(number=1, published_at=now)


def promises(apps, schema_editor):
    """In every published version: a ticket goes by the one that it was filed under."""
    Rule, Policy = apps.get_model("tickets", "PolicyRule"), apps.get_model("tickets", "PolicyVersion")
    office = apps.get_model("tickets", "DeskRules").objects.get().calendar
    times = {"": GENERAL} | {one["slug"]: one["minutes"] for one in ITEMS if one["minutes"]}
    Rule.objects.bulk_create(
        Rule(
            version=policy,
            kind="request",
            item=slug,
            finish_minutes=minutes,
            finish_calendar=office,
            pauses=PAUSES,
        )
        for policy in Policy.objects.exclude(number=None)
        for slug, minutes in times.items()
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_catalogue")]

    operations = [
        migrations.RunPython(catalogue, migrations.RunPython.noop),
        migrations.RunPython(promises, migrations.RunPython.noop),
    ]
