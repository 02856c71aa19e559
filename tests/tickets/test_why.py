"""Why this time? Every minute of each clock with its rule, adding up to the number shown; and excuses."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, Unusable
from tests.conftest import NOON, key
from tests.sla.test_calendar import at
from tests.tickets.pages import fields, messages, words
from tickets.actions import add_note, change_severity, excuse, move_ticket, reply
from tickets.models import Incident, ServiceClock
from tickets.proof import Proof, proofs
from tickets.sla.verification import differences
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
HOUR = timedelta(hours=1)


def proven(
    incident: Incident, *, now: datetime = NOON + timedelta(days=9), for_desk: bool = True
) -> list[Proof]:
    """The proofs of a ticket."""
    events = Event.objects.filter(record=incident.pk).order_by("at", "pk")
    return proofs(Incident.objects.get(pk=incident.pk), events, now=now, for_desk=for_desk)


def storied(incident: Make, ann: Person, rita: Person) -> Incident:
    """A ticket with a night, a question over lunch and a weekend, a rise in severity, a resolution and a reopening."""
    filed = incident(Status.IN_PROGRESS, at=at("2027-02-11 15:00"))

    def now() -> Incident:
        return Incident.objects.get(pk=filed.pk)

    def move(name: str, by: Person, when: str, **said: str) -> None:
        move_ticket(now(), name, by=by, at=at(when), version=now().version, **said)  # type: ignore[arg-type]

    reply(now(), "We see it.", by=ann, at=at("2027-02-11 16:30"))
    move("ask", ann, "2027-02-12 12:30", message="Which cycle?")
    reply(now(), "Cycle 14.", by=rita, at=at("2027-02-16 09:15:30"))  # Monday the 15th is Family Day
    change_severity(
        now(), 2, "More of them.", by=ann, at=at("2027-02-16 10:00"), version=now().version, accept_late=True
    )
    move("resolve", ann, "2027-02-16 11:00", message="Sent again.", resolution="fix")
    move("reopen", rita, "2027-02-17 09:00", message="Still missing.")
    return now()


def test_the_stretches_leave_no_gap_and_add_up_to_the_number_shown(
    incident: Make, ann: Person, rita: Person
) -> None:
    for proof in proven(storied(incident, ann, rita), now=at("2027-02-17 10:00")):
        if proof.started_at == proof.ended_at:
            assert (proof.lines, proof.elapsed) == ([], timedelta())
            continue
        assert proof.lines[0].start == proof.started_at
        for before, after in zip(proof.lines, proof.lines[1:], strict=False):
            assert before.end == after.start
        counted = [line.length for line in proof.lines if line.counts and not line.ahead]
        assert sum(counted, timedelta()) == proof.elapsed
        assert proof.elapsed + proof.left - proof.over == proof.within
        if proof.ended_at is None:
            assert sum((line.length for line in proof.lines if line.counts), timedelta()) == proof.within
            assert proof.lines[-1].end == proof.due_at


def test_each_stretch_names_its_rule(incident: Make, ann: Person, rita: Person) -> None:
    asked = incident(Status.IN_PROGRESS, at=at("2027-02-12 15:00"))
    move_ticket(asked, "ask", by=ann, at=at("2027-02-16 09:00"), version=asked.version, message="Which?")
    restoration = next(
        proof for proof in proven(asked, now=at("2027-02-16 12:00")) if proof.label == "Restoration"
    )

    assert [(line.why, line.length, line.counts) for line in restoration.lines] == [
        ("Hours of “Business hours”", 2 * HOUR, True),
        ("Outside the hours of “Business hours”", 55 * HOUR, False),
        ("Family Day", 24 * HOUR, False),
        ("Outside the hours of “Business hours”", 8 * HOUR, False),
        ("Hours of “Business hours”", 1 * HOUR, True),
        ("Paused: Waiting for LDC", 3 * HOUR, False),
    ]
    assert (restoration.elapsed, restoration.due_at) == (3 * HOUR, None)


def test_both_sides_read_the_page_each_in_their_words(
    incident: Make, ann: Person, rita: Person, sign_in: SignIn
) -> None:
    asked = incident(Status.WAITING_LDC, at=timezone.now() - timedelta(days=5))
    add_note(asked, "The vendor sleeps.", by=ann, at=timezone.now())
    address = reverse("tickets:why", args=[asked.reference])

    desk, ldc = words(sign_in(ann).get(address)), words(sign_in(rita).get(address))
    assert "Paused: Waiting for LDC" in desk
    assert "Paused: We need your answer" in ldc
    assert "Paused – waiting for you" in ldc
    assert "paused since" in ldc
    for page in (desk, ldc):
        assert "45 h 00 min of “Business hours”" in page
        assert "Counted: 0 h 00 min of 45 h 00 min." in page
        assert "The vendor sleeps." not in page
    assert "Excuse time" not in desk


def test_the_page_asks_as_little_of_a_long_ticket_as_of_a_short_one(
    incident: Make, ann: Person, sign_in: SignIn, django_assert_max_num_queries: Callable
) -> None:
    short, long = incident(Status.IN_PROGRESS, at=NOON), incident(Status.IN_PROGRESS, at=NOON)
    for number in range(40):
        reply(long, "Still on it.", by=ann, at=NOON + number * HOUR)
    browser = sign_in(ann)
    for ticket in (short, long):
        browser.get(reverse("tickets:why", args=[ticket.reference]))  # what is kept of the policies
        with django_assert_max_num_queries(7):
            assert browser.get(reverse("tickets:why", args=[ticket.reference])).status_code == 200


# --- Excuses ---------------------------------------------------------------------------------


@pytest.fixture
def late(incident: Make, ann: Person) -> Incident:
    """Restored a business day late: six days in the place of five."""
    filed = incident(Status.IN_PROGRESS, at=NOON)
    return move_ticket(
        filed, "resolve", by=ann, at=at("2027-03-17 12:00"), version=filed.version,
        message="Sent again.", resolution="fix",
    )  # fmt: skip


def restoration() -> tuple[str, str]:
    """How the restoration ended, raw and adjusted."""
    clock = ServiceClock.objects.get(target="restore")
    return clock.state, clock.adjusted_state


def test_an_excuse_keeps_the_raw_figure_and_adds_the_adjusted_one(late: Incident, mona: Person) -> None:
    assert restoration() == ("missed", "")
    day = at("2027-03-11 08:00")

    excuse(late, "restore", day, day + 9 * HOUR, "Regional power cut.", by=mona, at=NOON + timedelta(days=9))

    assert restoration() == ("missed", "met")
    told = Event.objects.get(name="incident.excused")
    assert (told.actor, told.facts["reason"], told.internal) == (mona, "Regional power cut.", False)
    assert differences(Incident.objects.all()) == []
    proof = next(proof for proof in proven(late) if proof.label == "Restoration")
    assert proof.excused is not None
    assert (proof.over, proof.excused.over) == (9 * HOUR, timedelta())
    assert [line.why for line in proof.excused.lines].count("Excused: Regional power cut.") == 1


def test_an_excuse_given_while_the_clock_runs_counts_when_it_ends(
    incident: Make, ann: Person, mona: Person
) -> None:
    filed = incident(Status.IN_PROGRESS, at=NOON)
    day = at("2027-03-11 08:00")
    excuse(filed, "restore", day, day + 9 * HOUR, "Regional power cut.", by=mona, at=at("2027-03-12 09:00"))
    move_ticket(
        filed, "resolve", by=ann, at=at("2027-03-17 12:00"), version=filed.version,
        message="Sent again.", resolution="fix",
    )  # fmt: skip

    assert restoration() == ("missed", "met")
    assert differences(Incident.objects.all()) == []


def test_too_small_an_excuse_is_no_excuse(late: Incident, mona: Person) -> None:
    day = at("2027-03-11 08:00")
    excuse(late, "restore", day, day + HOUR, "Half the morning.", by=mona, at=NOON + timedelta(days=9))

    assert restoration() == ("missed", "missed")


def test_who_may_excuse(late: Incident, cast: dict[str, Person], mona: Person) -> None:
    day = at("2027-03-11 08:00")
    for name in ("rita", "olga", "ann", "cleo", "chang", "ada"):
        with pytest.raises(Forbidden, match="Only a service level manager"):
            excuse(late, "restore", day, day + HOUR, "x", by=cast[name], at=NOON + timedelta(days=9))
    Incident.objects.filter(pk=late.pk).update(assignee=mona)
    with pytest.raises(Forbidden, match="You worked on this ticket"):
        excuse(Incident.objects.get(), "restore", day, day + HOUR, "x", by=mona, at=NOON + timedelta(days=9))


@pytest.mark.parametrize("span", [(HOUR, HOUR), (2 * HOUR, HOUR), (HOUR, timedelta(days=30))])
def test_only_time_that_has_passed_can_be_excused(
    late: Incident, mona: Person, span: tuple[timedelta, timedelta]
) -> None:
    with pytest.raises(Unusable, match="Choose a span of time that has passed"):
        excuse(late, "restore", NOON + span[0], NOON + span[1], "x", by=mona, at=NOON + timedelta(days=9))


def test_the_manager_excuses_on_the_page(incident: Make, ann: Person, mona: Person, sign_in: SignIn) -> None:
    filed = incident(Status.IN_PROGRESS, at=timezone.now() - timedelta(days=3))
    address = reverse("tickets:excuse", args=[filed.reference])
    browser = sign_in(mona)
    said = {
        "request_id": key(),
        "target": "restore",
        "start": "2026-03-02T08:00",
        "end": "2026-03-02T07:00",
        "reason": "Power cut",
    }

    back = browser.post(address, said)
    assert (back.status_code, fields(back)["reason"]) == (422, ["Power cut"])
    assert messages(back) == ["Enter an end that comes after the start."]

    sent = browser.post(address, said | {"end": "2026-03-02T09:00"})
    assert (sent.status_code, sent["Location"]) == (303, reverse("tickets:why", args=[filed.reference]))
    assert Event.objects.get(name="incident.excused").actor == mona
    drain(now=timezone.now)


# --- On the ticket itself -----------------------------------------------------------------------


def test_the_facts_list_each_promise_with_its_chip(
    incident: Make, ann: Person, rita: Person, sign_in: SignIn
) -> None:
    filed = incident(Status.IN_PROGRESS, at=timezone.now())
    reply(filed, "We see it.", by=ann, at=timezone.now())
    ldc = sign_in(rita).get(reverse("tickets:detail", args=[filed.reference])).content.decode()

    promised = re.search(r'id="promise".*?</section>', ldc, re.DOTALL)
    assert promised is not None
    for label in ("First answer", "Next update", "Restoration", "Why this time?"):
        assert label in promised[0]
    assert "(Toronto)" in promised[0]
