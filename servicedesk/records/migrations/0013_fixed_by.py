"""What mends a problem is linked to it; who follows a published record is nobody else's business."""

from django.db import migrations, models

SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = record_id)"
OWN_OF_PUBLISHED = """EXISTS (
    SELECT FROM records_record r WHERE r.id = record_id
    AND (r.visibility <> 'everyone' OR records_follower.person_id = (SELECT desk_person())))"""


class Migration(migrations.Migration):
    dependencies = [("records", "0012_search")]

    operations = [
        migrations.AlterField(
            model_name="link",
            name="relation",
            field=models.CharField(choices=[("related", "is related to"), ("duplicate", "is a duplicate of"), ("caused_by", "is caused by"), ("continues", "continues"), ("fixed_by", "is fixed by")], max_length=20),
        ),
        migrations.RunSQL(
            f"ALTER POLICY desk ON records_follower USING ({OWN_OF_PUBLISHED})",
            f"ALTER POLICY desk ON records_follower USING ({SEEN})",
        ),
    ]
