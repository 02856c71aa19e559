"""An incident is seen by whoever sees its record."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_service_levels"), ("records", "0004_row_security")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE tickets_incident ENABLE ROW LEVEL SECURITY;"
            " CREATE POLICY desk ON tickets_incident TO servicedesk_web"
            " USING (EXISTS (SELECT FROM records_record r WHERE r.id = record_ptr_id));",
            "DROP POLICY desk ON tickets_incident; ALTER TABLE tickets_incident DISABLE ROW LEVEL SECURITY;",
        ),
    ]
