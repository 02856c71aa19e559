"""Problems: read by every organization once published, their internal face by the desk alone.

The web role has no policy at all on what only the desk reads, so it sees no row there; it never writes
a problem itself. ``problem_affects`` counts with the owner's eyes: how many, never who.
"""
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


SEEN = "EXISTS (SELECT FROM records_record r WHERE r.id = {column})"
OURS = "organization_id = ANY ((SELECT desk_organizations())::bigint[])"
MINE = "person_id = (SELECT desk_person())"
# table: what the policy is for, and its rule; None where only the desk reads
POLICIES = {
    "tickets_problem": ("FOR SELECT", SEEN.format(column="record_ptr_id")),
    "tickets_problemaffects": ("", f"{OURS} AND {SEEN.format(column='problem_id')}"),
    "tickets_problemsubscription": ("", MINE),
    "tickets_deflection": ("", f"{MINE} AND {OURS}"),
    "tickets_probleminternals": None,
    "tickets_problemnote": None,
    "tickets_problemcandidate": None,
    "tickets_problemcandidate_incidents": None,
}
COUNT = """
CREATE FUNCTION problem_affects(problem bigint) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
    $$ SELECT count(*)::integer FROM tickets_problemaffects WHERE problem_id = problem AND withdrawn_at IS NULL $$
"""
WORDS = {
    "billing": "billing quantity|billing quantities|BQ|billing window|TOU|ULO|framing|quantité|facturation",
    "vee": "VEE|estimated|estimation|spike check|validation|interval|estimé",
    "sync": "synchronization|sync file|USDP|SDP|reparent|end-date|synchronisation",
    "files": "FTS|AS2|SFTP|file transfer|certificate|endpoint|acknowledgement|transfert|certificat",
    "gui": "GUI|screen|page|login|sign in|browser|écran|interface",
    "reports": "report|exception report|audit report|summary|rapport",
    "web": "web service|API|SOAP|timeout|service web",
    "other": "",
}


def rules(apps, schema_editor):
    """The words by which incidents are told apart, to begin with: administrators change them."""
    Rule = apps.get_model("tickets", "AreaRule")
    for area, words in WORDS.items():
        Rule.objects.create(area=area, words=words.replace("|", "\n"))


