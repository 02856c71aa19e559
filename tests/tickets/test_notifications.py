"""Who is told of what, and in which words: every event × how the ticket names its people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.actions import deactivate, end_membership
from accounts.models import Membership, Organization, Person, today
from accounts.roles import Role
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON
from tickets.actions import (
    add_note,
    assign,
    change_contact,
    change_severity,
    move_ticket,
    reply,
    set_following,
)
from tickets.models import Incident
from tickets.transitions import Status

Make = Callable[..., Incident]
Cast = dict[str, Person]
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def deliver() -> set[str]:
    """Send everything that waits; answer who got a letter, by first name."""
    mail.outbox.clear()
    at = OutboxMessage.objects.order_by("-available_at").values_list("available_at", flat=True).first()
    drain(now=lambda: (at or NOON) + timedelta(seconds=1))
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return {letter.to[0].partition("@")[0] for letter in mail.outbox}


def told(act: Callable[[], Any]) -> set[str]:
    """Who hears of what this does. Bell and mail agree."""
    deliver()
    Notice.objects.all().delete()
    act()
    people = deliver()
    assert {notice.person.name.lower() for notice in Notice.objects.select_related("person")} == people
    return people


# --- The table ------------------------------------------------------------------------------

STATED: dict[str, dict[str, Any]] = {
    "everyone": {},
    "contact": {"contact": "olga", "backup_contact": "vera"},
    "restricted": {"visibility": "restricted"},
    "severe": {"impact": "all", "urgency": "now"},
}
DESK = {"ann", "bob", "cleo"}  # who works on tickets; Chang and Ada only look
ALL = {"rita", "ned", "olga", "vera"}  # Lakeshore's people, MeterBridge's agent included
LDC = {
    "everyone": ALL,
    "contact": {"rita", "olga", "vera"},  # Rita reported it, so she follows
    "restricted": {"rita", "olga"},  # olga administers the organization
    "severe": ALL,
}
"""Who hears of what is public, on the LDC's side."""

EVENTS: dict[str, tuple[Status, str, Callable[[Incident, Cast], Any], bool]] = {
    # name: status before, who acts, what they do, whether the desk is told while nobody is assigned
    "replied by the LDC": (Status.NEW, "rita", lambda i, c: reply(i, "x", by=c["rita"], at=LATER), True),
    "replied by the desk": (Status.NEW, "ann", lambda i, c: reply(i, "x", by=c["ann"], at=LATER), False),
    "acknowledge": (Status.NEW, "ann", lambda i, c: move(i, "acknowledge", c["ann"]), False),
    "start": (Status.NEW, "ann", lambda i, c: move(i, "start", c["ann"]), False),
    "ask": (Status.IN_PROGRESS, "ann", lambda i, c: move(i, "ask", c["ann"]), False),
    "answer": (Status.WAITING_LDC, "rita", lambda i, c: reply(i, "x", by=c["rita"], at=LATER), True),
    "wait for vendor": (Status.IN_PROGRESS, "ann", lambda i, c: move(i, "wait_for_vendor", c["ann"]), False),
    "resume": (Status.WAITING_VENDOR, "ann", lambda i, c: move(i, "resume", c["ann"]), False),
    "resolve": (Status.IN_PROGRESS, "ann", lambda i, c: move(i, "resolve", c["ann"]), False),
    "reopen by the LDC": (Status.RESOLVED, "rita", lambda i, c: move(i, "reopen", c["rita"]), True),
    "close": (Status.RESOLVED, "rita", lambda i, c: move(i, "close", c["rita"]), False),
    "reopen by the desk": (Status.RESOLVED, "ann", lambda i, c: move(i, "reopen", c["ann"]), False),
    "cancel by the desk": (Status.NEW, "ann", lambda i, c: move(i, "cancel", c["ann"]), False),
    "cancel": (Status.NEW, "rita", lambda i, c: move(i, "cancel", c["rita"]), True),
    "contact changed": (
        Status.NEW, "rita", lambda i, c: change_contact(
            i, i.contact, i.backup_contact, by=c["rita"], at=LATER, version=i.version
        ), False,
    ),
    "closing soon": (Status.RESOLVED, "", lambda i, c: sweep(at=i.reopen_until - timedelta(hours=9)), False),  # type: ignore[operator]
}  # fmt: skip


def move(incident: Incident, name: str, by: Person) -> Incident:
    """One step, with all that any step needs said."""
    return move_ticket(
        incident, name, by=by, at=LATER, version=incident.version, message="x", resolution="fix"
    )


def stated(cast: Cast, how: str) -> dict[str, Any]:
    """What the report says, with people for names."""
    return {name: cast.get(value, value) for name, value in STATED[how].items()}


