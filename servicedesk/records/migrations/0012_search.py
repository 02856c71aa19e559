"""One index over the words of every record, in English and French with accents folded.

``records_search`` answers which rows of the index have some words and belong to the organizations that the
transaction is served for. It runs with the owner's eyes, because PostgreSQL uses no index of words below a
policy; it answers row numbers alone, and whoever asks reads the rows through the policies.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION desk_en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION desk_en
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION desk_fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION desk_fr
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
"""
SEARCH = """
CREATE FUNCTION records_search(words text, kinds text[], newest integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    belonging tsquery;
BEGIN
    SELECT string_agg('o' || organization, ' | ')::tsquery INTO belonging
        FROM unnest(coalesce(desk_organizations(), '{}') || 0::bigint) AS organization;
    RETURN QUERY
        SELECT id FROM records_searchtext
        WHERE vector @@ ((to_tsquery('desk_en', words) || to_tsquery('desk_fr', words)) && belonging)
            AND readers <> 'desk' AND kind = ANY (kinds)
        ORDER BY record_id DESC LIMIT newest;
END $$;
"""
POLICY = """
ALTER TABLE records_searchtext ENABLE ROW LEVEL SECURITY;
CREATE POLICY desk ON records_searchtext TO servicedesk_web USING (
    readers <> 'desk' AND EXISTS (
        SELECT FROM records_record r WHERE r.id = record_id
        AND (readers = 'face' OR r.organization_id = ANY ((SELECT desk_organizations())::bigint[]))));
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_what_is_said_stays")]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(
            CONFIGURATIONS,
            "DROP TEXT SEARCH CONFIGURATION desk_fr; DROP TEXT SEARCH CONFIGURATION desk_en",
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("readers", models.CharField(choices=[("face", "Face"), ("ours", "Ours"), ("desk", "Desk")], max_length=4)),
                ("kind", models.CharField(choices=[("incident", "Incident"), ("request", "Service request"), ("problem", "Problem"), ("rfc", "Request for change")], max_length=20)),
                ("body", models.TextField()),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("record", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="search_texts", to="records.record")),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["vector"], name="search_text_words")],
                "constraints": [models.UniqueConstraint(fields=("record", "readers"), name="search_text_once")],
            },
        ),
        migrations.RunSQL(SEARCH, "DROP FUNCTION records_search(text, text[], integer)"),
        migrations.RunSQL(POLICY, "DROP POLICY desk ON records_searchtext"),
    ]
