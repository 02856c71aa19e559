"""Notices are their reader's own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("records", "0004_row_security")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE notifications_notice ENABLE ROW LEVEL SECURITY;"
            " CREATE POLICY desk ON notifications_notice TO servicedesk_web"
            " USING (person_id = (SELECT desk_person()));",
            "DROP POLICY desk ON notifications_notice;"
            " ALTER TABLE notifications_notice DISABLE ROW LEVEL SECURITY;",
        ),
    ]
