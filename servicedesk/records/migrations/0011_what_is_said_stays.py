"""An RFC published to every organization is read by all; what its own people say on it is not.

What is said on a published problem, on the other hand, is said to everyone.
"""

from django.db import migrations

SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = record_id)"
OURS = """EXISTS (
    SELECT FROM records_record r WHERE r.id = record_id
    AND (r.visibility <> 'everyone' OR r.kind = 'problem'
         OR r.organization_id = ANY ((SELECT desk_organizations())::bigint[])))"""
UNSAID = f"comment_id IS NULL AND {SEEN}"
DRAFTS = "EXISTS (SELECT FROM records_draft d WHERE d.id = draft_id)"
BEFORE = {
    "records_comment": f"NOT internal AND {SEEN}",
    "records_event": f"NOT internal AND {SEEN}",
    "records_attachment": f"(NOT internal AND {SEEN}) OR {DRAFTS}",
}
AFTER = {
    "records_comment": f"NOT internal AND {OURS}",
    "records_event": f"NOT internal AND ({OURS} OR {UNSAID})",
    "records_attachment": f"(NOT internal AND ({OURS} OR {UNSAID})) OR {DRAFTS}",
}


class Migration(migrations.Migration):
    dependencies = [("records", "0010_draft_forms")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY desk ON {table} USING ({AFTER[table]});",
            f"ALTER POLICY desk ON {table} USING ({BEFORE[table]});",
        )
        for table in BEFORE
    ]
