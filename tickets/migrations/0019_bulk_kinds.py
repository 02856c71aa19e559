"""More that can be done to many tickets at once: a step, a reply, putting off, merging."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0018_writing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='bulkrun',
            name='kind',
            field=models.CharField(choices=[('assign', 'Assign'), ('status', 'Status'), ('severity', 'Severity'), ('team', 'Team'), ('let_go', 'Cancel or decline'), ('problem', 'Link problem'), ('reply', 'Reply'), ('snooze', 'Snooze'), ('merge', 'Merge'), ('export', 'Export')], max_length=10),
        ),
    ]
