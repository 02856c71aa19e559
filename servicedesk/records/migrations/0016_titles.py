"""``records_titled`` answers which records have some words in their title, or a reference: up to so many, of the
organizations that the transaction is served for. It runs with the owner's eyes, because PostgreSQL uses no index of
words below a policy (0012); it answers row numbers alone, and whoever asks reads the rows through the policies.

The query is planned anew each time (EXECUTE): words that many titles have want another plan than rare ones.
"""

from django.db import migrations

TITLED = """
CREATE FUNCTION records_titled(pattern text, named text, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT id FROM records_record
         WHERE (upper(title) LIKE $1 OR reference = $2) AND organization_id = ANY ($3) LIMIT $4'
        USING pattern, named, coalesce(desk_organizations(), '{}'), most;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0015_open_recent")]

    operations = [migrations.RunSQL(TITLED, "DROP FUNCTION records_titled(text, text, integer)")]
