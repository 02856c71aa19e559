"""Changing what a request asks for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale
from servicedesk.schedule.models import DueRow
from tests.conftest import NOON, key
from tests.tickets.pages import fields, main, words
from tests.tickets.requesting import ADMINISTRATORS, ANSWERS, again, item, order, states, waiting
from tickets.actions import decide, edit_request, move_request
from tickets.models import ServiceRequest
from tickets.transitions import RequestStatus

Cast = dict[str, Person]
SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(hours=1)
ELSEWHERE = ANSWERS | {"endpoint": "sftp.elsewhere.example"}
AT_NIGHT = ANSWERS | {"remark": "At night."}


@pytest.fixture
def request_(cast: Cast, lakeshore: Organization) -> ServiceRequest:
    """Rita's request, which Lakeshore's administrator has to approve."""
    return order(item(ADMINISTRATORS), by=cast["rita"], organization=lakeshore, at=timezone.now())


def edit(request: ServiceRequest, answers: dict[str, Any], by: Person, **said: Any) -> ServiceRequest:
    """Change it as somebody who has just looked at it."""
    request = again(request)
    stated = {"at": timezone.now(), "version": request.version} | said
    return edit_request(request, answers, stated.pop("title", request.title), by=by, **stated)


def send(browser: Client, request: ServiceRequest, **changes: str) -> HttpResponse:
    """Send the form of the page with some boxes changed."""
    address = f"/tickets/{request.reference}/edit/"
    filled = {name: values[-1] for name, values in fields(browser.get(address)).items()}
    return browser.post(address, filled | {"request_id": key()} | changes)


# --- The rule -------------------------------------------------------------------------------


def test_a_material_change_voids_what_was_approved_and_asks_again(
    cast: Cast, request_: ServiceRequest
) -> None:
    decide(waiting(request_), True, by=cast["olga"], at=timezone.now())
    assert again(request_).status == RequestStatus.IN_FULFILMENT

    edit(request_, ELSEWHERE, cast["rita"])

    request = again(request_)
    assert (request.status, request.answers, request.finish_due_at) == (
        RequestStatus.WAITING_APPROVAL, ELSEWHERE, None,
    )  # fmt: skip
    assert states(request) == [(1, 1, "void"), (2, 1, "waiting")]
    due = DueRow.objects.waiting().filter(kind="request.approval_reminder")
    assert [row.payload["approval"] for row in due] == [waiting(request).pk]


def test_another_remark_keeps_what_was_approved(cast: Cast, request_: ServiceRequest) -> None:
    decide(waiting(request_), True, by=cast["olga"], at=timezone.now())

    edit(request_, AT_NIGHT, cast["rita"], title="Endpoint moves at night")

    request = again(request_)
    assert (request.status, request.answers, request.title) == (
        RequestStatus.IN_FULFILMENT, AT_NIGHT, "Endpoint moves at night",
    )  # fmt: skip
    assert states(request) == [(1, 1, "approved")]


def test_where_nothing_needs_approval_a_material_change_asks_nobody(
    cast: Cast, lakeshore: Organization
) -> None:
    request = order(item(), by=cast["rita"], organization=lakeshore)

    edit(request, ELSEWHERE, cast["rita"])

    assert (again(request).status, states(request)) == (RequestStatus.SUBMITTED, [])


def test_the_history_keeps_both_texts_in_both_languages(cast: Cast, request_: ServiceRequest) -> None:
    edit(request_, ELSEWHERE, cast["rita"], title="Elsewhere")

    event = Event.objects.get(name="request.edited")
    assert (event.internal, event.actor) == (False, cast["rita"])
    assert event.facts["titles"] == ["Endpoint moves to another host", "Elsewhere"]
    assert event.facts["changed"] == [
        {
            "name": "endpoint",
            "label": {"en": "Endpoint", "fr": "Point d’accès"},
            "was": {"en": "sftp.lakeshore.example", "fr": "sftp.lakeshore.example"},
            "now": {"en": "sftp.elsewhere.example", "fr": "sftp.elsewhere.example"},
        }
    ]


def test_saving_what_is_there_already_is_no_news(cast: Cast, request_: ServiceRequest) -> None:
    edit(request_, ANSWERS, cast["rita"])

    assert again(request_).version == request_.version
    assert not Event.objects.filter(name="request.edited").exists()


@pytest.mark.parametrize("who", ["rita", "ned", "olga", "vera", "ann"])
def test_either_side_may_change_it(cast: Cast, request_: ServiceRequest, who: str) -> None:
    edit(request_, AT_NIGHT, cast[who])

    assert again(request_).answers == AT_NIGHT


@pytest.mark.parametrize("who", ["stan", "chang", "ada"])
def test_nobody_else_may(cast: Cast, request_: ServiceRequest, who: str) -> None:
    with pytest.raises(Forbidden, match="You can read this request but not change it"):
        edit(request_, AT_NIGHT, cast[who])


def test_what_is_over_stays_as_it_was(cast: Cast, request_: ServiceRequest) -> None:
    move_request(
        request_, "cancel", by=cast["rita"], at=timezone.now(), version=request_.version, message="x"
    )

    with pytest.raises(IllegalMove, match="The request is no longer open"):
        edit(request_, AT_NIGHT, cast["rita"])


def test_the_second_of_two_is_told_they_came_second(cast: Cast, request_: ServiceRequest) -> None:
    edit(request_, AT_NIGHT, cast["ann"])

    with pytest.raises(Stale):
        edit(request_, ELSEWHERE, cast["rita"], version=request_.version)

    assert again(request_).answers == AT_NIGHT
    assert states(request_) == [(1, 1, "waiting")]


# --- The page -------------------------------------------------------------------------------


def test_the_page_is_the_requests_own_form_filled_in(
    cast: Cast, request_: ServiceRequest, sign_in: SignIn
) -> None:
    browser = sign_in(cast["rita"])
    assert f'href="/tickets/{request_.reference}/edit/"' in main(browser.get(request_.get_absolute_url()))

    page = browser.get(f"/tickets/{request_.reference}/edit/")
    filled = {name: values for name, values in fields(page).items() if name[:2] == "f_" or name == "title"}
    assert filled == {
        "title": ["Endpoint moves to another host"],
        "f_endpoint": ["sftp.lakeshore.example"],
        "f_remark": ["In the morning."],
    }
    assert "approvals that were given become void and are asked for again" in words(page)


def test_saving_leads_back_to_the_request(cast: Cast, request_: ServiceRequest, sign_in: SignIn) -> None:
    saved = send(sign_in(cast["rita"]), request_, f_endpoint="sftp.elsewhere.example")

    assert (saved.status_code, saved["Location"]) == (303, request_.get_absolute_url())
    assert again(request_).answers == ELSEWHERE
    assert states(request_) == [(1, 1, "void"), (2, 1, "waiting")]


def test_a_box_left_empty_comes_back(cast: Cast, request_: ServiceRequest, sign_in: SignIn) -> None:
    refused = send(sign_in(cast["rita"]), request_, f_endpoint="")

    assert refused.status_code == 422
    assert "Fill in “Endpoint”." in words(refused)
    assert again(request_).answers == ANSWERS


def test_after_a_conflict_both_texts_are_shown_and_what_was_typed_is_kept(
    cast: Cast, request_: ServiceRequest, sign_in: SignIn
) -> None:
    edit(request_, AT_NIGHT, cast["ann"])

    refused = send(
        sign_in(cast["rita"]),
        request_,
        version=str(request_.version),
        f_remark="On a Sunday.",
        title="Sunday",
    )

    assert refused.status_code == 409
    assert "was changed by somebody else while you were writing" in words(refused)
    assert "Title Endpoint moves to another host Sunday Keep mine (Title) Take theirs" in words(refused)
    assert "Remark At night. On a Sunday. Keep mine (Remark) Take theirs" in words(refused)
    typed = fields(refused)
    assert (typed["f_remark"], typed["version"]) == (["On a Sunday."], [str(again(request_).version)])


def test_a_form_without_its_version_is_out_of_date(
    cast: Cast, request_: ServiceRequest, sign_in: SignIn
) -> None:
    refused = send(sign_in(cast["rita"]), request_, version="x", f_remark="On a Sunday.")

    assert refused.status_code == 422
    assert "This page is out of date. Reload it and send the form again." in words(refused)


def test_strangers_find_nothing_and_lookers_on_are_told_why(
    cast: Cast, request_: ServiceRequest, sign_in: SignIn
) -> None:
    address = f"/tickets/{request_.reference}/edit/"

    assert sign_in(cast["stan"]).get(address).status_code == 404
    assert sign_in(cast["chang"]).get(address).status_code == 403
    assert address not in main(sign_in(cast["chang"]).get(f"/desk/tickets/{request_.reference}/"))
