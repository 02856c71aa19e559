"""An ended clock is seen by whoever sees its ticket; what was published never changes."""

from django.db import migrations

FROZEN = """
CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {published} AND (TG_OP = 'DELETE' OR OLD IS DISTINCT FROM NEW) THEN
        RAISE EXCEPTION 'A published version is never changed. Make a new one.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stays();
"""
UNFROZEN = "DROP TRIGGER {table}_stays ON {table}; DROP FUNCTION {table}_stays();"
PUBLISHED = {
    "tickets_calendarversion": "OLD.number IS NOT NULL",
    "tickets_policyversion": "OLD.number IS NOT NULL",
    "tickets_calendarday": "(SELECT number FROM tickets_calendarversion WHERE id = OLD.version_id) IS NOT NULL",
    "tickets_policyrule": "(SELECT number FROM tickets_policyversion WHERE id = OLD.version_id) IS NOT NULL",
    "tickets_escalationstep": "(SELECT number FROM tickets_policyversion WHERE id = OLD.version_id) IS NOT NULL",
}


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_service_levels_from_versions"), ("records", "0004_row_security")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE tickets_serviceclock ENABLE ROW LEVEL SECURITY;"
            " CREATE POLICY desk ON tickets_serviceclock TO servicedesk_web"
            " USING (EXISTS (SELECT FROM records_record r WHERE r.id = record_id));",
            "DROP POLICY desk ON tickets_serviceclock; ALTER TABLE tickets_serviceclock DISABLE ROW LEVEL SECURITY;",
        ),
        *(
            migrations.RunSQL(FROZEN.format(table=table, published=published), UNFROZEN.format(table=table))
            for table, published in PUBLISHED.items()
        ),
    ]
