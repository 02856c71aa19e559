"""The search index: what is written is found by those who may read it, and by nobody else."""

from collections.abc import Callable

import pytest

from accounts.models import Person
from servicedesk.records.models import Readers, Record, SearchText
from servicedesk.records.row_security import serving
from servicedesk.records.search import MARK, UNMARK, find, index_face, index_said, reference_in, words_in
from tests.conftest import NOON
from tickets.models import Incident

KINDS = ["incident", "request", "problem", "rfc"]


def found(reader: Person, text: str) -> list[str]:
    """What of which record is found, the best first, in the role that the reader's requests run in."""
    with serving(reader):
        rows = find(reader, words_in(text), kinds=KINDS, most=20)
        return [f"{row.record.title} ({row.readers})" for row in rows]


@pytest.fixture
def spike(incident: Callable[..., Incident]) -> Incident:
    """A ticket of Lakeshore's: what it says, what was said on it, what the desk noted."""
    ticket = incident(title="VEE spike check fails on net-metering channels")
    index_face(
        ticket, "Estimated reads since Monday. Les relevés estimés sont décalés, réf. LSH_20270308.dat"
    )
    index_said(ticket, "The certificate was replaced.")
    index_said(ticket, "Our vendor blames the collector.", internal=True)
    return ticket


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("spike", "face"),
        ("SPIKES", "face"),  # stems
        ("estimate", "face"),
        ("releves", "face"),  # accents folded, in French
        ("décaler", "face"),
        ("net-metering", "face"),
        ("LSH_2027", "face"),  # the last word as a beginning
        ("checks fail", "face"),
        ("spike certificate", ""),  # all words, in one text
        ("certificates", "ours"),
        ("nothing", ""),
        ("the spike", "face"),  # a word that says nothing
    ],
)
def test_words_are_found_in_both_languages(spike: Incident, rita: Person, text: str, what: str) -> None:
    assert found(rita, text) == ([f"{spike.title} ({what})"] if what else [])


def test_who_finds_what(spike: Incident, rita: Person, stan: Person, vera: Person, ann: Person) -> None:
    for reader, sees in ((rita, True), (vera, True), (ann, True), (stan, False)):
        assert bool(found(reader, "spike")) is sees, reader
        assert bool(found(reader, "certificate")) is sees, reader
        assert bool(found(reader, "collector")) is (reader is ann), reader


def test_a_restricted_ticket_is_found_by_those_who_see_it(
    incident: Callable[..., Incident], rita: Person, ned: Person, olga: Person
) -> None:
    index_face(incident(visibility="restricted", title="Password quillfeather"), "")
    assert [bool(found(reader, "quillfeather")) for reader in (rita, ned, olga)] == [True, False, True]


def test_what_is_published_is_found_by_all_and_what_is_said_on_it_is_not(
    rita: Person, stan: Person, ann: Person
) -> None:
    published = Record.objects.create(
        kind="rfc",
        reference="RFC-1",
        title="Deliver reports once",
        organization_id=min(rita.standing().organizations),
        visibility="everyone",
        reporter=rita,
        status="submitted",
        created_at=NOON,
        updated_at=NOON,
    )
    index_face(published, "Twice is once too often.")
    index_said(published, "We lose an hour each day.")
    index_said(published, "Cheap to do.", internal=True)
    sees = {"twice": (rita, stan, ann), "hour": (rita, ann), "cheap": (ann,)}
    for text, readers in sees.items():
        for reader in (rita, stan, ann):
            assert bool(found(reader, text)) is (reader in readers), (text, reader)

    published.visibility = "organization"
    published.save()
    index_face(published, "Twice is once too often.")
    assert not found(stan, "twice")


def test_row_security_alone_shows_no_more_than_the_scope(spike: Incident, rita: Person, stan: Person) -> None:
    for reader in (rita, stan):
        allowed = set(SearchText.objects.visible_to(reader).values_list("pk", flat=True))
        with serving(reader):
            assert set(SearchText.objects.values_list("pk", flat=True)) == allowed


def test_what_it_says_is_replaced_and_what_is_said_is_added(spike: Incident, rita: Person) -> None:
    index_face(spike, "Another description altogether.")
    index_said(spike, "And the firewall too.")
    assert not found(rita, "estimated")
    assert found(rita, "certificate") == found(rita, "firewall") == [f"{spike.title} (ours)"]
    assert SearchText.objects.filter(record=spike.pk, readers=Readers.OURS).count() == 1


@pytest.mark.parametrize(
    ("word", "excerpt"),
    [
        ("certificate", f"The {MARK}certificate{UNMARK} was replaced."),
        ("monday", f"Estimated reads since {MARK}Monday{UNMARK}. Les relevés estimés sont décalés"),
        (
            "spike",
            "Estimated reads since Monday. Les relevés estimés sont décalés",
        ),  # the title stands above it
    ],
)
def test_an_excerpt_marks_the_words(spike: Incident, rita: Person, word: str, excerpt: str) -> None:
    with serving(rita):
        (row,) = find(rita, [word], kinds=KINDS, most=5)
    assert row.excerpt.startswith(excerpt)


@pytest.mark.parametrize(
    "text", ["'", "a' | b:*", "\\", "!!", "<->", "x & (y", "\x00", "'':*", "%s", "a\\'b"]
)
def test_no_text_breaks_it(spike: Incident, rita: Person, text: str) -> None:
    if words_in(text):
        assert found(rita, text) == []


def test_references_are_recognized() -> None:
    assert [reference_in(text) for text in ("INC-10421", " inc10421 ", "RFC-7", "INC 7", "INC-", "7")] == [
        "INC-10421",
        "INC-10421",
        "RFC-7",
        "",
        "",
        "",
    ]
