"""Two people at one ticket: nothing is lost, and who came second sees both texts and chooses, without scripts."""

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from accounts.roles import Role
from servicedesk.records.models import Event
from servicedesk.records.refusals import Stale
from tests.conftest import key, person
from tests.tickets.pages import fields, words
from tests.tickets.requesting import item, order
from tickets import actions
from tickets.models import Incident, ServiceRequest, Severity

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
WRITERS = 50


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_fifty_writers_one_wins_and_the_others_see_both_texts(
    incident: Make, sme: Organization, sign_in: SignIn
) -> None:
    made = incident(at=timezone.now())
    agents = [person(f"Agent{number:02d}", (sme, Role.DESK_AGENT)) for number in range(WRITERS)]
    ready = Barrier(WRITERS)

    def take_it(agent: Person) -> str:
        mine = copy.copy(made)
        ready.wait()
        try:
            actions.assign(mine, agent, by=agent, at=timezone.now(), version=made.version)
        except Stale as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return "won"

    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(take_it, agents))

    losers = [agent for agent, words_said in zip(agents, told, strict=True) if words_said != "won"]
    (winner,) = set(agents) - set(losers)
    assert set(told) == {
        "won",
        f"{made.reference} was changed by somebody else while you were writing.",
    }
    now = Incident.objects.get(pk=made.pk)
    assert (now.assignee, now.version) == (winner, made.version + 1)
    assert Event.objects.filter(record=made.pk, name="incident.assigned").count() == 1
    assign = reverse("tickets:assign", args=[made.reference])
    for loser in losers[::12]:
        text, _sent = conflict(sign_in(loser), assign, {"version": made.version, "assignee": loser.pk})
        assert f"As it is now {winner.name} What you chose {loser.name} Keep mine Take theirs" in text


def conflict(browser: Client, address: str, sent: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Send what somebody else was quicker with: the words of the answer, and what it would send."""
    answer = browser.post(address, sent | {"request_id": key()})
    assert answer.status_code == 409
    return words(answer), {name: values[-1] for name, values in fields(answer).items()}


def test_theirs_is_taken_or_mine_is_kept_for_each_field(
    incident: Make, rita: Person, ned: Person, olga: Person, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    made = incident(at=timezone.now())
    seen = made.version
    now = {"by": bob, "at": timezone.now()}
    made = actions.change_severity(made, 4, "One user.", version=made.version, accept_late=True, **now)
    made = actions.change_contact(made, ned, olga, version=made.version, **now)
    browser, reason = sign_in(ann), {"reason": "Many users."}

    rate = reverse("tickets:rate", args=[made.reference])
    text, _sent = conflict(browser, rate, {"version": seen, "severity": 2, **reason})
    assert f"Severity As it is now {Severity(4).label} What you chose {Severity(2).label} Keep mine" in text
    again = {"version": made.version, "severity": 2, **reason, "accept_late": "on"}
    for keep, severity in (("theirs", 4), ("mine", 2)):
        done = browser.post(rate, again | {"request_id": key(), "keep_severity": keep})
        assert (done.status_code, Incident.objects.get(pk=made.pk).severity) == (303, severity)

    contact = reverse("tickets:contact", args=[made.reference])
    text, sent = conflict(browser, contact, {"version": seen, "contact": rita.pk, "backup_contact": ""})
    assert "Contact As it is now Ned What you chose Rita" in text
    assert "Back-up contact As it is now Olga What you chose Nobody" in text
    sent |= {"request_id": key(), "keep_contact": "mine", "keep_backup_contact": "theirs"}
    assert browser.post(contact, sent).status_code == 303
    kept = Incident.objects.get(pk=made.pk)
    assert (kept.contact, kept.backup_contact) == (rita, olga)


def test_the_title_and_the_answers_of_a_request_are_settled_one_by_one(
    rita: Person, ann: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    made = order(item(), by=rita, organization=lakeshore, title="Endpoint moves")
    seen = made.version
    actions.edit_request(
        made, made.answers | {"endpoint": "sftp.bobs.example"}, "Endpoint moves in May",
        by=rita, at=timezone.now(), version=seen,
    )  # fmt: skip
    browser, address = sign_in(ann), reverse("tickets:edit", args=[made.reference])
    mine = {
        "version": seen,
        "title": "Endpoint moves in June",
        "f_endpoint": "sftp.anns.example",
        "f_remark": "",
    }
    text, sent = conflict(browser, address, mine)
    assert "Endpoint sftp.bobs.example sftp.anns.example Keep mine" in text
    sent |= {
        "request_id": key(),
        "keep_title": "mine",
        "keep_f_endpoint": "theirs",
        "keep_f_remark": "theirs",
    }
    assert browser.post(address, sent).status_code == 303
    kept = ServiceRequest.objects.get(pk=made.pk)
    assert (kept.title, kept.answers["endpoint"], kept.answers["remark"]) == (
        "Endpoint moves in June", "sftp.bobs.example", "In the morning.",
    )  # fmt: skip
