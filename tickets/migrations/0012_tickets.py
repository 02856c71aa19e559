"""Incidents and requests share a table, ``tickets_ticket``: what was an incident's row becomes its ticket's.

The table is renamed, so no row is written twice; what only incidents have moves to a table of its own.
"""

import django.db.models.deletion
from django.db import migrations, models

OWN = 'impact, urgency, description, "references", occurred_at'
SPLIT = f"""
CREATE TABLE tickets_incident (
    ticket_ptr_id bigint PRIMARY KEY REFERENCES tickets_ticket (record_ptr_id) DEFERRABLE INITIALLY DEFERRED,
    impact varchar(10) NOT NULL, urgency varchar(10) NOT NULL, description text NOT NULL,
    "references" text NOT NULL, occurred_at timestamptz
);
INSERT INTO tickets_incident (ticket_ptr_id, {OWN}) SELECT record_ptr_id, {OWN} FROM tickets_ticket;
ALTER TABLE tickets_ticket DROP impact, DROP urgency, DROP description, DROP "references", DROP occurred_at;
"""
WHOLE = """
ALTER TABLE tickets_ticket ADD impact varchar(10), ADD urgency varchar(10), ADD description text,
    ADD "references" text, ADD occurred_at timestamptz;
UPDATE tickets_ticket t SET impact = i.impact, urgency = i.urgency, description = i.description,
    "references" = i."references", occurred_at = i.occurred_at
FROM tickets_incident i WHERE i.ticket_ptr_id = t.record_ptr_id;
ALTER TABLE tickets_ticket ALTER impact SET NOT NULL, ALTER urgency SET NOT NULL,
    ALTER description SET NOT NULL, ALTER "references" SET NOT NULL;
DROP TABLE tickets_incident;
"""
LETTERS = """
UPDATE notifications_outboxmessage SET effect = replace(effect, 'incident.', 'ticket.')
WHERE effect IN ('incident.fan_out', 'incident.mail')
"""
LETTERS_BACK = """
UPDATE notifications_outboxmessage SET effect = replace(effect, 'ticket.', 'incident.')
WHERE effect IN ('ticket.fan_out', 'ticket.mail')
"""
FIELDS = [
    ("ticket_ptr", models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to="tickets.ticket")),
    ("impact", models.CharField(choices=[("all", "Production is down, or every LDC is affected"), ("billing", "Our billing is stopped"), ("part", "Part of our processing is affected"), ("minor", "One user is affected, or it only looks wrong")], max_length=10)),
    ("urgency", models.CharField(choices=[("now", "Now: a billing window is at risk"), ("today", "Today"), ("week", "This week"), ("wait", "It can wait")], max_length=10)),
    ("description", models.TextField()),
    ("references", models.TextField(blank=True)),
    ("occurred_at", models.DateTimeField(blank=True, null=True)),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_requests"),
        ("notifications", "0004_bundle_row_security"),
        ("tickets", "0011_catalogue_items"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="incident", name="incident_resolution_iff_reopen_until"),
        migrations.RemoveConstraint(model_name="incident", name="incident_backup_is_somebody_else"),
        migrations.RenameModel("Incident", "Ticket"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SPLIT, WHOLE)],
            state_operations=[
                *(migrations.RemoveField("ticket", name) for name, _field in FIELDS[1:]),
                migrations.CreateModel("Incident", fields=FIELDS, bases=("tickets.ticket",)),
            ],
        ),
        migrations.RunSQL(LETTERS, LETTERS_BACK),
    ]