def statements(table, policy):
    """What puts a table under row-level security, and takes it out again."""
    on = f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    off = f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    if policy:
        on += f" CREATE POLICY desk ON {table} {policy[0]} TO servicedesk_web USING ({policy[1]});"
        off = f"DROP POLICY desk ON {table}; {off}"
    return on, off


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_invitation_language'),
        ('records', '0013_fixed_by'),
        ('tickets', '0013_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Problem',
            fields=[
                ('record_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='records.record')),
                ('area', models.CharField(choices=[('billing', 'Billing quantities'), ('vee', 'VEE and estimation'), ('sync', 'Synchronization'), ('files', 'File transfer'), ('gui', 'GUI'), ('reports', 'Reports'), ('web', 'Web services'), ('other', 'Something else')], max_length=8, verbose_name='service area')),
                ('environment', models.CharField(blank=True, choices=[('production', 'Production'), ('recovery', 'Disaster Recovery'), ('quality', 'Quality Assurance (test)'), ('sandbox', 'Sandbox')], max_length=12, verbose_name='environment')),
                ('symptom', models.TextField(verbose_name='symptom')),
                ('affected', models.TextField(blank=True, verbose_name='who is affected')),
                ('workaround', models.TextField(blank=True, verbose_name='workaround')),
                ('last_verified_on', models.DateField(blank=True, null=True, verbose_name='last verified on')),
                ('planned_fix', models.TextField(blank=True, verbose_name='planned fix')),
                ('fix_rfc_reference', models.CharField(blank=True, max_length=20, verbose_name='RFC')),
                ('planned_release', models.CharField(blank=True, max_length=60, verbose_name='release')),
                ('fix_planned_on', models.DateField(blank=True, null=True, verbose_name='planned for')),
                ('fix_verified_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('symptom', 'affected', 'workaround', config='english'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('duplicate_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='tickets.problem')),
                ('fix_verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'problem',
            },
            bases=('records.record',),
        ),
        migrations.CreateModel(
            name='AreaRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(choices=[('billing', 'Billing quantities'), ('vee', 'VEE and estimation'), ('sync', 'Synchronization'), ('files', 'File transfer'), ('gui', 'GUI'), ('reports', 'Reports'), ('web', 'Web services'), ('other', 'Something else')], max_length=8, unique=True, verbose_name='service area')),
                ('words', models.TextField(blank=True, verbose_name='words')),
                ('least', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)], verbose_name='at least')),
                ('factor', models.DecimalField(decimal_places=1, default=2, max_digits=4, validators=[django.core.validators.MinValueValidator(1)], verbose_name='times the baseline')),
            ],
            options={
                'verbose_name': 'service area of problems',
                'verbose_name_plural': 'service areas of problems',
                'constraints': [models.CheckConstraint(condition=models.Q(('factor__gte', 1), ('least__gte', 1)), name='area_rule_asks_for_some')],
            },
        ),
        migrations.CreateModel(
            name='ProblemInternals',
            fields=[
                ('problem', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='internals', serialize=False, to='tickets.problem')),
                ('root_cause', models.TextField(blank=True, verbose_name='root cause')),
                ('contributing_factors', models.TextField(blank=True, verbose_name='contributing factors')),
                ('vendor_notes', models.TextField(blank=True, verbose_name='vendor notes')),
            ],
            options={
                'verbose_name': 'internal face of a problem',
            },
        ),
        migrations.CreateModel(
            name='Deflection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draft_key', models.UUIDField()),
                ('ended', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deflections', to='tickets.problem')),
            ],
            options={
                'verbose_name': 'deflection',
            },
        ),
        migrations.CreateModel(
            name='ProblemAffects',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affects', to='tickets.problem')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'affected organization',
                'verbose_name_plural': 'affected organizations',
            },
        ),
        migrations.CreateModel(
            name='ProblemCandidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(choices=[('billing', 'Billing quantities'), ('vee', 'VEE and estimation'), ('sync', 'Synchronization'), ('files', 'File transfer'), ('gui', 'GUI'), ('reports', 'Reports'), ('web', 'Web services'), ('other', 'Something else')], max_length=8, verbose_name='service area')),
                ('week_starts_on', models.DateField()),
                ('number', models.PositiveIntegerField()),
                ('baseline', models.DecimalField(decimal_places=1, max_digits=8)),
                ('found_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incidents', models.ManyToManyField(related_name='+', to='tickets.incident')),
                ('problem', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.problem')),
            ],
            options={
                'verbose_name': 'candidate for a problem',
                'verbose_name_plural': 'candidates for problems',
            },
        ),
        migrations.CreateModel(
            name='ProblemNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('declined', 'Not sent')], default='waiting', max_length=8)),
                ('offered_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problem_notes', to='tickets.incident')),
                ('problem', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='tickets.problem')),
            ],
            options={
                'verbose_name': 'note about a workaround',
                'verbose_name_plural': 'notes about workarounds',
            },
        ),
        migrations.CreateModel(
            name='ProblemSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(choices=[('billing', 'Billing quantities'), ('vee', 'VEE and estimation'), ('sync', 'Synchronization'), ('files', 'File transfer'), ('gui', 'GUI'), ('reports', 'Reports'), ('web', 'Web services'), ('other', 'Something else')], max_length=8, verbose_name='service area')),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problem_subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'subscription to problems',
                'verbose_name_plural': 'subscriptions to problems',
            },
        ),
        migrations.AddIndex(
            model_name='problem',
            index=models.Index(fields=['-changed_at', '-record_ptr'], name='problem_recent'),
        ),
        migrations.AddIndex(
            model_name='problem',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='problem_words'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('last_verified_on', None), models.Q(('workaround', ''), _negated=True), _connector='OR'), name='problem_verified_workaround'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('fix_planned_on', None), models.Q(('fix_rfc_reference', ''), _negated=True), models.Q(('planned_release', ''), _negated=True), _connector='OR'), name='problem_planned_by_an_rfc_or_a_release'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fix_verified_at', None), ('fix_verified_by', None)), models.Q(('fix_verified_at__isnull', False), ('fix_verified_by__isnull', False)), _connector='OR'), name='problem_fix_verified_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('published_at', None), models.Q(('symptom', ''), _negated=True), _connector='OR'), name='problem_published_with_a_symptom'),
        ),
        migrations.AddConstraint(
            model_name='problem',
            constraint=models.CheckConstraint(condition=models.Q(('duplicate_of', models.F('record_ptr')), _negated=True), name='problem_duplicate_of_another'),
        ),
        migrations.AddConstraint(
            model_name='deflection',
            constraint=models.UniqueConstraint(fields=('problem', 'draft_key'), name='deflection_once_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='problemaffects',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('problem', 'organization'), name='problem_affects_once'),
        ),
        migrations.AddConstraint(
            model_name='problemaffects',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='problem_affects_withdrawn_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='problemcandidate',
            constraint=models.UniqueConstraint(fields=('area', 'week_starts_on'), name='problem_candidate_once'),
        ),
        migrations.AddConstraint(
            model_name='problemcandidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('problem', None), ('reason', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(models.Q(('problem__isnull', False), ('reason', '')), models.Q(('problem', None), models.Q(('reason', ''), _negated=True)), _connector='OR')), _connector='OR'), name='problem_candidate_accepted_or_dismissed'),
        ),
        migrations.AddConstraint(
            model_name='problemnote',
            constraint=models.UniqueConstraint(fields=('problem', 'incident'), name='problem_note_once'),
        ),
        migrations.AddConstraint(
            model_name='problemnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='problem_note_decided_iff_not_waiting'),
        ),
        migrations.AddConstraint(
            model_name='problemsubscription',
            constraint=models.UniqueConstraint(fields=('area', 'person'), name='problem_subscription_once'),
        ),
        migrations.RunSQL(COUNT, "DROP FUNCTION problem_affects(bigint)"),
        *(migrations.RunSQL(*statements(table, policy)) for table, policy in POLICIES.items()),
        migrations.RunPython(rules, migrations.RunPython.noop),
    ]
