"""The board, and who reads and writes what is decided, voted and answered.

``changes_sits`` and ``changes_stances`` look with the owner's eyes: a policy on seats cannot ask its own table,
and how many organizations object is told to everybody who sees the RFC, without saying which.
"""

from django.conf import settings
from django.db import migrations

FUNCTIONS = f"""
CREATE FUNCTION changes_sits(person bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT EXISTS (
        SELECT FROM changes_boardmember m WHERE m.person_id = person
        AND (now() AT TIME ZONE '{settings.TIME_ZONE}')::date BETWEEN m.starts_on AND coalesce(m.ends_on, 'infinity')
    ) $$;
CREATE FUNCTION changes_stances(asked bigint) RETURNS TABLE (stance varchar, number bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT a.stance, count(*) FROM changes_consultationanswer a
       WHERE a.consultation_id = asked AND a.replaced_at IS NULL GROUP BY a.stance $$;
"""

SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = rfc_id)"
OWN = """EXISTS (
    SELECT FROM records_record r WHERE r.id = rfc_id
    AND r.organization_id = ANY ((SELECT desk_organizations())::bigint[]))"""
OURS = f"""EXISTS (
    SELECT FROM records_record r WHERE r.id = rfc_id
    AND (r.visibility <> 'everyone' OR r.organization_id = ANY ((SELECT desk_organizations())::bigint[])))"""
SITS = "changes_sits((SELECT desk_person()))"

POLICIES = {
    "changes_boardmember": {"desk": ("ALL", SITS)},
    # Its own people may withdraw an RFC, which voids what is open; the board locks what it votes on.
    "changes_decision": {"desk": ("SELECT", SEEN), "hands": ("UPDATE", f"{OWN} OR ({SITS} AND {SEEN})")},
    "changes_ballot": {
        "desk": (
            "SELECT",
            f"(person_id = (SELECT desk_person()) OR {SITS})"
            " AND EXISTS (SELECT FROM changes_decision d WHERE d.id = decision_id)",
        ),
        "hands": (
            "INSERT",
            f"person_id = (SELECT desk_person()) AND {SITS}"
            " AND EXISTS (SELECT FROM changes_decision d WHERE d.id = decision_id)",
        ),
    },
    "changes_consultation": {"desk": ("SELECT", SEEN), "hands": ("UPDATE", OWN)},
    "changes_consultationanswer": {
        "desk": (
            "ALL",
            "organization_id = ANY ((SELECT desk_organizations())::bigint[])"
            " AND EXISTS (SELECT FROM changes_consultation c WHERE c.id = consultation_id)",
        )
    },
    "changes_changereview": {"desk": ("SELECT", f"{OURS} OR ({SITS} AND {SEEN})")},
}


def enable(table, policies):
    """Put the policies on their table. What none of them names, the web role cannot do."""
    made = [
        f"CREATE POLICY {name} ON {table} FOR {command} TO servicedesk_web"
        f" {'WITH CHECK' if command == 'INSERT' else 'USING'} ({rule});"
        for name, (command, rule) in policies.items()
    ]
    dropped = [f"DROP POLICY {name} ON {table};" for name in policies]
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; {' '.join(made)}",
        f"{' '.join(dropped)} ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def the_board(apps, schema_editor):
    apps.get_model("changes", "Board").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_deciding"), ("records", "0011_what_is_said_stays")]

    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION changes_stances(bigint); DROP FUNCTION changes_sits(bigint);"),
        *(enable(table, policies) for table, policies in POLICIES.items()),
        migrations.RunPython(the_board, migrations.RunPython.noop),
    ]
