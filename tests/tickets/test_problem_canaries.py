"""Nothing of a problem's internal face reaches an organization, by whatever page, search, suggestion or mail.

Every internal field holds a word that stands nowhere else; so do the other organization's incident, its
people and its name. All addresses that can be opened are walked, as everybody who belongs to one.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from servicedesk.notifications.outbox import drain
from tests.tickets.problem_log import FACE, INTERNALS, log, step
from tests.ui.world import ADDRESSES
from tickets.actions.problem_faces import Face, edit_face, face_of, publish_problem
from tickets.actions.problem_following import claim_problem, follow_area, follow_problem
from tickets.actions.problem_moves import move_problem
from tickets.actions.problems import open_problem
from tickets.models import Incident, Problem, ProblemCandidate, ProblemNote, ServiceArea
from tickets.problem_transitions import ProblemStatus

CANARIES = (
    "rootcanary",
    "factorcanary",
    "vendorcanary",
    "notecanary",
    "theircanary",
    "hiddencanary",
    "reasoncanary",
    "Pine Ridge Power",
    "Stanislav",
    "Pam internal",
)
EVERYWHERE = ("tickets:problem", "tickets:help", "tickets:report_known", "tickets:list", "home", "notices")


@pytest.fixture
def seeded(
    pam: Person,
    rita: Person,
    stan: Person,
    incident: Callable[..., Incident],
    pineridge: Organization,
    lakeshore: Organization,
) -> Problem:
    """A published problem with a canary in every internal field, and one that was never published."""
    now = timezone.now()
    Person.objects.filter(pk=stan.pk).update(name="Stanislav")
    mine = incident(at=now)
    theirs = incident(
        at=now, by=stan, organization_id=pineridge.pk, title="BQ theircanary", description="theircanary"
    )
    made = open_problem(Face(**FACE), incidents=[mine, theirs], internals=INTERNALS, by=pam, at=now)
    made = move_problem(made, "investigate", by=pam, at=now, version=made.version, message="notecanary")
    publish_problem(made, by=pam, at=now, version=made.version)
    claim_problem(made, pineridge.pk, draft_key=_uuid(), ended=True, by=stan, at=now)
    assert ProblemNote.objects.filter(problem=made).count() == 2
    hidden = FACE | {"title": "BQ hiddencanary", "symptom": "hiddencanary", "workaround": "hiddencanary"}
    log(pam, published=False, incidents=[mine, theirs], at=now, **hidden)
    candidate = ProblemCandidate.objects.create(
        area="billing", week_starts_on=now.date(), number=3, baseline=1, found_at=now, decided_at=now,
        decided_by=pam, reason="reasoncanary",
    )  # fmt: skip
    candidate.incidents.set([theirs])
    follow_area(ServiceArea.BILLING, True, by=rita, at=now)
    follow_problem(made, True, by=rita, at=now)
    return Problem.objects.get(pk=made.pk)


def _uuid() -> str:
    return "00000000-0000-4000-8000-000000000001"


def walked(problem: Problem) -> Iterator[str]:
    """Every address of the problem log and of where problems show besides, and searches for each canary."""
    for one in Problem.objects.order_by("pk"):
        filled = {"reference": one.reference, "name": "identify", "area": "billing", "pk": 1}
        for name, takes in ADDRESSES.items():
            if name.startswith(EVERYWHERE) and takes <= set(filled):
                yield reverse(name, kwargs={part: filled[part] for part in takes})
    for word in (*CANARIES, "BQ", problem.reference):
        yield f"/problems/?q={word}"
        yield f"/problems/?q={word}&state=workaround&area=billing"
        yield f"/help/new/?q={word}"
        yield f"/help/new/incident/known/?title=BQ responses {word}&organization=1"
        yield f"/tickets/?view=all&q={word}"
    for query in ("published=no", "step=logged", "whose=us", "whose=followed", "state=open"):
        yield f"/problems/?{query}"
    for ticket in Incident.objects.order_by("pk"):
        yield ticket.get_absolute_url()


@pytest.mark.parametrize("row_security", [True, False], ids=["with the second lock", "without it"])
@pytest.mark.parametrize("persona", ["rita", "ned", "olga"])
def test_no_page_holds_a_canary(
    seeded: Problem,
    cast: dict[str, Person],
    sign_in: Callable[[Person], Client],
    settings: Settings,
    persona: str,
    row_security: bool,
) -> None:
    settings.ROW_SECURITY = row_security
    browser, opened, found = sign_in(cast[persona]), 0, []
    for address in walked(seeded):
        answer = browser.get(address, follow=True)
        opened += answer.status_code == 200
        text = answer.content.decode().replace(address.partition("?")[2], "")
        asked = address.partition("?")[2]
        found += [(address, word) for word in CANARIES if word in text and word not in asked]
        if "q=" in address and any(word in asked for word in CANARIES):
            assert "hiddencanary</a>" not in text
            assert "PRB-" not in text.replace("Such as PRB-", ""), address

    assert opened > 40
    assert found == []


def test_the_log_does_not_count_what_one_may_not_see(
    seeded: Problem, rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    page = sign_in(rita).get("/problems/").content.decode()

    assert page.count('<td class="cell-min ref">') == 1
    assert seeded.reference in page


def test_no_mail_holds_a_canary(seeded: Problem, pam: Person, rita: Person, stan: Person) -> None:
    now = timezone.now()
    drain(now=timezone.now)
    mail.outbox.clear()
    step(seeded, "identify", by=pam, at=now)
    for name in ("declare", "schedule", "call_off", "resolve", "reopen"):
        step(seeded, name, by=pam, at=now)
    changed = Problem.objects.get(pk=seeded.pk)
    edit_face(
        changed, replace(face_of(changed), workaround="1. Other."), by=pam, at=now, version=changed.version
    )
    drain(now=lambda: timezone.now() + timedelta(minutes=1))

    letters = [letter for letter in mail.outbox if letter.to == ["rita@example.com"]]
    assert len(letters) == 5
    for letter in letters:
        whole = letter.message().as_string() + letter.body + letter.alternatives[0][0]
        assert [word for word in CANARIES if word in whole] == []
    assert changed.status == ProblemStatus.INVESTIGATING
