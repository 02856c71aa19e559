"""Calendars and policies in versions, clocks that have ended, and the columns of those that run."""

import accounts.models
import django.contrib.postgres.fields
import django.db.models.deletion
import tickets.models.calendar
import tickets.models.service_policy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_constraint_words"),
        ("records", "0006_trigrams_at_once"),
        ("tickets", "0004_constraint_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('windows', models.JSONField(blank=True, default=list, validators=[tickets.models.calendar.check_windows], verbose_name='hours')),
            ],
            options={
                'verbose_name': 'day that differs',
                'verbose_name_plural': 'days that differ',
            },
        ),
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(blank=True, null=True, unique=True, verbose_name='version')),
                ('effective_on', models.DateField(help_text='From midnight of this day. Before it, the version before counts.', verbose_name='effective on')),
                ('zone', models.CharField(default='America/Toronto', max_length=60, validators=[accounts.models.check_zone], verbose_name='time zone')),
                ('windows', models.JSONField(validators=[tickets.models.calendar.check_week], verbose_name='working hours')),
                ('note', models.CharField(help_text='Shown on the tickets whose due times move.', max_length=200, verbose_name='what is new, and why')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'calendar version',
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('respond', 'First answer'), ('update', 'Next update'), ('restore', 'Restoration'), ('fulfil', 'Fulfilment')], max_length=10, verbose_name='target')),
                ('severities', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(1, 'Severity 1 – critical'), (2, 'Severity 2 – high'), (3, 'Severity 3 – medium'), (4, 'Severity 4 – low')]), blank=True, default=list, help_text='None chosen means all.', size=None, verbose_name='severities')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='at percent of the target')),
                ('offset_minutes', models.IntegerField(blank=True, help_text='Negative: before.', null=True, verbose_name='minutes after it is due')),
                ('tells', models.CharField(choices=[('assignee', 'The assignee, or the team while there is none'), ('team', 'Everyone who works on tickets'), ('manager', 'Service level managers'), ('critical', 'Critical incident managers')], max_length=10, verbose_name='tells')),
                ('by_mail', models.BooleanField(default=False, verbose_name='by mail too')),
                ('raises', models.BooleanField(default=False, verbose_name='shows it as escalated')),
            ],
            options={
                'verbose_name': 'escalation step',
            },
        ),
        migrations.CreateModel(
            name='PolicyRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('incident', 'Incident')], default='incident', max_length=20, verbose_name='ticket type')),
                ('severity', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Severity 1 – critical'), (2, 'Severity 2 – high'), (3, 'Severity 3 – medium'), (4, 'Severity 4 – low')], null=True, verbose_name='severity')),
                ('item', models.CharField(blank=True, max_length=60, verbose_name='catalogue item')),
                ('respond_minutes', models.PositiveIntegerField(verbose_name='answer within (minutes)')),
                ('update_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='update every (minutes)')),
                ('finish_minutes', models.PositiveIntegerField(verbose_name='restore or fulfil within (minutes)')),
                ('pauses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('new', 'New'), ('acknowledged', 'Acknowledged'), ('in_progress', 'In progress'), ('waiting_ldc', 'Waiting for LDC'), ('waiting_vendor', 'Waiting for provider'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], max_length=30), blank=True, default=tickets.models.service_policy.waiting_for_ldc, help_text='For updates and restoration. The first answer never waits.', size=None, verbose_name='stands still while')),
            ],
            options={
                'verbose_name': 'promise',
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(blank=True, null=True, unique=True, verbose_name='version')),
                ('note', models.CharField(help_text='Shown on the tickets whose due times move.', max_length=200, verbose_name='what is new, and why')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'service policy version',
            },
        ),
        migrations.CreateModel(
            name='ServiceClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('respond', 'First answer'), ('update', 'Next update'), ('restore', 'Restoration'), ('fulfil', 'Fulfilment')], max_length=10)),
                ('cycle', models.PositiveSmallIntegerField()),
                ('leg', models.PositiveIntegerField()),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Severity 1 – critical'), (2, 'Severity 2 – high'), (3, 'Severity 3 – medium'), (4, 'Severity 4 – low')])),
                ('within', models.DurationField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('elapsed', models.DurationField()),
                ('state', models.CharField(choices=[('met', 'Met'), ('missed', 'Missed'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('adjusted_due_at', models.DateTimeField(blank=True, null=True)),
                ('adjusted_state', models.CharField(blank=True, choices=[('met', 'Met'), ('missed', 'Missed'), ('withdrawn', 'Withdrawn')], max_length=10)),
            ],
            options={
                'verbose_name': 'ended clock',
            },
        ),
        migrations.RemoveConstraint(
            model_name='incident',
            name='incident_paused_has_no_due_time',
        ),
        migrations.RenameField(
            model_name='incident',
            old_name='restore_due_at',
            new_name='finish_due_at',
        ),
        migrations.AddField(
            model_name='incident',
            name='due_target',
            field=models.CharField(blank=True, choices=[('respond', 'First answer'), ('update', 'Next update'), ('restore', 'Restoration'), ('fulfil', 'Fulfilment')], max_length=10),
        ),
        migrations.AddField(
            model_name='incident',
            name='paused_left',
            field=models.DurationField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='raised_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='escalated at'),
        ),
        migrations.AddField(
            model_name='incident',
            name='soon_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='update_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='incident',
            name='urgent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='incident',
            name='respond_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='servicecalendar',
            name='name',
            field=models.CharField(max_length=60, unique=True, verbose_name='name'),
        ),
        migrations.AddField(
            model_name='calendarday',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='only for'),
        ),
        migrations.AddField(
            model_name='calendarversion',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='tickets.servicecalendar'),
        ),
        migrations.AddField(
            model_name='calendarversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='calendarday',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='tickets.calendarversion'),
        ),
        migrations.AddField(
            model_name='incident',
            name='calendar_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.calendarversion'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='quiet_calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar', verbose_name='mail only in the hours of'),
        ),
        migrations.AddField(
            model_name='policyrule',
            name='finish_calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar', verbose_name='restoration calendar'),
        ),
        migrations.AddField(
            model_name='policyrule',
            name='organization',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='policyrule',
            name='respond_calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar', verbose_name='answer calendar'),
        ),
        migrations.AddField(
            model_name='policyrule',
            name='update_calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar', verbose_name='update calendar'),
        ),
        migrations.AddField(
            model_name='policyversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='policyrule',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='tickets.policyversion'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='tickets.policyversion'),
        ),
        migrations.AddField(
            model_name='incident',
            name='policy_version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.policyversion'),
        ),
        migrations.AddField(
            model_name='serviceclock',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar'),
        ),
        migrations.AddField(
            model_name='serviceclock',
            name='calendar_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.calendarversion'),
        ),
        migrations.AddField(
            model_name='serviceclock',
            name='policy_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.policyversion'),
        ),
        migrations.AddField(
            model_name='serviceclock',
            name='record',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='records.record'),
        ),
        migrations.AddConstraint(
            model_name='calendarversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('published_at', None)), models.Q(('number__gt', 0), ('published_at__isnull', False)), _connector='OR'), name='calendar_version_numbered_iff_published'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.UniqueConstraint(fields=('version', 'day', 'organization'), name='calendar_day_once', nulls_distinct=False, violation_error_message='This day is in the list twice.'),
        ),
        migrations.AddConstraint(
            model_name='calendarday',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='calendar_day_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('published_at', None)), models.Q(('number__gt', 0), ('published_at__isnull', False)), _connector='OR'), name='policy_version_numbered_iff_published'),
        ),
        migrations.AddConstraint(
            model_name='policyrule',
            constraint=models.UniqueConstraint(fields=('version', 'kind', 'severity', 'item', 'organization'), name='policy_rule_once', nulls_distinct=False, violation_error_message='There is a promise for the same tickets already.'),
        ),
        migrations.AddConstraint(
            model_name='policyrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('update_calendar', None), ('update_minutes', None)), models.Q(('update_calendar__isnull', False), ('update_minutes__gt', 0)), _connector='OR'), name='policy_rule_update_has_a_calendar', violation_error_message='Give updates both a length and a calendar, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offset_minutes', None), ('percent__isnull', False)), models.Q(('offset_minutes__isnull', False), ('percent', None)), _connector='OR'), name='escalation_step_percent_or_offset', violation_error_message='Give a percentage or a number of minutes, not both.'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.CheckConstraint(condition=models.Q(('percent', None), models.Q(('percent__gt', 0), ('percent__lte', 400)), _connector='OR'), name='escalation_step_percent_in_range', violation_error_message='A percentage is between 1 and 400.'),
        ),
        migrations.AddIndex(
            model_name='serviceclock',
            index=models.Index(fields=['ended_at'], name='service_clock_ended'),
        ),
        migrations.AddConstraint(
            model_name='serviceclock',
            constraint=models.UniqueConstraint(fields=('record', 'target', 'cycle', 'leg'), name='service_clock_once'),
        ),
        migrations.AddConstraint(
            model_name='serviceclock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__gt', models.F('due_at')), ('state', 'missed')), models.Q(models.Q(('state', 'missed'), _negated=True), ('ended_at__lte', models.F('due_at'))), _connector='OR'), name='service_clock_missed_iff_late'),
        ),
        migrations.AddConstraint(
            model_name='serviceclock',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('adjusted_due_at', None), ('adjusted_state', '')), models.Q(('adjusted_due_at__isnull', False), models.Q(('adjusted_state', ''), _negated=True)), _connector='OR'), name='service_clock_adjusted_together'),
        ),
    ]
