"""Problems and requests for change: their numbers, and records that every organization reads but none writes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_requests")]

    operations = [
        migrations.AlterField(
            model_name="record",
            name="kind",
            field=models.CharField(choices=[("incident", "Incident"), ("request", "Service request"), ("problem", "Problem"), ("rfc", "Request for change")], max_length=20),
        ),
        migrations.AlterField(
            model_name="record",
            name="visibility",
            field=models.CharField(choices=[("organization", "Everyone in my organization"), ("restricted", "Only the people named on it and our administrators"), ("everyone", "Every organization")], default="organization", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(condition=models.Q(("visibility", "everyone"), _negated=True) | models.Q(("kind__in", ["problem", "rfc"])), name="record_only_these_kinds_are_published"),
        ),
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE records_{kind}_reference START WITH 10001",
                f"DROP SEQUENCE records_{kind}_reference",
            )
            for kind in ("problem", "rfc")
        ),
        migrations.RunSQL(
            "CREATE POLICY published ON records_record FOR SELECT TO servicedesk_web USING (visibility = 'everyone')",
            "DROP POLICY published ON records_record",
        ),
    ]
