"""What administrators set for changes: templates, releases, and versions of the risk formula."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Person
from changes.choices import formula_at
from changes.models import ChangeTemplate, RiskFormula
from changes.risk import problems_of
from tests.conftest import NOON
from tests.tickets.pages import words

SignIn = Callable[[Person], Client]
LEVELS = ("low", "medium", "high")
GOOD: dict[str, Any] = {
    "questions": [
        {
            "name": "a",
            "text": "A?",
            "answers": [{"value": v, "text": v, "points": p} for v, p in (("x", 0), ("y", 3))],
        }
    ],
    "medium_from": 2,
    "high_from": 3,
    "plans": dict.fromkeys(LEVELS, ("back_out_plan",)) | {level: ["back_out_plan"] for level in LEVELS},
    "lead_days": dict.fromkeys(LEVELS, 2),
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"questions": []}, "questions"),
        ({"questions": "no"}, "questions"),
        ({"questions": GOOD["questions"] * 2}, "questions"),
        (
            {"questions": [GOOD["questions"][0] | {"answers": GOOD["questions"][0]["answers"][:1]}]},
            "questions",
        ),
        ({"high_from": 2}, "high_from"),
        ({"plans": {"low": []}}, "plans"),
        ({"plans": {level: ["luck"] for level in LEVELS}}, "plans"),
        ({"lead_days": {"low": 1}}, "lead_days"),
        ({"lead_days": dict.fromkeys(LEVELS, "soon")}, "lead_days"),
    ],
)
def test_a_formula_that_could_rate_nothing_is_refused(wrong: dict[str, Any], field: str) -> None:
    assert problems_of(**GOOD) == []
    assert [name for name, _words in problems_of(**GOOD | wrong)] == [field]


def test_a_new_formula_begins_as_the_last_one_and_counts_at_once(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    page = browser.get("/admin/changes/riskformula/add/")
    assert "Who notices when it goes wrong?" in page.content.decode()

    sent = {name: json.dumps(value) for name, value in GOOD.items()}
    assert "Enter more points" in words(
        browser.post("/admin/changes/riskformula/add/", sent | {"high_from": "1"})
    )
    assert browser.post("/admin/changes/riskformula/add/", sent).status_code == 302
    made = RiskFormula.objects.latest("number")
    assert (made.number, made.questions, formula_at(made.published_at)) == (2, GOOD["questions"], made)
    assert formula_at(NOON.replace(year=2026, month=11, day=2)).number == 1
    assert browser.post(f"/admin/changes/riskformula/{made.pk}/change/", sent).status_code == 403


def test_a_template_is_written_with_boxes_to_tick(ada: Person, chang: Person, sign_in: SignIn) -> None:
    sent = {
        "title": "Renew a certificate", "description": "As ever.", "category": "software",
        "environments": ["production", "sandbox"], "interfaces": ["file_transfer"], "implementation_plan": "Do it.",
        "back_out_plan": "Undo it.", "approved_by": chang.pk, "approved_on": "2027-01-01", "expires_on": "2027-12-31",
    }  # fmt: skip
    browser = sign_in(ada)
    assert browser.post("/admin/changes/changetemplate/add/", sent).status_code == 302
    made = ChangeTemplate.objects.get()
    assert (made.environments, made.interfaces) == (["production", "sandbox"], ["file_transfer"])
    late = browser.post(
        "/admin/changes/changetemplate/add/", sent | {"title": "Other", "expires_on": "2026-01-01"}
    )
    assert late.status_code == 200
