"""The search page: a reference leads to its page, words to what has them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import SearchText
from tests.conftest import NOON
from tests.tickets.orders import FEEDBACK, order
from tests.tickets.pages import cost
from tickets.actions import add_note, reply
from tickets.models import Incident

SignIn = Callable[[Person], Client]
Make = Callable[..., Incident]


def index() -> list[tuple[int, str, str, str, list[str]]]:
    """What stands in the index: the lexemes without their positions, which several texts at once shift."""
    rows = SearchText.objects.order_by("record", "readers").values_list(
        "record", "readers", "kind", "body", "vector"
    )
    return [(*row, re.findall(r"'(\w+)'", vector)) for *row, vector in rows]


def ask(browser: Client, text: str, **query: str) -> str:
    """The page that answers, with the words as they stand there."""
    return re.sub("</?mark>", "", marked(browser, text, **query))


def marked(browser: Client, text: str, **query: str) -> str:
    """The page that answers, with what was found between marks."""
    return browser.get(reverse("search"), {"q": text, **query}).content.decode()


@pytest.mark.parametrize("typed", ["{}", " {} ", "inc{number}"])
def test_a_reference_leads_to_its_page_at_once(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn, typed: str
) -> None:
    ticket = incident()
    text = typed.format(ticket.reference, number=ticket.reference.removeprefix("INC-"))
    for reader, page in ((rita, "tickets:detail"), (ann, "tickets:desk_detail")):
        answer = sign_in(reader).get(reverse("search"), {"q": text})
        assert answer["Location"] == reverse(page, args=[ticket.reference])


def test_a_reference_out_of_scope_is_the_same_as_none(incident: Make, stan: Person, sign_in: SignIn) -> None:
    for reference in (incident().reference, "INC-9999999"):
        assert f"Nothing that you can see is called {reference}." in ask(sign_in(stan), reference)


def test_titles_descriptions_messages_and_answers_are_searched(
    incident: Make, rita: Person, ann: Person, lakeshore: Person, sign_in: SignIn
) -> None:
    ticket = incident(title="Exception report delivered twice", description="Since the meter exchange.")
    reply(ticket, "The collector sent it again & again.", by=rita, at=NOON)
    add_note(ticket, "Known to the vendor.", by=ann, at=NOON)
    answers = FEEDBACK | {"observed": "An empty reconciliation"}
    order("testing-feedback", answers, by=rita, organization_id=lakeshore.pk, at=NOON, title="Release 8.2")
    browser = sign_in(rita)
    for word in ("exception", "exchange", "collector"):
        assert ticket.title in ask(browser, word), word
    assert "Release 8.2" in ask(browser, "reconciliation")
    assert "<mark>collector</mark> sent it again &amp; again" in marked(browser, "collector")
    assert "<mark>Exception</mark> report delivered twice</a>" in marked(browser, "exception")
    assert ticket.title not in ask(browser, "vendor")
    assert ticket.title in ask(sign_in(ann), "vendor")


def test_areas_narrow_it_down_and_an_unknown_one_does_not(
    incident: Make, rita: Person, sign_in: SignIn
) -> None:
    ticket, browser = incident(), sign_in(rita)
    word = ticket.title.split()[0]
    assert [ticket.title in ask(browser, word, **{"in": area}) for area in ("tickets", "", "made-up")] == [
        True
    ] * 3


def test_fifty_found_cost_the_same_as_one(incident: Make, rita: Person, ann: Person, sign_in: SignIn) -> None:
    address = reverse("search", query={"q": "spike"})
    browsers = [sign_in(rita), sign_in(ann)]
    incident(title="Spike check fails")
    alone = [len(cost(browser, address)) for browser in browsers]
    for hour in range(1, 50):
        incident(title="Spike check fails", at=NOON + timedelta(hours=hour))
    assert [len(cost(browser, address)) for browser in browsers] == alone == [3, 3]
    assert marked(browsers[0], "spike").count("<mark>Spike</mark>") == 50


def test_the_index_can_be_built_anew(incident: Make, rita: Person, ann: Person) -> None:
    ticket = incident()
    reply(ticket, "The collector sent it again.", by=rita, at=NOON)
    reply(ticket, "Thank you.", by=ann, at=NOON)
    add_note(ticket, "Known to the vendor.", by=ann, at=NOON)
    written = index()
    SearchText.objects.all().delete()
    call_command("rebuild_search")
    assert index() == written


def test_without_words_it_says_how(rita: Person, sign_in: SignIn) -> None:
    assert "Type a few words" in ask(sign_in(rita), "")
    assert "Nothing that you can see has all these words" in ask(sign_in(rita), "!? --")


def palette(browser: Client, text: str) -> list[tuple[str, str]]:
    """What the command palette is offered for what was typed: references and where they lead."""
    answer = browser.get(
        reverse("search"), {"palette": "1", "q": text}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in answer
    return re.findall(r'data-url="([^"]+)"><span class="ref">([^<]+)</span>', answer)


def test_the_palette_is_offered_the_reference_that_was_typed_and_nothing_else(
    incident: Make, rita: Person, stan: Person, ann: Person, sign_in: SignIn
) -> None:
    ticket, _other = incident(), incident()
    for reader, found in (
        (rita, [(ticket.get_absolute_url(), ticket.reference)]),
        (ann, [(reverse("tickets:desk_detail", args=[ticket.reference]), ticket.reference)]),
        (stan, []),
    ):
        assert palette(sign_in(reader), ticket.reference.lower()) == found


def test_the_palette_is_offered_the_best_eight_that_one_may_see(
    incident: Make, rita: Person, stan: Person, sign_in: SignIn
) -> None:
    for hour in range(9):
        incident(title="Spike check fails", at=NOON + timedelta(hours=hour))
    assert [len(palette(sign_in(reader), "spike")) for reader in (rita, stan)] == [8, 0]
    assert palette(sign_in(rita), "") == []