@pytest.mark.parametrize("how", list(STATED))
@pytest.mark.parametrize("event", list(EVENTS))
def test_exactly_these_people_hear_of_an_event(incident: Make, cast: Cast, event: str, how: str) -> None:
    status, actor, act, desk = EVENTS[event]
    filed = incident(status, **stated(cast, how))

    heard = told(lambda: act(filed, cast))

    assert heard == (LDC[how] | (DESK if desk else set())) - {actor}


@pytest.mark.parametrize("how", list(STATED))
def test_a_new_incident_is_news_to_both_sides(incident: Make, cast: Cast, how: str) -> None:
    heard = told(lambda: incident(**stated(cast, how)))

    assert heard == (LDC[how] | DESK) - {"rita"}


@pytest.mark.parametrize("how", list(STATED))
def test_a_new_severity_is_news_to_the_ldc(incident: Make, cast: Cast, how: str) -> None:
    filed = incident(**stated(cast, how))

    lowered = told(lambda: change_severity(filed, 4, "x", by=cast["ann"], at=LATER, version=filed.version))
    assert lowered == LDC[how]


@pytest.mark.parametrize(("severity", "managers"), [(1, {"cleo"}), (2, {"cleo"})])
def test_raised_to_severe_calls_the_critical_incident_managers(
    incident: Make, cast: Cast, severity: int, managers: set[str]
) -> None:
    filed = assign(incident(), cast["bob"], by=cast["bob"], at=NOON, version=1)

    raised = told(
        lambda: change_severity(
            filed, severity, "x", by=cast["ann"], at=LATER, version=filed.version, accept_late=True
        )
    )
    assert raised == ALL | {"bob"} | managers


def test_a_severe_report_calls_the_managers_whoever_else_hears(incident: Make, cast: Cast) -> None:
    Membership.objects.filter(role=Role.CRITICAL_INCIDENT_MANAGER).update(
        starts_on=today() + timedelta(days=30)
    )
    assert "cleo" not in told(lambda: incident(impact="all", urgency="now"))  # not hers yet
    Membership.objects.filter(role=Role.CRITICAL_INCIDENT_MANAGER).update(starts_on="2020-01-01")
    assert "cleo" in told(lambda: incident(impact="all", urgency="now"))


# --- The desk's own affairs -----------------------------------------------------------------


@pytest.mark.parametrize("how", list(STATED))
def test_internal_news_stays_at_the_desk(incident: Make, cast: Cast, how: str) -> None:
    filed = incident(**stated(cast, how))

    assert told(lambda: add_note(filed, "x", by=cast["ann"], at=LATER)) == set()
    assert told(lambda: assign(filed, cast["bob"], by=cast["ann"], at=LATER, version=1)) == {"bob"}
    assert told(lambda: add_note(filed, "y", by=cast["ann"], at=LATER)) == {"bob"}


def test_following_desk_people_hear_everything_and_ldc_followers_nothing_internal(
    incident: Make, cast: Cast
) -> None:
    filed = assign(incident(contact=cast["olga"]), cast["ann"], by=cast["ann"], at=NOON, version=1)
    for name in ("chang", "ned"):
        set_following(filed, True, by=cast[name], at=NOON)

    assert told(lambda: add_note(filed, "x", by=cast["ann"], at=LATER)) == {"chang"}
    assert told(lambda: reply(filed, "y", by=cast["ann"], at=LATER)) == {"chang", "ned", "rita", "olga"}


def test_with_an_assignee_the_others_at_the_desk_are_left_in_peace(incident: Make, cast: Cast) -> None:
    filed = assign(incident(), cast["bob"], by=cast["ann"], at=NOON, version=1)

    assert told(lambda: reply(filed, "x", by=cast["rita"], at=LATER)) == {"bob", "ned", "olga", "vera"}
    assert told(lambda: reply(filed, "y", by=cast["bob"], at=LATER)) == ALL


def test_another_ldc_hears_nothing_even_if_it_once_followed(
    incident: Make, cast: Cast, pineridge: Organization
) -> None:
    filed = assign(incident(), cast["ann"], by=cast["ann"], at=NOON, version=1)
    set_following(filed, True, by=cast["stan"], at=NOON)
    Membership.objects.filter(person=cast["vera"], organization=filed.organization).delete()

    assert told(lambda: reply(filed, "x", by=cast["ann"], at=LATER)) == ALL - {"vera"}


# --- Between the event and the letter -------------------------------------------------------


def test_whose_access_ended_meanwhile_gets_nothing(incident: Make, cast: Cast) -> None:
    filed = assign(incident(), cast["ann"], by=cast["ann"], at=NOON, version=1)
    deliver()
    reply(filed, "x", by=cast["ann"], at=LATER)
    membership = Membership.objects.get(person=cast["ned"])
    end_membership(membership, by=cast["olga"], at=LATER)

    assert deliver() == {"rita", "olga", "vera"}


