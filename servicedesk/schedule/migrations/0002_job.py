"""Long work in steps. A job is its asker's own."""

import django.core.serializers.json
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schedule', '0001_initial'),
        ('records', '0004_row_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=60)),
                ('payload', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('total', models.PositiveIntegerField(blank=True, null=True)),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.JSONField(blank=True, encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('result', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('created_at', models.DateTimeField()),
                ('available_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('stepped_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('failed_at', None), ('finished_at', None)), fields=['available_at', 'id'], name='job_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('finished_at', None), ('failed_at', None), _connector='OR'), name='job_finished_or_failed')],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE schedule_job ENABLE ROW LEVEL SECURITY;"
            " CREATE POLICY desk ON schedule_job TO servicedesk_web"
            " USING (created_by_id = (SELECT desk_person()));",
            "DROP POLICY desk ON schedule_job; ALTER TABLE schedule_job DISABLE ROW LEVEL SECURITY;",
        ),
    ]
