"""What people wish to hear of, in which way and at which hours: each person's own."""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import servicedesk.notifications.models
import uuid
from django.conf import settings
from django.db import migrations, models

TABLES = ["notifications_preference", "notifications_mailhours", "notifications_wayout"]


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_bundle_row_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='bundledevent',
            name='group',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='notice',
            name='group',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.CreateModel(
            name='MailHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('daily_at', models.TimeField(default=datetime.time(7, 30), verbose_name='daily e-mail at')),
                ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                ('quiet_days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=servicedesk.notifications.models.every_day, size=None)),
                ('version', models.PositiveIntegerField(default=1)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_hours', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'mail hours',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='mail_hours_from_and_until')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=40)),
                ('how', models.CharField(choices=[('now', 'E-mail at once'), ('daily', 'Daily e-mail'), ('bell', 'Portal only'), ('none', 'Not at all')], max_length=10)),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'group'), name='preference_once'), models.CheckConstraint(condition=models.Q(('how__in', ['now', 'daily', 'bell', 'none'])), name='preference_known_way')],
            },
        ),
        migrations.CreateModel(
            name='WayOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('groups', models.CharField(max_length=400)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'ways out',
                'constraints': [models.UniqueConstraint(fields=('person', 'groups'), name='way_out_once')],
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
                f" CREATE POLICY desk ON {table} TO servicedesk_web"
                " USING (person_id = (SELECT desk_person()));",
                f"DROP POLICY desk ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )
            for table in TABLES
        ),
    ]
