"""Consultation: LDCs answer for themselves, read their own answers, and how many said what."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization, Person
from changes.actions.consulting import answer, end_consultation, open_consultation
from changes.actions.moving import move_change
from changes.models import Consultation, ConsultationAnswer, RequestForChange
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Unusable
from servicedesk.records.row_security import serving
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.changes.conftest import MakeChange
from tests.conftest import NOON

Cast = dict[str, Person]
LATER = NOON + timedelta(hours=1)
CLOSES = NOON + timedelta(days=10)


@pytest.fixture
def rideau(db: None) -> Organization:
    """A third LDC."""
    return Organization.objects.create(kind="ldc", name="Rideau Valley Distribution", slug="rideau")


@pytest.fixture
def asked(rfc: MakeChange, cast: Cast) -> Consultation:
    """LDCs are asked about an RFC of Lakeshore's."""
    public = rfc(status="assessment", risk="low", visibility="everyone")
    open_consultation(public, CLOSES, by=cast["chang"], at=NOON, version=1)
    found: Consultation = Consultation.objects.select_related("rfc").get()
    return found


def names(rfc_id: int) -> list[str]:
    return list(Event.objects.filter(record=rfc_id).order_by("pk").values_list("name", flat=True))


OPENING: list[tuple[str, dict[str, Any], timedelta, type[Refused], str]] = [
    ("ann", {}, timedelta(days=10), Forbidden, "Only a change manager may do this"),
    ("chang", {}, timedelta(days=9), Unusable, "Give LDCs 10 days or more to answer"),
    ("chang", {"visibility": "organization"}, timedelta(days=10), IllegalMove, "Publish the RFC first"),
    ("chang", {"risk": ""}, timedelta(days=10), IllegalMove, "Answer the risk questionnaire first"),
    ("chang", {"status": "screening"}, timedelta(days=10), IllegalMove, "is not possible while"),
]


@pytest.mark.parametrize(("who", "columns", "span", "refusal", "words"), OPENING)
def test_what_opening_needs(
    rfc: MakeChange,
    cast: Cast,
    who: str,
    columns: dict[str, Any],
    span: timedelta,
    refusal: type[Refused],
    words: str,
) -> None:
    public = rfc(**{"status": "assessment", "risk": "low", "visibility": "everyone"} | columns)

    with pytest.raises(refusal, match=words):
        open_consultation(public, NOON + span, by=cast[who], at=NOON, version=1)
    assert not Consultation.objects.exists()


def test_a_hand_made_move_without_an_end_is_refused(rfc: MakeChange, cast: Cast) -> None:
    public = rfc(status="assessment", risk="low", visibility="everyone")
    with pytest.raises(Unusable, match="Say until when LDCs can answer"):
        move_change(public, "consult", by=cast["chang"], at=NOON, version=1)


ANSWERING = [
    # who, for which organization, stance, words, refusal
    ("stan", "Pine Ridge Power", "no_objection", "", ""),
    ("vera", "Pine Ridge Power", "concern", "Our CIS vendor needs notice.", ""),
    ("stan", "Pine Ridge Power", "objection", " ", "Say what the concern or the objection is"),
    ("stan", "Pine Ridge Power", "perhaps", "Well.", "Say whether your organization has a concern"),
    ("stan", "Pine Ridge Power", "concern", "x" * 5001, "Shorten the answer to 5000 characters"),
    ("stan", "Rideau Valley Distribution", "no_objection", "", "You do not report for this organization"),
    ("rita", "Lakeshore Hydro", "no_objection", "", "Your organization asks for this change"),
    ("ann", "Pine Ridge Power", "no_objection", "", "You do not report for this organization"),
    ("ann", "Smart Metering Entity", "no_objection", "", "LDCs answer a consultation"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "organization", "stance", "words", "refusal"), ANSWERING)
def test_who_answers_for_whom(
    asked: Consultation, cast: Cast, rideau: Organization, who: str, organization: str, stance: str, words: str,
    refusal: str,
) -> None:  # fmt: skip
    home = Organization.objects.get(name=organization)

    def act() -> None:
        with serving(cast[who]):
            answer(asked, home, stance, words, by=cast[who], at=LATER)

    if refusal:
        with pytest.raises(Refused, match=refusal):
            act()
        return
    act()
    sweep(at=LATER)
    assert asked.answers.get().stance == stance
    heard = Event.objects.get(name="rfc.consultation_answered")
    assert (heard.internal, heard.actor) == (True, cast[who])
    assert heard.facts == {"organization": organization, "stance": stance, "side": "ldc"}


def test_an_answer_may_be_changed_until_it_closes_and_the_earlier_one_is_kept(
    asked: Consultation, cast: Cast, pineridge: Organization
) -> None:
    answer(asked, pineridge, "objection", "Not in March.", by=cast["stan"], at=LATER)
    answer(asked, pineridge, "concern", "April is better.", by=cast["vera"], at=LATER + timedelta(hours=1))

    history = asked.answers.order_by("at").values_list("person__name", "stance", "replaced_at")
    assert list(history) == [("Stan", "objection", LATER + timedelta(hours=1)), ("Vera", "concern", None)]
    assert asked.stances() == {"concern": 1}

    sweep(at=CLOSES)
    closed = Consultation.objects.select_related("rfc").get()
    with pytest.raises(IllegalMove, match="This consultation ended on"):
        answer(closed, pineridge, "no_objection", by=cast["stan"], at=CLOSES)


def test_others_read_how_many_said_what_and_never_who(
    asked: Consultation, cast: Cast, pineridge: Organization, rideau: Organization
) -> None:
    answer(asked, pineridge, "objection", "canary", by=cast["stan"], at=LATER)
    ConsultationAnswer.objects.create(
        consultation=asked, organization=rideau, person=cast["ann"], stance="concern", text="canary", at=LATER
    )
    sweep(at=LATER)

    for name, own in {"rita": 0, "ned": 0, "stan": 1, "vera": 1, "ann": 2, "chang": 2}.items():
        reader = cast[name]
        assert ConsultationAnswer.objects.visible_to(reader).count() == own
        with serving(reader):
            assert ConsultationAnswer.objects.count() == own
            assert Consultation.objects.get().stances() == {"objection": 1, "concern": 1}
            heard = Event.objects.filter(name="rfc.consultation_answered").exists()
        assert heard == reader.standing().sees_all


@pytest.mark.parametrize("by", ["chang", None])
def test_it_ends_by_itself_or_by_a_manager_and_goes_back_to_assessment(
    asked: Consultation, cast: Cast, pineridge: Organization, by: str | None
) -> None:
    answer(asked, pineridge, "concern", "April is better.", by=cast["stan"], at=LATER)
    if by:
        end_consultation(asked.rfc, by=cast[by], at=LATER, version=asked.rfc.version)
    sweep(at=CLOSES)

    rfc = RequestForChange.objects.get()
    assert rfc.status == "assessment"
    assert Consultation.objects.get().closed_at == (LATER if by else CLOSES)
    assert not DueRow.objects.waiting().filter(record=rfc.pk).exists()
    assert names(rfc.pk).count("rfc.end_consultation") == 1
    ended = Event.objects.get(name="rfc.end_consultation")
    assert (ended.facts["stances"], ended.internal) == ({"concern": 1}, False)


def test_withdrawing_ends_it_too(asked: Consultation, cast: Cast) -> None:
    with serving(cast["rita"]):
        move_change(
            asked.rfc, "withdraw", by=cast["rita"], at=LATER, version=asked.rfc.version, message="Not needed."
        )

    assert Consultation.objects.get().closed_at == LATER
