"""A record published to every organization is still written by the people of its own, all of them."""

from django.db import migrations

RULE = """
    organization_id = ANY ((SELECT desk_organizations())::bigint[])
    AND ({everybody}
         OR reporter_id = (SELECT desk_person())
         OR organization_id = ANY ((SELECT desk_administers())::bigint[])
         OR records_follows(id, (SELECT desk_person())))"""
BEFORE = RULE.format(everybody="visibility = 'organization'")
AFTER = RULE.format(everybody="visibility <> 'restricted'")


class Migration(migrations.Migration):
    dependencies = [("records", "0013_fixed_by")]

    operations = [
        migrations.RunSQL(
            f"ALTER POLICY desk ON records_record USING ({AFTER});",
            f"ALTER POLICY desk ON records_record USING ({BEFORE});",
        )
    ]
