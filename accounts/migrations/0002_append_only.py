"""The history of people's access cannot be changed either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("records", "0002_database_rules")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER account_event_is_append_only BEFORE UPDATE OR DELETE ON accounts_accountevent"
            " FOR EACH ROW EXECUTE FUNCTION records_refuse_change()",
            "DROP TRIGGER account_event_is_append_only ON accounts_accountevent",
        ),
    ]
