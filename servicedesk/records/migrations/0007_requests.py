"""Another kind of record: service requests, with numbers of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_trigrams_at_once")]

    operations = [
        migrations.AlterField(
            model_name="record",
            name="kind",
            field=models.CharField(
                choices=[("incident", "Incident"), ("request", "Service request")], max_length=20
            ),
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE records_request_reference START WITH 10001",
            "DROP SEQUENCE records_request_reference",
        ),
    ]
