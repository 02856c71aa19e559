"""Every ticket goes by a version; the old places of targets and hours are gone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_first_versions")]

    operations = [
        migrations.RemoveField(
            model_name='servicelevel',
            name='respond_calendar',
        ),
        migrations.RemoveField(
            model_name='servicelevel',
            name='restore_calendar',
        ),
        migrations.RemoveField(
            model_name='servicecalendar',
            name='exceptions',
        ),
        migrations.RemoveField(
            model_name='servicecalendar',
            name='windows',
        ),
        migrations.RemoveField(
            model_name='servicecalendar',
            name='zone',
        ),
        migrations.AlterField(
            model_name='incident',
            name='calendar_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.calendarversion'),
        ),
        migrations.AlterField(
            model_name='incident',
            name='policy_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.policyversion'),
        ),
        migrations.DeleteModel(
            name='ServiceLevel',
        ),
    ]
