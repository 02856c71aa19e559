"""The service catalogue in versions; promises for requests, which need no first answer."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tickets.models.service_policy
from django.conf import settings
from django.db import migrations, models


# As migration 0008 does it for policies. Here nothing joins a published version either, except in the
# transaction that wrote the version itself: that is how a backup or a test puts it back whole.
FROZEN = """
CREATE FUNCTION tickets_itemversion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NOT NULL AND (TG_OP = 'DELETE' OR OLD IS DISTINCT FROM NEW) THEN
        RAISE EXCEPTION 'A published version is never changed. Make a new one.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tickets_itemversion_stays BEFORE UPDATE OR DELETE ON tickets_itemversion
    FOR EACH ROW EXECUTE FUNCTION tickets_itemversion_stays();

CREATE FUNCTION tickets_item_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    IF TG_OP <> 'INSERT' AND (SELECT number FROM tickets_itemversion WHERE id = OLD.version_id) IS NOT NULL THEN
        RAISE EXCEPTION 'A published version is never changed. Make a new one.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    SELECT number, xmin INTO whole FROM tickets_itemversion WHERE id = NEW.version_id FOR SHARE;
    IF whole.number IS NOT NULL AND whole.xmin <> pg_current_xact_id()::xid THEN
        RAISE EXCEPTION 'A published version is never changed. Make a new one.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
