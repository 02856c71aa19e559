"""Subscriptions to changes; and the plain catalogue item that RFCs take the place of is offered no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

OWN = "person_id = (SELECT desk_person())"


def retire(apps, schema_editor):
    items = apps.get_model("tickets", "CatalogueItem").objects.filter(slug="request-for-change", retired_at=None)
    items.update(retired_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0002_first_rules"),
        ("records", "0014_published_is_still_ours"),
        ("tickets", "0013_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(blank=True, choices=[("production", "Production"), ("recovery", "Disaster Recovery"), ("quality", "Quality Assurance (test)"), ("sandbox", "Sandbox")], max_length=12, verbose_name="environment")),
                ("digest", models.BooleanField(default=False, verbose_name="once a day")),
                ("since", models.DateTimeField()),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="change_subscriptions", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "subscription to changes",
                "verbose_name_plural": "subscriptions to changes",
                "constraints": [models.UniqueConstraint(fields=("person", "environment"), name="change_subscription_once")],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE changes_changesubscription ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY desk ON changes_changesubscription TO servicedesk_web USING ({OWN});",
            "DROP POLICY desk ON changes_changesubscription;"
            " ALTER TABLE changes_changesubscription DISABLE ROW LEVEL SECURITY;",
        ),
        migrations.RunPython(retire, migrations.RunPython.noop),
    ]
