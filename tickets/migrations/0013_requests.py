"""Standard requests: their approvals and tasks, seen by whoever sees the request; a ladder for fulfilment."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = {column})"
POLICIES = {
    "tickets_incident": SEEN.format(column="ticket_ptr_id"),
    "tickets_servicerequest": SEEN.format(column="ticket_ptr_id"),
    "tickets_approval": SEEN.format(column="request_id"),
    "tickets_fulfilmenttask": SEEN.format(column="request_id"),
    "tickets_vote": "EXISTS (SELECT FROM tickets_approval a WHERE a.id = approval_id)",
    # Whoever waits for an approval sees who decides in whose place: of their own organizations.
    "tickets_delegation": """EXISTS (
        SELECT FROM accounts_membership m
        WHERE m.person_id = tickets_delegation.person_id
          AND m.organization_id = ANY ((SELECT desk_organizations())::bigint[]))""",
}

# percent, tells, by mail, raises
LADDER = [(75, "assignee", True, False), (100, "manager", True, True)]


def ladder(apps, schema_editor):
    """Fulfilment climbs the ladder in every policy that is published: no request was filed by one yet."""
    office = apps.get_model("tickets", "DeskRules").objects.get().calendar
    Step = apps.get_model("tickets", "EscalationStep")
    for version in apps.get_model("tickets", "PolicyVersion").objects.exclude(number=None):
        for percent, tells, by_mail, raises in LADDER:
            Step.objects.create(
                version=version, target="fulfil", percent=percent, tells=tells, by_mail=by_mail, raises=raises,
                quiet_calendar=office,
            )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_requests'),
        ('tickets', '0012_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('round', models.PositiveSmallIntegerField()),
                ('position', models.PositiveSmallIntegerField()),
                ('asks', models.CharField(choices=[('organization_admin', 'The organization’s administrators'), ('sme_approver', 'Approvers of the SME')], max_length=20)),
                ('needs', models.CharField(choices=[('any', 'One of them'), ('all', 'All of them')], max_length=5)),
                ('state', models.CharField(choices=[('later', 'Comes later'), ('waiting', 'Waiting'), ('approved', 'Approved'), ('declined', 'Declined'), ('void', 'Void')], max_length=10)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('remind_at', models.DateTimeField(blank=True, null=True)),
                ('decide_by', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'approval',
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
            ],
            options={
                'verbose_name': 'delegation',
            },
        ),
        migrations.CreateModel(
            name='FulfilmentTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'fulfilment task',
            },
        ),
        migrations.CreateModel(
            name='ServiceRequest',
            fields=[
                ('ticket_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='tickets.ticket')),
                ('answers', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
            bases=('tickets.ticket',),
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agrees', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'vote',
            },
        ),
        migrations.RenameIndex(
            model_name='ticket',
            new_name='ticket_severity',
            old_name='incident_severity',
        ),
        migrations.AddField(
            model_name='ticket',
            name='item',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='ticket',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.team'),
        ),
        migrations.AlterField(
            model_name='serviceclock',
            name='severity',
            field=models.PositiveSmallIntegerField(choices=[(1, 'Severity 1 – critical'), (2, 'Severity 2 – high'), (3, 'Severity 3 – medium'), (4, 'Severity 4 – low')], null=True),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='environment',
            field=models.CharField(blank=True, choices=[('production', 'Production'), ('recovery', 'Disaster Recovery'), ('quality', 'Quality Assurance (test)'), ('sandbox', 'Sandbox')], max_length=12),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='resolution',
            field=models.CharField(blank=True, choices=[('fix', 'Fixed'), ('workaround', 'By a workaround, for now'), ('fulfilled', 'Fulfilled')], max_length=12),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='severity',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Severity 1 – critical'), (2, 'Severity 2 – high'), (3, 'Severity 3 – medium'), (4, 'Severity 4 – low')], null=True),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reopen_until', None), ('resolution', '')), models.Q(models.Q(('resolution', ''), _negated=True), ('reopen_until__isnull', False)), _connector='OR'), name='ticket_resolution_iff_reopen_until'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('contact', None), models.Q(('contact', models.F('backup_contact')), _negated=True), _connector='OR'), name='ticket_backup_is_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item', ''), ('severity__isnull', False)), models.Q(models.Q(('item', ''), _negated=True), ('severity', None)), _connector='OR'), name='ticket_severity_unless_it_orders'),
        ),
        migrations.AddField(
            model_name='delegation',
            name='delegate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_taken', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delegation',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fulfilmenttask',
            name='done_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='fulfilmenttask',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.tasktemplate'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='item_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='tickets.itemversion'),
        ),
        migrations.AddField(
            model_name='fulfilmenttask',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='tickets.servicerequest'),
        ),
        migrations.AddField(
            model_name='approval',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='tickets.servicerequest'),
        ),
        migrations.AddField(
            model_name='vote',
            name='approval',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='tickets.approval'),
        ),
        migrations.AddField(
            model_name='vote',
            name='cast_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='vote',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='delegation_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('person', models.F('delegate')), _negated=True), name='delegation_to_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='fulfilmenttask',
            constraint=models.UniqueConstraint(fields=('request', 'template'), name='fulfilment_task_once'),
        ),
        migrations.AddConstraint(
            model_name='fulfilmenttask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='fulfilment_task_done_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('request', 'round', 'position'), name='approval_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('request',), name='approval_one_waits_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['approved', 'declined', 'void'])), models.Q(('decided_at', None), ('state__in', ['later', 'waiting'])), _connector='OR'), name='approval_decided_iff_over'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['waiting', 'approved', 'declined']), _negated=True), models.Q(('decide_by__isnull', False), ('opened_at__isnull', False), ('remind_at__isnull', False)), _connector='OR'), name='approval_opened_before_it_is_decided'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('approval', 'person'), name='vote_once'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('agrees', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='vote_against_has_a_reason'),
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
                f" CREATE POLICY desk ON {table} TO servicedesk_web USING ({rule});",
                f"DROP POLICY desk ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )
            for table, rule in POLICIES.items()
        ),
        migrations.RunPython(ladder, migrations.RunPython.noop),
    ]
