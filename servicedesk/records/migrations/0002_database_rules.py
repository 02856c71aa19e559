"""What the database keeps by itself: reference numbers, and history that cannot be changed."""

from django.db import migrations

SEQUENCE = "CREATE SEQUENCE records_incident_reference START WITH 10001"

# The refusal is for everybody, the table's owner included. Only dropping the trigger gets past it,
# and that is a migration that people read.
APPEND_ONLY = """
CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'History is append-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON records_event
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE records_incident_reference"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER event_is_append_only ON records_event; DROP FUNCTION records_refuse_change();",
        ),
    ]
