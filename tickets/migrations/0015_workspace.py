"""What the workspace keeps for a person; other people from outside the SME see none of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


MINE = "person_id = (SELECT desk_person())"
# table: the rule for people from outside the SME; None where only the desk reads
POLICIES = {"tickets_readmark": MINE, "tickets_snooze": None, "tickets_savedview": None}


def statements(table, rule):
    """What puts a table under row-level security, and takes it out again."""
    on = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    off = f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    if rule:
        on += f" CREATE POLICY desk ON {table} TO servicedesk_web USING ({rule});"
        off = f"DROP POLICY desk ON {table}; {off}"
    return on, off


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0015_open_recent'),
        ('tickets', '0014_problems'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_marks', to='records.record')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'record'), name='read_mark_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('queue', models.CharField(max_length=70)),
                ('filters', models.JSONField(default=dict)),
                ('sort', models.CharField(default='due', max_length=12)),
                ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('shared', models.BooleanField(default=False, verbose_name='shared with the desk')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at', None), ('shared', True)), fields=['name'], name='saved_view_shared')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Snooze',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snoozes', to='records.record')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'record'), name='snooze_once'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='snooze_ends_after_it_begins')],
            },
        ),
        *(migrations.RunSQL(*statements(table, rule)) for table, rule in POLICIES.items()),
    ]