UNFROZEN = """
DROP FUNCTION tickets_item_part_stays();
DROP TRIGGER tickets_itemversion_stays ON tickets_itemversion;
DROP FUNCTION tickets_itemversion_stays();
"""
PARTS = ("tickets_itemfield", "tickets_approvalstep", "tickets_tasktemplate")


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0004_service_level_manager'),
        ('records', '0007_requests'),
        ('tickets', '0009_rollout_shifts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('asks', models.CharField(choices=[('organization_admin', 'The organization’s administrators'), ('sme_approver', 'Approvers of the SME')], max_length=20, verbose_name='asks')),
                ('needs', models.CharField(choices=[('any', 'One of them'), ('all', 'All of them')], default='any', max_length=5, verbose_name='needs')),
                ('remind_after_days', models.PositiveSmallIntegerField(default=1, verbose_name='remind after (business days)')),
                ('decide_within_days', models.PositiveSmallIntegerField(default=3, verbose_name='decide within (business days)')),
            ],
            options={
                'verbose_name': 'approval step',
            },
        ),
        migrations.CreateModel(
            name='CatalogueItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('choice', models.CharField(choices=[('incident', 'Something isn’t working'), ('feedback', 'Testing feedback'), ('change', 'Request a change'), ('gui_users', 'MDM/R GUI users'), ('desk_users', 'Service Desk users'), ('workshops', 'Workshops'), ('configuration', 'Configuration'), ('data', 'Data'), ('environments', 'Environments')], max_length=20, verbose_name='offered under')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired at')),
            ],
            options={
                'verbose_name': 'catalogue item',
            },
        ),
        migrations.CreateModel(
            name='ItemField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('name', models.SlugField(db_index=False, max_length=40, verbose_name='name')),
                ('kind', models.CharField(choices=[('text', 'One line of text'), ('long_text', 'Text'), ('choice', 'One of some choices'), ('multi_choice', 'Any of some choices'), ('date', 'Date'), ('datetime', 'Date and time'), ('environment', 'Environment'), ('org_id', 'ORG ID of the organization'), ('person', 'Person of the organization'), ('email', 'E-mail address'), ('emails', 'List of e-mail addresses'), ('sdp_list', 'List of SDP or USDP IDs'), ('file', 'Files'), ('table', 'Table')], max_length=20, verbose_name='asks for')),
                ('label', models.CharField(max_length=120, verbose_name='label')),
                ('label_fr', models.CharField(blank=True, max_length=120, verbose_name='label in French')),
                ('help', models.CharField(blank=True, max_length=300, verbose_name='help')),
                ('help_fr', models.CharField(blank=True, max_length=300, verbose_name='help in French')),
                ('required', models.BooleanField(default=True, verbose_name='required')),
                ('material', models.BooleanField(default=True, help_text='Changing the answer makes approvals void.', verbose_name='material')),
                ('choices', models.TextField(blank=True, help_text='One on a line: value | English | French', verbose_name='choices')),
                ('columns', models.TextField(blank=True, help_text='One on a line: name | kind | English | French | required or optional | choices separated by ;', verbose_name='columns')),
                ('pattern', models.CharField(blank=True, help_text='A regular expression that the whole answer, or each line of a list, matches.', max_length=200, verbose_name='pattern')),
                ('pattern_words', models.CharField(blank=True, help_text='How to fix an answer that does not match.', max_length=200, verbose_name='pattern in words')),
                ('pattern_words_fr', models.CharField(blank=True, max_length=200, verbose_name='pattern in words, in French')),
                ('show_field', models.CharField(blank=True, max_length=40, verbose_name='only when this field')),
                ('show_values', models.CharField(blank=True, help_text='Separated by commas.', max_length=200, verbose_name='has one of these values')),
                ('earliest_days', models.SmallIntegerField(blank=True, null=True, verbose_name='earliest (days from today)')),
                ('latest_days', models.SmallIntegerField(blank=True, null=True, verbose_name='latest (days from today)')),
                ('most', models.PositiveIntegerField(blank=True, null=True, verbose_name='most characters, lines or rows')),
            ],
            options={
                'verbose_name': 'field',
            },
        ),
        migrations.CreateModel(
            name='ItemVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='version')),
                ('note', models.CharField(max_length=200, verbose_name='what is new, and why')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_fr', models.CharField(blank=True, max_length=80, verbose_name='name in French')),
                ('summary', models.CharField(help_text='What it is, with an example: one line.', max_length=200, verbose_name='summary')),
                ('summary_fr', models.CharField(blank=True, max_length=200, verbose_name='summary in French')),
                ('prepare', models.CharField(blank=True, max_length=200, verbose_name='what to have ready')),
                ('prepare_fr', models.CharField(blank=True, max_length=200, verbose_name='what to have ready, in French')),
                ('visibility', models.CharField(choices=[('organization', 'Everyone in my organization'), ('restricted', 'Only the people named on it and our administrators')], default='organization', max_length=20, verbose_name='who sees a request')),
                ('effect', models.CharField(blank=True, choices=[('invite', 'Invites a new person'), ('change_role', 'Gives a person another role'), ('deactivate', 'Ends a person’s access'), ('change_administrator', 'Makes another person the administrator')], max_length=20, verbose_name='effect')),
            ],
            options={
                'verbose_name': 'item version',
            },
        ),
        migrations.CreateModel(
            name='TaskTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_fr', models.CharField(blank=True, max_length=120, verbose_name='title in French')),
                ('due_percent', models.PositiveSmallIntegerField(default=100, verbose_name='due at percent of the fulfilment time')),
            ],
            options={
                'verbose_name': 'task',
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('name_fr', models.CharField(blank=True, max_length=60, verbose_name='name in French')),
            ],
            options={
                'verbose_name': 'team',
            },
        ),
        migrations.AlterField(
            model_name='policyrule',
            name='kind',
            field=models.CharField(choices=[('incident', 'Incident'), ('request', 'Service request')], default='incident', max_length=20, verbose_name='ticket type'),
        ),
        migrations.AlterField(
            model_name='policyrule',
            name='pauses',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=tickets.models.service_policy.waiting_for_ldc, help_text='For updates and restoration. The first answer never waits.', size=None, verbose_name='stands still while'),
        ),
        migrations.AlterField(
            model_name='policyrule',
            name='respond_calendar',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.servicecalendar', verbose_name='answer calendar'),
        ),
        migrations.AlterField(
            model_name='policyrule',
            name='respond_minutes',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='answer within (minutes)'),
        ),
        migrations.AddConstraint(
            model_name='policyrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('respond_calendar__isnull', False), ('respond_minutes__isnull', False)), models.Q(('kind', 'request'), ('respond_calendar', None), ('respond_minutes', None)), _connector='OR'), name='policy_rule_respond_has_a_calendar', violation_error_message='Give the first answer both a length and a calendar. Only requests may do without.'),
        ),
        migrations.AddConstraint(
            model_name='catalogueitem',
            constraint=models.CheckConstraint(condition=models.Q(('choice', 'incident'), _negated=True), name='catalogue_item_is_no_incident'),
        ),
        migrations.AddField(
            model_name='itemversion',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='tickets.catalogueitem'),
        ),
        migrations.AddField(
            model_name='itemversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemfield',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fields', to='tickets.itemversion'),
        ),
        migrations.AddField(
            model_name='approvalstep',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approval_steps', to='tickets.itemversion'),
        ),
        migrations.AddField(
            model_name='tasktemplate',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='tickets.itemversion'),
        ),
        migrations.AddField(
            model_name='team',
            name='members',
            field=models.ManyToManyField(blank=True, related_name='teams', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='tasktemplate',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.team', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='itemversion',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.team', verbose_name='team'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.UniqueConstraint(fields=('version', 'name'), name='item_field_name_once', violation_error_message='There is a field of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('label', ''), _negated=True)), name='item_field_is_named'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('choice', 'multi_choice')), models.Q(('choices', ''), _negated=True)), models.Q(models.Q(('kind__in', ('choice', 'multi_choice')), _negated=True), ('choices', '')), ('kind', 'environment'), _connector='OR'), name='item_field_choices_iff_choice', violation_error_message='Give a choice field its choices, and no other field any.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'table'), models.Q(('columns', ''), _negated=True)), models.Q(models.Q(('kind', 'table'), _negated=True), ('columns', '')), _connector='OR'), name='item_field_columns_iff_table', violation_error_message='Give a table its columns, and no other field any.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('show_field', ''), ('show_values', '')), models.Q(models.Q(('show_field', ''), _negated=True), models.Q(('show_values', ''), _negated=True)), _connector='OR'), name='item_field_shown_for_values', violation_error_message='Give a condition both a field and values, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pattern', ''), ('pattern_words', ''), ('pattern_words_fr', '')), models.Q(models.Q(('pattern', ''), _negated=True), models.Q(('pattern_words', ''), _negated=True), ('kind__in', ('text', 'sdp_list'))), _connector='OR'), name='item_field_pattern_with_words', violation_error_message='Say a pattern in words too. Only a line of text and a list of IDs can have one.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('earliest_days', None), ('latest_days', None)), ('kind__in', ('date', 'datetime')), _connector='OR'), name='item_field_days_only_of_dates', violation_error_message='Only dates have an earliest and a latest day.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(('earliest_days', None), ('latest_days', None), ('earliest_days__lte', models.F('latest_days')), _connector='OR'), name='item_field_earliest_first', violation_error_message='Choose a latest day that is not before the earliest.'),
        ),
        migrations.AddConstraint(
            model_name='itemfield',
            constraint=models.CheckConstraint(condition=models.Q(('most', None), models.Q(('kind__in', ('text', 'long_text', 'emails', 'sdp_list', 'table')), ('most__gt', 0)), _connector='OR'), name='item_field_most_of_what', violation_error_message='Only texts, lists and tables have a limit, of at least 1.'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='approval_step_one_at_a_time', violation_error_message='Two approval steps have the same position.'),
        ),
        migrations.AddConstraint(
            model_name='approvalstep',
            constraint=models.CheckConstraint(condition=models.Q(('remind_after_days__gt', 0), ('remind_after_days__lt', models.F('decide_within_days'))), name='approval_step_reminds_first', violation_error_message='Remind at least a day before the decision is due.'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='team_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='tasktemplate',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='task_template_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='tasktemplate',
            constraint=models.CheckConstraint(condition=models.Q(('due_percent__gte', 1), ('due_percent__lte', 100)), name='task_template_percent_in_range', violation_error_message='A percentage is between 1 and 100.'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('published_at', None)), models.Q(('number__gt', 0), ('published_at__isnull', False)), _connector='OR'), name='item_version_numbered_iff_published'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='item_version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='itemversion',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='item_version_has_a_name'),
        ),
        migrations.RunSQL(FROZEN, UNFROZEN),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_stays BEFORE INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION tickets_item_part_stays();",
                f"DROP TRIGGER {table}_stays ON {table};",
            )
            for table in PARTS
        ),
    ]