@pytest.mark.parametrize("gone", ["access", "account"])
def test_who_left_after_the_letter_was_written_gets_none(incident: Make, cast: Cast, gone: str) -> None:
    filed = assign(incident(), cast["ann"], by=cast["ann"], at=NOON, version=1)
    deliver()
    reply(filed, "x", by=cast["ann"], at=LATER)
    fan_out = OutboxMessage.objects.waiting().get()
    drain_one()
    assert OutboxMessage.objects.waiting().filter(effect="ticket.mail").count() == 4

    if gone == "access":
        Membership.objects.filter(person=cast["ned"]).delete()
    else:
        deactivate(cast["ned"], by=cast["olga"], at=LATER)

    assert deliver() == {"rita", "olga", "vera"}
    letter = OutboxMessage.objects.get(effect="ticket.mail", recipient=cast["ned"], event=fan_out.event)
    assert letter.outcome == "not sent: may not see it any more"


def drain_one() -> None:
    """Deliver what is due and, by looking at an earlier clock next, none of what that writes."""
    moments = iter([LATER, LATER, LATER - timedelta(days=1)])
    drain(now=lambda: next(moments))


def test_a_fan_out_that_runs_twice_tells_once(incident: Make, cast: Cast) -> None:
    filed = assign(incident(), cast["ann"], by=cast["ann"], at=NOON, version=1)
    deliver()
    reply(filed, "x", by=cast["ann"], at=LATER)
    assert deliver() == ALL
    OutboxMessage.objects.filter(effect="ticket.fan_out").update(done_at=None, available_at=LATER)

    assert deliver() == set()
    assert Notice.objects.filter(event__name="incident.replied").count() == len(ALL)
    keys = list(OutboxMessage.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys))


# --- Words ----------------------------------------------------------------------------------


def letter_to(name: str) -> mail.EmailMultiAlternatives:
    """The one letter that somebody got."""
    (letter,) = [one for one in mail.outbox if one.to == [f"{name}@example.com"]]
    assert isinstance(letter, mail.EmailMultiAlternatives)
    return letter


def test_a_letter_begins_with_what_is_new_and_says_whose_turn_it_is(incident: Make, cast: Cast) -> None:
    cast["ned"].time_zone = "America/Winnipeg"
    cast["ned"].save()
    filed = incident(Status.IN_PROGRESS)
    told(lambda: move_ticket(
        filed, "ask", by=cast["ann"], at=LATER, version=filed.version, message="Which **cycle**?"
    ))  # fmt: skip

    letter = letter_to("ned")
    assert letter.subject == f"[{filed.reference}] BQ responses missing for cycle 14 — We need your answer"
    lines = [line for line in str(letter.body).splitlines() if line]
    assert lines[:7] == [
        "Which **cycle**?",
        "— Ann",
        "We need your answer. The clock is paused since Tue 9 Mar 2027, 12:00 CST.",
        f"{filed.reference}: BQ responses missing for cycle 14",
        "Status: We need your answer",
        "Severity 3 – medium",
        f"http://localhost:8000/tickets/{filed.reference}/",
    ]
    html = str(letter.alternatives[0][0])
    assert "Which <strong>cycle</strong>?" in html
    assert "paused since Tue 9 Mar 2027, 13:00 EST." in str(letter_to("rita").body)


def test_a_letter_without_a_message_begins_with_what_was_done(incident: Make, cast: Cast) -> None:
    filed = incident()
    told(lambda: move_ticket(filed, "acknowledge", by=cast["ann"], at=LATER, version=1))

    assert str(letter_to("rita").body).splitlines()[0] == "Ann acknowledged it."


def test_the_desk_reads_no_turn_line_and_its_own_status_words(incident: Make, cast: Cast) -> None:
    filed = incident(Status.WAITING_VENDOR)
    told(lambda: reply(filed, "x", by=cast["rita"], at=LATER))

    desk, customer = str(letter_to("bob").body), str(letter_to("ned").body)
    assert ("Status: Waiting for provider" in desk, "We are waiting for our provider" in desk) == (
        True,
        False,
    )
    assert "Status: Waiting for our provider" in customer
    assert "We are waiting for our provider, and the clock runs on." in customer


def test_a_person_reads_letters_in_their_own_language(incident: Make, cast: Cast) -> None:
    cast["ned"].language = "fr"
    cast["ned"].save()
    filed = incident()
    told(lambda: reply(filed, "x", by=cast["ann"], at=LATER))

    html = str(letter_to("ned").alternatives[0][0])
    assert 'lang="fr' in html
    assert 'lang="en' in str(letter_to("rita").alternatives[0][0])


def test_the_page_and_the_letter_of_a_note_are_never_the_ldcs(
    incident: Make, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    filed = incident()
    told(lambda: add_note(filed, "Blame the vendor.", by=cast["ann"], at=LATER))

    assert Event.objects.filter(internal=True).count() == 1
    assert "Blame" not in sign_in(cast["rita"]).get("/notifications/").content.decode()
