"""Who reads an RFC's rows, and the first version of the risk questionnaire (our choice: configuration from here on)."""

from datetime import UTC, datetime

from django.db import migrations


RECORD = "EXISTS (SELECT FROM records_record r WHERE r.id = {column})"
POLICIES = {
    "changes_requestforchange": RECORD.format(column="record_ptr_id"),
    "changes_affecteddocument": RECORD.format(column="rfc_id"),
    "changes_riskassessment": RECORD.format(column="rfc_id"),
}


def _question(name, text, *answers):
    return {
        "name": name,
        "text": text,
        "answers": [{"value": value, "text": words, "points": points} for value, words, points in answers],
    }


QUESTIONS = [
    _question("reach", "Who notices when it goes wrong?",
        ("nobody", "Nobody outside the SME", 0),
        ("one", "One LDC", 2),
        ("several", "Several LDCs", 4),
        ("all", "All LDCs, or billing in Production", 8)),
    _question("undo", "How is it undone?",
        ("minutes", "Within minutes, tested", 0),
        ("hours", "Within hours, or not tested", 3),
        ("never", "It cannot be undone", 8)),
    _question("known", "How often was this done before?",
        ("often", "Often, without trouble", 0),
        ("once", "Once or twice", 2),
        ("never", "Never", 4)),
    _question("outage", "Is a service down while it is done?",
        ("none", "No", 0),
        ("announced", "Yes, outside billing windows", 2),
        ("billing", "Yes, within a billing window", 6)),
    _question("interfaces", "Do LDCs have to change something too?",
        ("none", "No", 0),
        ("some", "Some, at a time they choose", 2),
        ("all", "All, at the same time", 6)),
]  # fmt: skip


def first_formula(apps, schema_editor):
    apps.get_model("changes", "RiskFormula").objects.create(
        number=1,
        questions=QUESTIONS,
        medium_from=5,
        high_from=12,
        plans={
            "low": ["implementation_plan", "back_out_plan"],
            "medium": ["implementation_plan", "test_plan", "back_out_plan"],
            "high": ["implementation_plan", "test_plan", "communication_plan", "back_out_plan"],
        },
        lead_days={"low": 2, "medium": 5, "high": 10},
        published_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("changes", "0001_requests_for_change"), ("records", "0011_what_is_said_stays")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
                f" CREATE POLICY desk ON {table} TO servicedesk_web USING ({rule});",
                f"DROP POLICY desk ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )
            for table, rule in POLICIES.items()
        ),
        migrations.RunPython(first_formula, migrations.RunPython.noop),
    ]
