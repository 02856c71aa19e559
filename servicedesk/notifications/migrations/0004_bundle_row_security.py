"""Bundles, and what is in them, are their reader's own."""

from django.db import migrations

TABLES = ["notifications_bundle", "notifications_bundledevent"]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_bundles"), ("records", "0004_row_security")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY desk ON {table} TO servicedesk_web"
            " USING (person_id = (SELECT desk_person()));",
            f"DROP POLICY desk ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        for table in TABLES
    ]
