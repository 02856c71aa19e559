"""Links between tickets: made and removed by either side, shown only where both ends may be seen."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Event, Link
from tests.conftest import key
from tests.tickets.pages import fields, words
from tickets.models import Incident
from tickets.sentences import sentence

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


@pytest.fixture
def first(incident: Make) -> Incident:
    """An incident of Rita's."""
    return incident(at=timezone.now())


@pytest.fixture
def second(incident: Make) -> Incident:
    """Another one."""
    return incident(at=timezone.now(), title="Exception report delivered twice")


@pytest.fixture
def secret(incident: Make) -> Incident:
    """One that Ned may not see."""
    return incident(at=timezone.now(), title="Payroll file rejected", visibility="restricted")


@pytest.fixture
def strange(incident: Make, stan: Person, pineridge: Organization) -> Incident:
    """One of another LDC."""
    return incident(at=timezone.now(), by=stan, organization_id=pineridge.pk, title="GUI is slow")


def link(browser: Client, ticket: Incident, reference: str, relation: str = "related") -> HttpResponse:
    """Send the form."""
    address = reverse("tickets:link", args=[ticket.reference])
    return browser.post(address, {"request_id": key(), "reference": reference, "relation": relation})


def page(browser: Client, ticket: Incident) -> HttpResponse:
    """The ticket's page, whichever side it is."""
    return browser.get(ticket.get_absolute_url(), follow=True)


def history(ticket: Incident) -> list[str]:
    """What its history says of links."""
    rows = Event.objects.filter(record=ticket.pk, name__endswith="linked").order_by("pk")
    return [sentence(event) for event in rows]


@pytest.mark.parametrize("who", ["rita", "ned", "olga", "vera", "ann"])
def test_either_side_links_and_both_pages_show_it(
    first: Incident, second: Incident, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    browser = sign_in(cast[who])
    sent = link(browser, first, f" {second.reference.lower()} ", "duplicate")

    assert sent.status_code == 303
    assert f"is a duplicate of {second.reference} Exception report delivered twice" in words(
        page(browser, first)
    )
    assert f"has as a duplicate {first.reference} BQ responses missing" in words(page(browser, second))
    assert history(first) == [f"linked it to {second.reference}"]


def test_a_link_goes_when_either_end_removes_it(
    first: Incident, second: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    link(sign_in(rita), first, second.reference)
    pk = Link.objects.get().pk
    away = sign_in(ann).post(reverse("tickets:unlink", args=[second.reference, pk]), {"request_id": key()})

    assert (away.status_code, Link.objects.count()) == (303, 0)
    assert history(second) == [f"removed the link to {first.reference}"]


def test_who_may_not_see_the_other_end_reads_neither_link_nor_reference(
    first: Incident, secret: Incident, strange: Incident, cast: dict[str, Person], sign_in: SignIn
) -> None:
    link(sign_in(cast["rita"]), first, secret.reference)
    link(sign_in(cast["ann"]), first, strange.reference, "caused_by")
    known = {
        who: {
            one.reference
            for one in (secret, strange)
            if one.reference in words(page(sign_in(cast[who]), first))
        }
        for who in ("ann", "chang", "rita", "olga", "ned", "vera")
    }

    assert known == {
        "ann": {secret.reference, strange.reference},
        "chang": {secret.reference, strange.reference},
        "rita": {secret.reference},
        "olga": {secret.reference},
        "ned": set(),
        "vera": {strange.reference},  # she acts for both
    }
    assert history(first) == ["linked it to another ticket", "linked it to another ticket"]
    pk = Link.objects.get(target=secret.pk).pk
    neds = sign_in(cast["ned"]).post(
        reverse("tickets:unlink", args=[first.reference, pk]), {"request_id": key()}
    )
    assert neds.status_code == 404


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("INC-99999", "You see nothing with the reference INC-99999. Check the number."),
        ("{secret}", "You see nothing with the reference {secret}. Check the number."),
        ("{strange}", "You see nothing with the reference {strange}. Check the number."),
        ("{first}", "Enter the reference of another ticket, not of this one."),
        ("{second}", "They are linked like this already."),
    ],
)
def test_what_cannot_be_linked_is_said_in_words_and_kept(
    first: Incident,
    second: Incident,
    secret: Incident,
    strange: Incident,
    ned: Person,
    sign_in: SignIn,
    reference: str,
    why: str,
) -> None:
    named = {
        name: one.reference
        for name, one in {"first": first, "second": second, "secret": secret, "strange": strange}.items()
    }
    browser = sign_in(ned)
    link(browser, second, first.reference)  # related goes both ways
    refused = link(browser, first, reference.format(**named))

    assert refused.status_code == 422
    assert why.format(**named) in words(refused)
    assert fields(refused)["reference"] == [reference.format(**named)]
    assert Link.objects.count() == 1


def test_a_link_needs_a_reference_and_a_known_relation(
    first: Incident, rita: Person, sign_in: SignIn
) -> None:
    assert link(sign_in(rita), first, "").status_code == 422
    assert link(sign_in(rita), first, "INC-1", "continues").status_code == 422


def test_who_only_reads_links_nothing(
    first: Incident, second: Incident, chang: Person, sign_in: SignIn
) -> None:
    refused = link(sign_in(chang), first, second.reference)

    assert refused.status_code == 403
    assert "You can read this ticket but not change it." in words(refused)
    assert "Link another ticket" not in words(page(sign_in(chang), first))


def test_a_page_costs_the_same_with_one_link_and_with_ten(
    incident: Make, first: Incident, rita: Person, sign_in: SignIn, django_assert_max_num_queries: Callable
) -> None:
    browser = sign_in(rita)
    for _number in range(10):
        link(browser, first, incident(at=timezone.now()).reference)

    with django_assert_max_num_queries(13) as asked:
        browser.get(first.get_absolute_url())
    assert sum("records_link" in query["sql"] for query in asked.captured_queries) == 1
