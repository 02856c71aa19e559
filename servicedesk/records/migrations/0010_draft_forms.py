"""Room for the names of forms that are about something: ``request:gui-user-new``."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_continues")]

    operations = [
        migrations.AlterField("draft", "form", models.CharField(max_length=80)),
    ]
