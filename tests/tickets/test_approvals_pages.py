"""The pages of approvals, in a browser without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AccountEvent, Organization, Person, today
from accounts.roles import Role
from tests.accounts.confirming import AN_HOUR, confirm, signed_in_ago
from tests.conftest import key, person
from tests.tickets.pages import buttons, fields, main, messages, words
from tests.tickets.requesting import ADMINISTRATORS, APPROVERS, again, item, order, states, waiting
from tickets.actions import decide, delegate_approvals, edit_request
from tickets.models import Approval, Delegation, ServiceRequest, Vote
from tickets.transitions import RequestStatus

Cast = dict[str, Person]
SignIn = Callable[[Person], Client]
Send = Callable[..., ServiceRequest]
CHOICES = ["Approve this request", "Decline this request"]


@pytest.fixture
def people(cast: Cast, sme: Organization, lakeshore: Organization) -> Cast:
    """The cast, another administrator at Lakeshore, and an approver of the SME."""
    return cast | {
        "otto": person("Otto", (lakeshore, Role.LDC_ADMIN)),
        "ivan": person("Ivan", (sme, Role.CONFIGURATION_APPROVER)),
    }


@pytest.fixture
def send(people: Cast, lakeshore: Organization) -> Send:
    """Make a request of Rita's that waits for Lakeshore's administrators, or for whom it says."""

    def make(*asks: str, **stated: str) -> ServiceRequest:
        version = item(*(asks or (ADMINISTRATORS,)), **stated)
        return order(version, by=people["rita"], organization=lakeshore, at=timezone.now())

    return make


def page_of(approval: Approval) -> str:
    """The address that stands in the mail."""
    return f"/requests/{approval.request.reference}/approvals/{approval.public_id}/"


def say(browser: Client, approval: Approval, **said: str) -> HttpResponse:
    """Send the form of the page, or one made by hand."""
    return browser.post(page_of(approval), {"request_id": key(), **said})


# --- Deciding -------------------------------------------------------------------------------


def test_the_mails_link_shows_what_is_asked_and_changes_nothing(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    request = send()
    browser = sign_in(people["olga"])

    for _twice in range(2):
        page = browser.get(page_of(waiting(request)))

    assert buttons(page) == CHOICES
    assert "Rita, Lakeshore Hydro" in words(page)
    assert "Endpoint sftp.lakeshore.example" in words(page)
    assert "Waits for Olga, Otto." in words(page)
    assert (states(request), Vote.objects.count()) == ([(1, 1, "waiting")], 0)


def test_approving_leads_back_to_the_request_on_which_work_begins(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    request = send()
    browser = sign_in(people["olga"])
    form = {name: values[-1] for name, values in fields(browser.get(page_of(waiting(request)))).items()}

    answer = browser.post(page_of(waiting(request)), form | {"decision": "approve"})

    assert (answer.status_code, answer["Location"]) == (303, request.get_absolute_url())
    assert again(request).status == RequestStatus.IN_FULFILMENT
    page = words(browser.get(answer["Location"]))
    assert "Approval by the organization Approved Approved by Olga" in page
    assert "Olga gave the last approval; fulfilment begins" in page


def test_declining_needs_a_reason_and_keeps_the_request_until_there_is_one(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    request, browser = send(), sign_in(people["olga"])
    approval = waiting(request)

    refused = say(browser, approval, decision="decline")
    assert (refused.status_code, messages(refused)) == (
        422, ["Say why you decline. The requester reads it."],
    )  # fmt: skip
    assert states(request) == [(1, 1, "waiting")]

    assert say(browser, approval, decision="decline", reason="That host is retired.").status_code == 303
    assert again(request).status == RequestStatus.DECLINED
    assert "That host is retired." in words(sign_in(people["rita"]).get(request.get_absolute_url()))


def test_a_form_without_a_decision_is_no_decision(people: Cast, send: Send, sign_in: SignIn) -> None:
    request = send()

    for said in ({}, {"decision": "perhaps"}):
        refused = say(sign_in(people["olga"]), waiting(request), **said)
        assert refused.status_code == 422
        assert "Choose “Approve” or “Decline”." in words(refused)
    assert states(request) == [(1, 1, "waiting")]


BY_HAND = {
    "rita": (403, "This is your own request, so somebody else has to decide."),
    "ned": (
        403, "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "vera": (
        403, "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "ann": (
        403, "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", BY_HAND)
def test_whoever_may_not_decide_reads_why_and_a_form_made_by_hand_is_refused(
    people: Cast, send: Send, sign_in: SignIn, who: str
) -> None:
    request, browser = send(), sign_in(people[who])
    status, reason = BY_HAND[who]

    page = browser.get(page_of(waiting(request)))
    assert (page.status_code, buttons(page)) == (200, [])
    assert reason in words(page)
    refused = say(browser, waiting(request), decision="approve")
    assert refused.status_code == status
    assert reason in words(refused)
    assert states(request) == [(1, 1, "waiting")]


def test_strangers_find_nothing(people: Cast, send: Send, sign_in: SignIn) -> None:
    approval = waiting(send())
    browser = sign_in(people["stan"])

    assert browser.get(page_of(approval)).status_code == 404
    assert say(browser, approval, decision="approve").status_code == 404


def test_an_approval_belongs_to_its_own_request(people: Cast, send: Send, sign_in: SignIn) -> None:
    one, other = send(), send()
    address = page_of(waiting(one)).replace(one.reference, other.reference)

    assert sign_in(people["olga"]).get(address).status_code == 404


def test_an_old_link_says_that_the_request_was_changed(people: Cast, send: Send, sign_in: SignIn) -> None:
    request = send()
    old = waiting(request)
    other = {"endpoint": "sftp.elsewhere.example"}
    edit_request(request, other, request.title, by=people["rita"], at=timezone.now(), version=request.version)
    browser = sign_in(people["olga"])

    page = browser.get(page_of(old))
    assert (page.status_code, buttons(page)) == (200, [])
    assert "A new approval was asked for." in words(page)
    refused = say(browser, old, decision="approve")
    assert refused.status_code == 409
    assert "A new approval was asked for." in words(refused)
    assert states(request) == [(1, 1, "void"), (2, 1, "waiting")]


def test_the_second_of_two_administrators_is_told_that_it_is_decided(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    request, browser = send(), sign_in(people["otto"])
    approval = waiting(request)
    decide(approval, True, by=people["olga"], at=timezone.now())

    page = browser.get(page_of(approval))
    assert buttons(page) == []
    assert "This was approved on" in words(page)
    assert say(browser, approval, decision="decline", reason="No.").status_code == 409
    assert again(request).status == RequestStatus.IN_FULFILMENT


def test_sent_twice_it_is_decided_once(people: Cast, send: Send, sign_in: SignIn) -> None:
    request, browser, once = send(), sign_in(people["olga"]), key()
    approval = waiting(request)

    answers = [
        browser.post(page_of(approval), {"request_id": once, "decision": "approve"}) for _twice in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Vote.objects.count() == 1


def test_a_decision_after_the_session_ended_waits_for_sign_in(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    approval = waiting(send())
    browser = sign_in(people["olga"])
    browser.get(page_of(approval))
    browser.logout()

    sent = say(browser, approval, decision="decline", reason="That host is retired.")
    assert sent.status_code == 302
    assert not Vote.objects.exists()


def test_a_decision_long_after_sign_in_waits_until_it_is_confirmed_who_decides(
    people: Cast, send: Send, settings: Settings
) -> None:
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    approval = waiting(send())
    browser = signed_in_ago(people["olga"], AN_HOUR)

    page = confirm(browser, say(browser, approval, decision="decline", reason="That host is retired."))

    assert fields(page)["reason"] == ["That host is retired."]
    assert not Vote.objects.exists()
    assert say(browser, approval, decision="decline", reason="That host is retired.").status_code == 303
    assert Vote.objects.count() == 1


def test_a_restricted_request_opens_for_a_delegate_and_not_for_a_neighbour(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    request = send(visibility="restricted")
    week = {"starts_on": today(), "ends_on": today() + timedelta(days=7)}
    delegate_approvals(people["ned"], by=people["olga"], at=timezone.now(), **week)

    assert buttons(sign_in(people["ned"]).get(page_of(waiting(request)))) == CHOICES
    assert sign_in(people["vera"]).get(page_of(waiting(request))).status_code == 404
    assert say(sign_in(people["ned"]), waiting(request), decision="approve").status_code == 303
    assert Vote.objects.values_list("person__name", "cast_by__name").get() == ("Olga", "Ned")


# --- The tracker ----------------------------------------------------------------------------


def test_the_tracker_says_whom_it_waits_for(people: Cast, send: Send, sign_in: SignIn) -> None:
    request = send(ADMINISTRATORS, APPROVERS)

    for who, button in (("rita", False), ("olga", True)):
        page = sign_in(people[who]).get(request.get_absolute_url())
        assert "Waits for Olga, Otto." in words(page)
        assert "Approval by the Smart Metering Entity Comes later" in words(page)
        assert ("Approve or decline" in words(page)) == button


def test_to_the_ldc_the_smes_approvers_are_the_sme(people: Cast, send: Send, sign_in: SignIn) -> None:
    request = send(APPROVERS)

    assert "Waits for The Smart Metering Entity." in words(
        sign_in(people["rita"]).get(request.get_absolute_url())
    )
    desk = sign_in(people["ivan"]).get(request.get_absolute_url(), follow=True)
    assert "Waits for Ivan." in words(desk)
    assert f'href="{page_of(waiting(request))}"' in main(desk)


def test_rounds_that_are_void_stay_to_be_read(people: Cast, send: Send, sign_in: SignIn) -> None:
    request = send(ADMINISTRATORS, APPROVERS)
    decide(waiting(request), True, "Fine with us.", by=people["olga"], at=timezone.now())
    request = again(request)
    edit_request(
        request,
        {"endpoint": "b"},
        request.title,
        by=people["rita"],
        at=timezone.now(),
        version=request.version,
    )

    page = words(sign_in(people["rita"]).get(request.get_absolute_url()))
    assert "Earlier approvals, for answers that were changed since" in page
    assert "Fine with us. Void: the answers were changed on" in page


def test_a_request_without_approvals_shows_none(
    people: Cast, lakeshore: Organization, sign_in: SignIn
) -> None:
    request = order(item(), by=people["rita"], organization=lakeshore, at=timezone.now())

    assert "Approvals" not in words(sign_in(people["rita"]).get(request.get_absolute_url()))


# --- What waits for me ----------------------------------------------------------------------


def test_my_approvals_lists_what_waits_what_i_decided_and_for_whom(
    people: Cast, send: Send, sign_in: SignIn
) -> None:
    done, still = send(), send()
    decide(waiting(done), False, "Not this one.", by=people["olga"], at=timezone.now())
    week = {"starts_on": today(), "ends_on": today() + timedelta(days=7)}
    delegate_approvals(people["ned"], by=people["olga"], at=timezone.now(), **week)

    olgas = sign_in(people["olga"]).get("/approvals/")
    neds = sign_in(people["ned"]).get("/approvals/")
    assert f'href="{page_of(waiting(still))}"' in main(olgas)
    assert "Declined Not this one." in words(olgas)
    assert "Ned decides in your place from" in words(olgas)
    assert f'href="{page_of(waiting(still))}"' in main(neds)
    assert "in the place of Olga" in words(neds)
    assert "You decide in the place of Olga from" in words(neds)
    assert "Name this person" not in words(neds)


def test_whoever_decides_nothing_reads_that_nothing_waits(people: Cast, send: Send, sign_in: SignIn) -> None:
    send()

    page = sign_in(people["rita"]).get("/approvals/")
    assert "No decisions are waiting for you." in words(page)
    assert buttons(page) == []


def test_naming_somebody_and_taking_it_back(people: Cast, sign_in: SignIn) -> None:
    browser = sign_in(people["olga"])
    form = {name: values[-1] for name, values in fields(browser.get("/approvals/")).items()}
    last = today() + timedelta(days=3)

    named = browser.post(
        "/approvals/delegate/", form | {"delegate": people["ned"].pk, "ends_on": last.isoformat()}
    )
    assert (named.status_code, named["Location"]) == (303, "/approvals/")
    made = Delegation.objects.get()
    assert (made.person, made.delegate, made.starts_on, made.ends_on) == (
        people["olga"], people["ned"], today(), last,
    )  # fmt: skip

    ended = browser.post(f"/approvals/delegations/{made.pk}/end/", {"request_id": key()})
    assert ended.status_code == 303
    assert not Delegation.objects.exists()
    assert list(AccountEvent.objects.order_by("pk").values_list("name", "person__name")) == [
        ("approvals.delegated", "Ned"), ("approvals.delegation_ended", "Ned"),
    ]  # fmt: skip


def test_a_wrong_delegation_comes_back_with_words(people: Cast, sign_in: SignIn) -> None:
    browser = sign_in(people["olga"])
    yesterday = (today() - timedelta(days=1)).isoformat()

    refused = browser.post(
        "/approvals/delegate/",
        {"request_id": key(), "delegate": people["stan"].pk, "starts_on": yesterday, "ends_on": yesterday},
    )

    assert refused.status_code == 422
    assert messages(refused) == [
        "Choose somebody from the list: a colleague of your organization.",
        "Choose a first day that is not in the past.",
    ]
    assert not Delegation.objects.exists()


def test_the_rail_leads_there_whoever_decides_and_costs_nobody_a_query(people: Cast, sign_in: SignIn) -> None:
    week = {"starts_on": today(), "ends_on": today() + timedelta(days=7)}
    delegate_approvals(people["vera"], by=people["olga"], at=timezone.now(), **week)

    costs, offered = {}, set()
    for who in ("rita", "vera", "olga", "ivan", "ann"):
        browser = sign_in(people[who])
        browser.get("/accessibility/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get("/accessibility/").content.decode()
        costs[who] = len(queries)
        if 'href="/approvals/"' in page:
            offered.add(who)

    assert offered == {"vera", "olga", "ivan"}
    assert len(set(costs.values())) == 1


def test_pages_cost_the_same_with_one_approval_and_with_twelve(
    people: Cast, lakeshore: Organization, sign_in: SignIn
) -> None:
    version, browser = item(ADMINISTRATORS, APPROVERS, needs="all"), sign_in(people["olga"])

    def asked() -> ServiceRequest:
        return order(version, by=people["rita"], organization=lakeshore, at=timezone.now())

    def cost(address: str) -> int:
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    request = asked()
    first = cost("/approvals/"), cost(request.get_absolute_url()), cost(page_of(waiting(request)))
    for _more in range(11):
        asked()
    for number in range(4):
        request = again(request)
        edit_request(
            request, {"endpoint": f"host-{number}"}, request.title, by=people["rita"], at=timezone.now(),
            version=request.version,
        )  # fmt: skip

    assert (cost("/approvals/"), cost(request.get_absolute_url()), cost(page_of(waiting(request)))) == first
