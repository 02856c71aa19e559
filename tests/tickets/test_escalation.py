"""The escalation ladder: each step once, dated at its own moment, told to its audience, a burst in one mail."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.notifications.groups import How
from servicedesk.notifications.models import MailHours, Notice, Preference
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON
from tests.sla.test_calendar import at
from tickets.actions import assign, change_severity, move_ticket, reply
from tickets.groups import STEPS
from tickets.models import Incident
from tickets.transitions import Status

Make = Callable[..., Incident]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def reached() -> list[tuple[str, str, datetime]]:
    """Which steps were reached, and when."""
    return [
        (event.facts["target"], event.facts["when"], event.at)
        for event in Event.objects.filter(name="incident.escalated").order_by("at", "pk")
    ]


def told() -> set[tuple[str, str]]:
    """Who was told under the bell, of which step."""
    rows = Notice.objects.filter(event__name="incident.escalated").select_related("event", "person")
    return {(row.person.name, f"{row.event.facts['target']} {row.event.facts['when']}") for row in rows}


def deliver(now: datetime) -> list[str]:
    """Let the worker do what is due, and answer whom mail about the ladder went to, with its subject."""
    mail.outbox.clear()
    drain(now=lambda: now)
    return sorted(f"{letter.to[0]}: {letter.subject}" for letter in mail.outbox if "scalat" in letter.subject)


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]


def test_steps_are_reached_in_their_time_and_once(
    incident: Make, ann: Person, cleo: Person, mona: Person
) -> None:
    incident(impact="billing", urgency="now")  # severity 2: answer within an hour, restore within eight

    for minutes in range(0, 10 * 60, 5):
        sweep(at=NOON + minutes * MINUTE + timedelta(seconds=20))

    assert reached() == [
        ("respond", "50%", NOON + 30 * MINUTE),
        ("respond", "100%", NOON + HOUR),
        ("restore", "50%", NOON + 4 * HOUR),
        ("restore", "75%", NOON + 6 * HOUR),
        ("restore", "100%", NOON + 8 * HOUR),
        ("restore", "+60m", NOON + 9 * HOUR),
    ]
    drain(now=lambda: NOON + 10 * HOUR)
    # Nobody took it: the team is told in the assignee's place.
    assert told() == {
        *((name, step) for name in ("Ann", "Cleo") for step in ("respond 50%", "restore 50%")),
        ("Cleo", "respond 100%"),
        ("Cleo", "restore 75%"),
        ("Mona", "restore 100%"),
        ("Mona", "restore +60m"),
    }


def test_the_assignee_is_told_and_not_the_team(
    incident: Make, ann: Person, bob: Person, cleo: Person
) -> None:
    filed = incident(impact="billing", urgency="now")
    assign(filed, bob, by=ann, at=NOON, version=filed.version)

    sweep(at=NOON + 31 * MINUTE)
    drain(now=lambda: NOON + 31 * MINUTE)

    assert told() == {("Bob", "respond 50%")}


def test_what_ends_a_clock_calls_its_steps_off(incident: Make, ann: Person) -> None:
    filed = incident()
    reply(filed, "We see it.", by=ann, at=NOON + MINUTE)
    waiting = DueRow.objects.waiting().filter(kind="sla.step")
    assert {key.split(":")[2] for key in waiting.values_list("key", flat=True)} == {"update", "restore"}

    answered = Incident.objects.get()
    working = move_ticket(answered, "start", by=ann, at=NOON + 2 * MINUTE, version=answered.version)
    move_ticket(
        working, "resolve", by=ann, at=NOON + HOUR, version=working.version, message="Done.", resolution="fix"
    )
    assert not waiting.exists()


def test_a_pause_takes_the_steps_along_and_none_comes_twice(
    incident: Make, ann: Person, rita: Person
) -> None:
    asked = incident(Status.IN_PROGRESS, impact="billing", urgency="now")
    sweep(at=NOON + 4 * HOUR + MINUTE)  # half of the restoration is gone
    asked = move_ticket(
        asked, "ask", by=ann, at=NOON + 4 * HOUR + 30 * MINUTE, version=asked.version, message="Which?"
    )
    sweep(at=NOON + 9 * HOUR)
    reply(asked, "Cycle 14.", by=rita, at=NOON + 10 * HOUR)
    sweep(at=NOON + 20 * HOUR)

    restoring = [(when, moment) for target, when, moment in reached() if target == "restore"]
    assert restoring == [
        ("50%", NOON + 4 * HOUR),
        ("75%", NOON + 11 * HOUR + 30 * MINUTE),
        ("100%", NOON + 13 * HOUR + 30 * MINUTE),
        ("+60m", NOON + 14 * HOUR + 30 * MINUTE),
    ]


def test_a_shorter_target_reaches_its_latest_step_at_once_and_no_storm_of_earlier_ones(
    incident: Make, ann: Person
) -> None:
    filed = incident(Status.IN_PROGRESS)
    change_severity(
        filed, 1, "All see it.", by=ann, at=NOON + 5 * HOUR, version=filed.version, accept_late=True
    )
    sweep(at=NOON + 5 * HOUR + MINUTE)

    restoring = [(when, moment) for target, when, moment in reached() if target == "restore"]
    assert restoring == [("+60m", NOON + 5 * HOUR)]


def test_a_raised_step_shows_the_ticket_as_escalated_and_reopening_ends_that(
    incident: Make, ann: Person, rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed = incident(Status.IN_PROGRESS, impact="billing", urgency="now")
    sweep(at=NOON + 7 * HOUR)
    raised = Incident.objects.get()
    assert raised.raised_at == NOON + 6 * HOUR
    browser = sign_in(ann)
    assert "Escalated" in browser.get(reverse("tickets:desk_detail", args=[filed.reference])).content.decode()
    assert filed.reference in browser.get(reverse("tickets:queue", args=["escalated"])).content.decode()

    resolved = move_ticket(
        raised,
        "resolve",
        by=ann,
        at=NOON + 8 * HOUR,
        version=raised.version,
        message="Done.",
        resolution="fix",
    )
    move_ticket(
        resolved, "reopen", by=rita, at=NOON + 9 * HOUR, version=resolved.version, message="It is not."
    )
    assert Incident.objects.get().raised_at is None


def test_ldc_people_read_nothing_of_the_ladder(
    incident: Make, rita: Person, ann: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed = incident(impact="billing", urgency="now")
    sweep(at=NOON + 2 * HOUR)
    drain(now=lambda: NOON + 2 * HOUR)

    assert not Notice.objects.filter(person=rita, event__name="incident.escalated").exists()
    page = sign_in(rita).get(reverse("tickets:detail", args=[filed.reference])).content.decode()
    assert "scalated" not in page


# --- Mail -------------------------------------------------------------------------------------


def test_a_burst_becomes_one_mail_for_each_person(incident: Make, ann: Person, mona: Person) -> None:
    for _number in range(30):
        incident(Status.IN_PROGRESS, impact="billing", urgency="now")
    sweep(at=NOON + 12 * HOUR)  # the worker was away all night: 75 %, due and an hour later, thirty times

    deliver(NOON + 12 * HOUR)
    letters = deliver(NOON + 12 * HOUR + MINUTE)

    assert letters == ["ann@example.com: 120 escalations", "mona@example.com: 60 escalations"]
    assert deliver(NOON + 13 * HOUR) == []


def test_one_step_is_told_in_the_tickets_own_thread(incident: Make, ann: Person) -> None:
    filed = incident(impact="billing", urgency="now")
    sweep(at=NOON + 31 * MINUTE)
    deliver(NOON + 31 * MINUTE)

    assert deliver(NOON + 33 * MINUTE) == [
        f"ann@example.com: [{filed.reference}] BQ responses missing for cycle 14 — Escalated"
    ]
    letter = mail.outbox[0]
    assert "escalated it at 50% of “First answer”, due Tue 9 Mar 2027, 13:00 EST" in letter.body
    assert letter.extra_headers["References"] == f"<{filed.reference.lower()}.thread@servicedesk.example>"


def test_low_severities_wait_for_office_hours_with_their_mail_and_not_with_the_bell(
    incident: Make, ann: Person, mona: Person
) -> None:
    filed = incident(at=at("2027-03-12 09:00"))  # a Friday; the answer is due at 13:00
    reply(filed, "We see it.", by=ann, at=at("2027-03-12 09:30"))
    sweep(
        at=at("2027-03-19 18:00")
    )  # the restoration was due that Friday at nine: told at six in the evening

    deliver(at("2027-03-19 18:00"))
    assert ("Mona", "restore 100%") in told()
    assert deliver(at("2027-03-19 18:05")) == []
    assert deliver(at("2027-03-21 12:00")) == []
    assert "mona@example.com" in "".join(deliver(at("2027-03-22 08:01")))


@pytest.mark.parametrize(
    ("urgency", "told_now", "later"),
    [
        ("now", ["ann"], {"bob": "Your daily mail", "cleo": "While your mail was held"}),
        ("gravest", ["ann", "bob", "cleo"], {}),
    ],
)
def test_steps_are_told_as_everybody_wishes_and_severity_1_always(
    incident: Make,
    ann: Person,
    bob: Person,
    cleo: Person,
    urgency: str,
    told_now: list[str],
    later: dict[str, str],
) -> None:
    Preference.objects.create(person=bob, group=STEPS, how=How.DAILY, since=NOON)
    MailHours.objects.create(person=cleo, quiet_from="09:00", quiet_until="18:00")
    incident(impact="all" if urgency == "gravest" else "billing", urgency="now")
    incident(impact="all" if urgency == "gravest" else "billing", urgency="now")
    sweep(at=NOON + 31 * MINUTE)
    deliver(NOON + 31 * MINUTE)

    letters = deliver(NOON + 33 * MINUTE)
    assert [letter.partition("@")[0] for letter in letters] == told_now
    assert {name for name, _step in told()} >= {"Ann", "Bob", "Cleo"}
    drain(now=lambda: NOON + 24 * HOUR)
    found = {
        one.to[0].partition("@")[0]: one.subject
        for one in mail.outbox
        if one.subject.startswith(("Your d", "While"))
    }
    assert found.keys() == later.keys()
    assert all(found[name].startswith(words) for name, words in later.items())


def test_a_letter_about_steps_that_was_turned_off_while_it_waited_is_not_sent(
    incident: Make, ann: Person, cleo: Person
) -> None:
    incident(impact="billing", urgency="now")
    sweep(at=NOON + 31 * MINUTE)
    deliver(NOON + 31 * MINUTE)
    Preference.objects.create(person=cleo, group=STEPS, how=How.BELL, since=NOON + 31 * MINUTE)

    assert [letter.partition("@")[0] for letter in deliver(NOON + 33 * MINUTE)] == ["ann"]
