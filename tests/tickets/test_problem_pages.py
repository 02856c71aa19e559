"""The problem log as people meet it: its list, a problem's page on either side, and what they do there."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Organization, OrgId, Person
from servicedesk.records.models import Event, Follower, Link
from servicedesk.records.refusals import Unusable
from tests.conftest import NOON, key
from tests.tickets.pages import buttons, fields, main, words
from tests.tickets.problem_log import FACE, STEPS, log, step
from tests.tickets.test_lists import cost
from tickets.actions import move_ticket
from tickets.actions.problem_faces import Face, edit_face, publish_problem
from tickets.actions.problem_incidents import join_problem
from tickets.actions.problems import open_problem
from tickets.models import (
    Incident,
    Problem,
    ProblemNote,
    ProblemSubscription,
)
from tickets.problem_transitions import ProblemStatus
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


def send(browser: Client, address: str, **said: Any) -> HttpResponse:
    return browser.post(address, {"request_id": key()} | said)


def at(problem: Problem, what: str = "") -> str:
    return f"/problems/{problem.reference}/{what}"


def references(answer: HttpResponse) -> list[str]:
    return re.findall(r'<td class="cell-min ref">([^<]+)</td>', answer.content.decode())


# --- The list ------------------------------------------------------------------------------


def test_the_log_holds_what_is_published_narrowed_as_asked(
    pam: Person, rita: Person, ann: Person, lakeshore: Organization, incident: Make, sign_in: SignIn
) -> None:
    open_one = log(pam, workaround="", title="Sync file refused", area="sync", at=NOON)
    helped = log(pam, incidents=[incident()], at=NOON + timedelta(hours=1))
    fixed = log(pam, ProblemStatus.CLOSED, title="GUI is slow", area="gui", at=NOON + timedelta(hours=2))
    hidden = log(pam, published=False, title="Vendor’s leak", at=NOON + timedelta(hours=3))
    browser = sign_in(rita)
    send(browser, at(open_one, "follow/"), following="yes")

    def found(query: str) -> list[str]:
        return references(browser.get(f"/problems/?{query}"))

    assert found("") == [fixed.reference, helped.reference, open_one.reference]
    assert found("state=open") == [open_one.reference]
    assert found("state=workaround") == [helped.reference]
    assert found("state=fixed") == [fixed.reference]
    assert found("area=sync") == [open_one.reference]
    assert found("whose=us") == [helped.reference]
    assert found("whose=followed") == [open_one.reference]
    assert found("q=response+file") == [fixed.reference, helped.reference, open_one.reference]
    assert found(f"q={fixed.reference.lower()}") == [fixed.reference]
    assert found("q=leak") == found(f"q={hidden.reference}") == found("published=no&q=leak") == []
    assert references(sign_in(ann).get("/problems/?published=no")) == [hidden.reference]


def test_a_full_page_costs_what_an_almost_empty_one_does(
    pam: Person, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    log(pam)
    people = {rita: sign_in(rita), ann: sign_in(ann)}
    few = {who: len(cost(browser, "/problems/?area=billing")) for who, browser in people.items()}
    for _n in range(55):
        log(pam)

    for who, browser in people.items():
        assert len(cost(browser, "/problems/?area=billing")) == few[who] <= 4, who.name
        assert len(references(browser.get("/problems/"))) == 50
    older = re.search(r'href="(\?after=[^"]+)"', people[rita].get("/problems/").content.decode())
    assert older
    assert len(references(people[rita].get(f"/problems/{older[1]}"))) == 6


# --- A problem's page ----------------------------------------------------------------------


def test_an_organization_reads_the_workaround_first_and_nothing_internal(
    pam: Person, rita: Person, stan: Person, pineridge: Organization, incident: Make, sign_in: SignIn
) -> None:
    mine, theirs = incident(), incident(by=stan, organization_id=pineridge.pk, title="Theirs pinecanary")
    problem = log(pam, ProblemStatus.FIX_SCHEDULED, incidents=[mine, theirs])

    page = sign_in(rita).get(at(problem))

    text = words(page)
    assert text.index("Stop the export.") < text.index("The response file ends early")
    assert "2 organizations are affected. Yours is one of them." in text
    assert "8.3" in text
    assert "1 April 2027" in text
    assert mine.reference in text
    assert not {"rootcanary", "factorcanary", "vendorcanary", "pinecanary", theirs.reference} & set(
        text.split()
    )
    assert "Pine Ridge" not in text
    assert "Internal" not in text


def test_the_desk_reads_both_faces_marked_apart(
    pam: Person, ann: Person, incident: Make, sign_in: SignIn
) -> None:
    problem = log(pam, incidents=[incident()])
    page = sign_in(ann).get(at(problem))

    assert {"rootcanary:", "factorcanary:", "vendorcanary:"} <= set(words(page).split())
    assert "Lakeshore Hydro" in words(page)
    assert 'class="card internal-face"' in main(page)
    assert len(cost(sign_in(ann), at(problem))) <= 8
    assert len(cost(sign_in(pam), at(problem))) <= 8


def test_following_and_saying_that_it_affects_us(
    pam: Person, rita: Person, vera: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    problem = log(pam)
    browser = sign_in(rita)

    send(browser, at(problem, "follow/"), following="yes")
    send(browser, at(problem, "affects/"), affected="yes", organization=lakeshore.pk)
    assert "1 organization is affected. Yours is one of them." in words(browser.get(at(problem)))
    assert (
        send(browser, at(problem, "affects/"), affected="yes", organization=pineridge.pk).status_code == 422
    )
    send(sign_in(vera), at(problem, "affects/"), affected="yes", organization=pineridge.pk)
    assert "2 organizations are affected" in words(browser.get(at(problem)))

    send(browser, at(problem, "affects/"), affected="no", organization=lakeshore.pk)
    send(browser, at(problem, "follow/"), following="no")
    assert "1 organization is affected." in words(browser.get(at(problem)))
    assert not Follower.objects.filter(record=problem.pk, person=rita).exists()
    assert not Event.objects.filter(record=problem.pk, actor__in=[rita, vera]).exists()


def test_following_an_area_from_the_list(pam: Person, rita: Person, sign_in: SignIn) -> None:
    log(pam)
    browser = sign_in(rita)
    assert "Follow this area" in buttons(browser.get("/problems/?area=billing"))

    send(browser, "/problems/areas/billing/follow/", following="yes")

    assert "Stop following this area" in buttons(browser.get("/problems/?area=billing"))
    assert list(ProblemSubscription.objects.values_list("person", "area")) == [(rita.pk, "billing")]


def test_an_incidents_page_shows_the_workaround_of_its_cause(
    pam: Person, rita: Person, incident: Make, sign_in: SignIn
) -> None:
    mine = incident()
    before = len(cost(sign_in(rita), mine.get_absolute_url()))
    problem = log(pam, incidents=[mine])
    log(pam, published=False, incidents=[mine], workaround="Not for you.")

    page = sign_in(rita).get(mine.get_absolute_url())

    assert f"is caused by {problem.reference}" in words(page)
    assert "This helps until it is fixed:" in words(page)
    assert "Stop the export." in words(page)
    assert "Not for you." not in words(page)
    assert len(cost(sign_in(rita), mine.get_absolute_url())) == before


# --- Writing and publishing ----------------------------------------------------------------


def test_from_an_incident_to_a_published_problem(
    pam: Person, ann: Person, incident: Make, lakeshore: Organization, sign_in: SignIn
) -> None:
    OrgId.objects.create(organization=lakeshore, code="LSH01")
    first = incident(description="The file LSH01_BQ.xml holds 12 of 40 accounts.")
    second = incident(title="BQ again")
    agent = sign_in(ann)
    form = agent.get(f"/problems/new/?incident={first.reference}&incident={second.reference}")
    filled = {name: values[-1] for name, values in fields(form).items()}
    assert (filled["title"], filled["area"]) == (first.title, "billing")

    logged = agent.post("/problems/new/", filled)
    problem = Problem.objects.get()
    assert logged["Location"] == at(problem)
    assert Link.objects.filter(target=problem.pk, relation="caused_by").count() == 2
    assert agent.get(at(problem, "publish/")).status_code == 403

    manager = sign_in(pam)
    assert "It names LSH01" not in words(manager.get(at(problem, "publish/")))  # a part of a longer word
    changed = {name: values[-1] for name, values in fields(manager.get(at(problem, "edit/"))).items()}
    changed |= {"symptom": "The file of LSH01 is short.", "workaround": STEPS, "request_id": key()}
    assert manager.post(at(problem, "edit/"), changed).status_code == 303
    preview = manager.get(at(problem, "publish/"))
    assert "It names LSH01: take that out before you publish it." in words(preview)
    refused = send(manager, at(problem, "publish/"), version=Problem.objects.get().version)
    assert (refused.status_code, "Take out “LSH01”" in words(refused)) == (422, True)

    changed |= {
        "symptom": "The file is short.",
        "version": Problem.objects.get().version,
        "request_id": key(),
    }
    manager.post(at(problem, "edit/"), changed)
    send(manager, at(problem, "publish/"), version=Problem.objects.get().version)
    assert Problem.objects.get().is_published
    assert "Log the problem that causes it" in words(agent.get(f"/desk/tickets/{first.reference}/"))


def test_two_editors_see_both_texts_and_nothing_is_lost(pam: Person, sign_in: SignIn) -> None:
    problem = log(pam)
    browser = sign_in(pam)
    typed = {name: values[-1] for name, values in fields(browser.get(at(problem, "edit/"))).items()}
    edit_face(problem, Face(**(FACE | {"symptom": "Theirs."})), by=pam, at=NOON, version=problem.version)

    answer = browser.post(at(problem, "edit/"), typed | {"symptom": "Mine."})

    assert answer.status_code == 409
    assert "Theirs." in words(answer)
    assert "Mine." in words(answer)
    again = {name: values[-1] for name, values in fields(answer).items()}
    assert browser.post(at(problem, "edit/"), again | {"request_id": key()}).status_code == 303
    assert Problem.objects.get().symptom == "Mine."


@pytest.mark.parametrize("field", ["title", "symptom", "affected", "workaround", "planned_fix"])
def test_no_public_text_names_an_organization(pam: Person, lakeshore: Organization, field: str) -> None:
    problem = log(pam)
    texts = FACE | {field: "As seen at LAKESHORE HYDRO."}

    with pytest.raises(Unusable, match="Take out “Lakeshore Hydro”"):
        edit_face(problem, Face(**texts), by=pam, at=NOON, version=problem.version)
    hidden = open_problem(Face(**texts), by=pam, at=NOON)
    with pytest.raises(Unusable, match="Take out"):
        publish_problem(hidden, by=pam, at=NOON, version=hidden.version)


def test_what_is_taken_out_of_the_log_is_gone_for_organizations(
    pam: Person, rita: Person, sign_in: SignIn
) -> None:
    problem = log(pam)
    send(sign_in(pam), at(problem, "publish/"), version=problem.version)

    assert sign_in(rita).get(at(problem)).status_code == 404
    assert references(sign_in(rita).get("/problems/")) == []


# --- Incidents: workaround, notes, closing the loop ----------------------------------------


@pytest.mark.parametrize("choice", ["open", "join", "later", ""])
def test_resolving_by_a_workaround_asks_for_the_problem(
    pam: Person, ann: Person, incident: Make, sign_in: SignIn, choice: str
) -> None:
    working, known = incident(Status.IN_PROGRESS), log(pam)
    browser = sign_in(ann)
    page = browser.get(f"/desk/tickets/{working.reference}/")
    assert "What becomes of the cause?" in words(page)

    answer = send(
        browser,
        f"/tickets/{working.reference}/move/resolve/",
        version=working.version,
        message="Reload it.",
        resolution="workaround",
        problem=choice,
        problem_reference=known.reference if choice == "join" else "",
    )

    assert answer.status_code == 303
    caused_by = set(Link.objects.filter(source=working.pk).values_list("target__reference", flat=True))
    opened = set(Problem.objects.exclude(pk=known.pk).values_list("reference", flat=True))
    assert caused_by == ({known.reference} if choice == "join" else opened)
    assert len(opened) == (choice == "open")


def test_a_problem_that_is_not_there_undoes_the_resolution(
    ann: Person, incident: Make, sign_in: SignIn
) -> None:
    working = incident(Status.IN_PROGRESS)
    said = {
        "version": working.version,
        "message": "Reload it.",
        "resolution": "workaround",
        "problem": "join",
    }

    for reference in ("", "PRB-1"):
        answer = send(
            sign_in(ann), f"/tickets/{working.reference}/move/resolve/", problem_reference=reference, **said
        )
        assert answer.status_code == 422
        assert "Reload it." in main(answer)
    assert Incident.objects.get().status == Status.IN_PROGRESS


def test_publishing_a_workaround_offers_a_note_on_every_open_incident_once(
    pam: Person, ann: Person, incident: Make, sign_in: SignIn
) -> None:
    told, spared, over = incident(), incident(), incident(Status.RESOLVED)
    problem = log(pam, workaround="", incidents=[told, spared, over])
    assert not ProblemNote.objects.exists()
    edit_face(problem, Face(**FACE), by=pam, at=NOON, version=problem.version)

    browser = sign_in(ann)
    page = browser.get(at(problem, "notes/"))
    assert f"We know this problem: {problem.reference}" in main(page)
    assert fields(page)["incident"] == [str(told.pk), str(spared.pk)]
    sent = send(browser, at(problem, "notes/"), incident=told.pk, message="It helps to start again.")

    outcome = words(browser.get(sent["Location"]))
    assert f"{told.reference} done" in outcome
    assert f"{spared.reference} left out" in outcome
    said = Event.objects.filter(name="incident.replied").values_list("record", "comment__body")
    assert list(said) == [(told.pk, "It helps to start again.")]
    assert dict(ProblemNote.objects.values_list("incident", "state")) == {
        told.pk: "sent",
        spared.pk: "declined",
    }

    problem = Problem.objects.get()
    edit_face(problem, Face(**(FACE | {"workaround": "1. Other."})), by=pam, at=NOON, version=problem.version)
    assert not ProblemNote.objects.filter(state="waiting").exists()
    later = incident()
    join_problem(problem, later, by=ann, at=NOON)
    assert list(ProblemNote.objects.filter(state="waiting").values_list("incident", flat=True)) == [later.pk]


def test_when_the_fix_is_verified_its_incidents_are_resolved_each_told_by_itself(
    pam: Person, ann: Person, incident: Make, sign_in: SignIn
) -> None:
    working, new, moved = incident(Status.IN_PROGRESS), incident(), incident(Status.IN_PROGRESS)
    problem = step(log(pam, ProblemStatus.RESOLVED, incidents=[working, new, moved]), "verify", by=pam)
    browser = sign_in(pam)
    assert "3 incidents that it caused are still open." in words(browser.get(at(problem)))
    page = browser.get(at(problem, "resolve/"))
    ticked = fields(page)["incident"]
    move_ticket(moved, "wait_for_vendor", by=ann, at=NOON, version=moved.version, message="Wait.")

    answer = send(browser, at(problem, "resolve/"), incident=ticked, message="Fixed in 8.3.")

    outcome = words(browser.get(answer["Location"]))
    assert f"{working.reference} done" in outcome
    assert f"{new.reference} “Resolve” is not possible while this is “New”." in outcome
    assert f"{moved.reference} was changed by somebody else" in outcome
    assert [one.status for one in Incident.objects.order_by("pk")] == ["resolved", "new", "waiting_vendor"]
    assert set(Event.objects.filter(name="incident.resolve").values_list("comment__body", flat=True)) >= {
        "Fixed in 8.3."
    }


def test_a_move_that_is_refused_keeps_what_was_typed(pam: Person, sign_in: SignIn) -> None:
    problem = log(pam)
    answer = send(
        sign_in(pam),
        at(problem, "move/merge/"),
        version=problem.version,
        duplicate_of="PRB-1",
        message="Same.",
    )

    assert answer.status_code == 422
    assert "There is no open problem with the reference “PRB-1”" in words(answer)
    assert "Same." in main(answer)


def test_the_fix_is_scheduled_on_the_page(pam: Person, rita: Person, sign_in: SignIn) -> None:
    problem = log(pam, ProblemStatus.ROOT_CAUSE_KNOWN)
    browser = sign_in(pam)
    plan = {"version": problem.version, "planned_at": "2027-04-01"}

    assert send(browser, at(problem, "move/schedule/"), **plan).status_code == 422
    assert send(browser, at(problem, "move/schedule/"), **plan, rfc_reference="RFC-1").status_code == 422
    assert send(browser, at(problem, "move/schedule/"), **plan, release="8.3").status_code == 303

    assert Problem.objects.get().status == ProblemStatus.FIX_SCHEDULED
    assert "Fix scheduled" in words(sign_in(rita).get(at(problem)))
