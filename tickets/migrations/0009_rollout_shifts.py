"""What a rollout moves, which is the desk's own business; and every history states its versions.

A ticket from before the versions got its pair of them in 0006. Here its history says so too, by an
event just before its filing, so that its clocks follow from its history like everybody's.
"""

import django.db.models.deletion
from django.db import migrations, models

STATE = """
INSERT INTO records_event (record_id, name, at, actor_id, internal, facts, comment_id)
SELECT r.id, 'incident.moved_to_versions', r.created_at - interval '1 microsecond', NULL, true,
    jsonb_build_object('side', 'system', 'policy_version', i.policy_version_id,
        'calendar_version', i.calendar_version_id, 'why', 'As the desk began.', 'moved', '{}'::jsonb),
    NULL
FROM tickets_incident i JOIN records_record r ON r.id = i.record_ptr_id
WHERE NOT EXISTS (SELECT FROM records_event e WHERE e.record_id = r.id AND e.facts ? 'policy_version')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_trigrams_at_once"),
        ("schedule", "0002_job"),
        ("tickets", "0008_frozen_and_scoped"),
    ]

    operations = [
        migrations.CreateModel(
            name='RolloutShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('respond', 'First answer'), ('update', 'Next update'), ('restore', 'Restoration'), ('fulfil', 'Fulfilment')], max_length=10)),
                ('was_due_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('newly_late', models.BooleanField()),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='schedule.job')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('job', 'record', 'target'), name='rollout_shift_once')],
            },
        ),
        # No policy: whoever is from outside the SME sees none.
        migrations.RunSQL(
            "ALTER TABLE tickets_rolloutshift ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE tickets_rolloutshift DISABLE ROW LEVEL SECURITY",
        ),
        migrations.RunSQL(STATE, migrations.RunSQL.noop),
    ]
