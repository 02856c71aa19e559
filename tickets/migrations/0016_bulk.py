"""What an agent does to many tickets at once. The web role has no policy on it: the desk alone reads it."""

import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0014_published_is_still_ours'),
        ('schedule', '0002_job'),
        ('tickets', '0015_workspace'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('assign', 'Assign'), ('severity', 'Severity'), ('team', 'Team'), ('let_go', 'Cancel or decline'), ('problem', 'Link problem'), ('export', 'Export')], max_length=10)),
                ('terms', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('back', models.CharField(blank=True, max_length=1000)),
                ('is_cut', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('job', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schedule.job')),
                ('undoes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='tickets.bulkrun')),
            ],
        ),
        migrations.CreateModel(
            name='BulkRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('refused', 'Not possible'), ('changed', 'Changed meanwhile')], default='waiting', max_length=10)),
                ('words', models.TextField(blank=True)),
                ('was', models.JSONField(blank=True, default=dict)),
                ('version_after', models.PositiveIntegerField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='tickets.bulkrun')),
            ],
        ),
        migrations.AddConstraint(
            model_name='bulkrun',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('started_at__isnull', False), _connector='OR'), name='bulk_run_begins_first'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.UniqueConstraint(fields=('run', 'record'), name='bulk_row_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='bulk_row_ended_iff_not_waiting'),
        ),
        migrations.AddConstraint(
            model_name='bulkrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), ('version_after__gte', models.F('version'))), models.Q(models.Q(('state', 'done'), _negated=True), ('version_after', None)), _connector='OR'), name='bulk_row_done_iff_version_after'),
        ),
        migrations.RunSQL(
            "ALTER TABLE tickets_bulkrun ENABLE ROW LEVEL SECURITY;"
            " ALTER TABLE tickets_bulkrow ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE tickets_bulkrun DISABLE ROW LEVEL SECURITY;"
            " ALTER TABLE tickets_bulkrow DISABLE ROW LEVEL SECURITY",
        ),
    ]
