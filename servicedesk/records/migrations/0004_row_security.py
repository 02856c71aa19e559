"""Row-level security under ``visible_to`` (servicedesk/records/row_security.py says when it applies).

The functions read the transaction's settings; an unset one is an empty list, so the policies deny.
``records_follows`` looks at followers with the owner's eyes, because a policy on records that asked
a table whose policy asks for records would never end.
"""

from django.db import migrations

# Roles belong to the whole server: databases that are migrated side by side may meet here.
ROLE = """
DO $$
BEGIN
    FOR attempt IN 1..10 LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_web') THEN
                CREATE ROLE servicedesk_web NOLOGIN;
            END IF;
            GRANT servicedesk_web TO CURRENT_USER;
            EXIT;
        EXCEPTION WHEN duplicate_object OR unique_violation OR internal_error THEN
            PERFORM pg_sleep(0.2);
        END;
    END LOOP;
END $$;
GRANT USAGE ON SCHEMA public TO servicedesk_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO servicedesk_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO servicedesk_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO servicedesk_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO servicedesk_web;
REVOKE UPDATE, DELETE ON records_event FROM servicedesk_web;
"""

FUNCTIONS = """
CREATE FUNCTION desk_person() RETURNS bigint LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('desk.person', true), '')::bigint $$;
CREATE FUNCTION desk_organizations() RETURNS bigint[] LANGUAGE sql STABLE AS
    $$ SELECT string_to_array(nullif(current_setting('desk.organizations', true), ''), ',')::bigint[] $$;
CREATE FUNCTION desk_administers() RETURNS bigint[] LANGUAGE sql STABLE AS
    $$ SELECT string_to_array(nullif(current_setting('desk.administers', true), ''), ',')::bigint[] $$;
CREATE FUNCTION records_follows(record bigint, person bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (SELECT FROM records_follower WHERE record_id = record AND person_id = person) $$;
"""

SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = {column})"

POLICIES = {
    "records_record": """
        organization_id = ANY ((SELECT desk_organizations())::bigint[])
        AND (visibility = 'organization'
             OR reporter_id = (SELECT desk_person())
             OR organization_id = ANY ((SELECT desk_administers())::bigint[])
             OR records_follows(id, (SELECT desk_person())))""",
    "records_event": f"NOT internal AND {SEEN.format(column='record_id')}",
    "records_comment": f"NOT internal AND {SEEN.format(column='record_id')}",
    "records_follower": SEEN.format(column="record_id"),
    "records_link": f"{SEEN.format(column='source_id')} AND {SEEN.format(column='target_id')}",
    "records_draft": "person_id = (SELECT desk_person())",
    "records_submission": "person_id = (SELECT desk_person())",
    "records_attachment": f"""
        (NOT internal AND {SEEN.format(column="record_id")})
        OR EXISTS (SELECT FROM records_draft d WHERE d.id = draft_id)""",
}


def enable(policies):
    """The statements that put each policy on its table, for reading and for writing alike."""
    return [
        (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY desk ON {table} TO servicedesk_web USING ({rule});",
            f"DROP POLICY desk ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        for table, rule in policies.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("records", "0003_attachment_pace")]

    operations = [
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION records_follows(bigint, bigint); DROP FUNCTION desk_administers();"
            " DROP FUNCTION desk_organizations(); DROP FUNCTION desk_person();",
        ),
        *(migrations.RunSQL(sql, reverse) for sql, reverse in enable(POLICIES)),
    ]
