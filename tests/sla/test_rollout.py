"""New versions, foreseen and brought to the open tickets.

What a preview foresees is what the rollout then does, on sixty tickets in every state.
"""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from servicedesk.records.models import Event, Record
from servicedesk.records.refusals import Unusable
from servicedesk.records.row_security import serving
from servicedesk.schedule.jobs import work
from servicedesk.schedule.models import Job
from servicedesk.schedule.tidying import tidy_up
from tests.conftest import NOON
from tests.sla.test_calendar import z
from tickets.actions import change_severity, move_ticket, move_to_versions, publishing, reply
from tickets.actions.publishing import (
    foresee,
    new_calendar_draft,
    new_policy_draft,
    publish_calendar,
    publish_policy,
)
from tickets.models import (
    CalendarDay,
    CalendarVersion,
    EscalationStep,
    Incident,
    PolicyRule,
    PolicyVersion,
    RolloutShift,
    ServiceCalendar,
    ServiceClock,
)
from tickets.sla import rollout
from tickets.sla.rulebook import Versions
from tickets.sla.verification import differences
from tickets.transitions import Status

Make = Callable[..., Incident]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOON + timedelta(days=1, hours=4, minutes=30)
"""Wednesday, 16:30 in Toronto: when versions are published."""
STATED = {1: ("all", "now"), 2: ("billing", "now"), 3: ("part", "week"), 4: ("minor", "wait")}


@pytest.fixture
def office(db: None) -> ServiceCalendar:
    """Business hours: weekdays from 8 to 17 in Toronto."""
    return ServiceCalendar.objects.get(name="Business hours")


@pytest.fixture
def sixty(
    incident: Make, rita: Person, stan: Person, ann: Person, lakeshore: Organization, pineridge: Organization,
    office: ServiceCalendar, ada: Person, settings: Settings,
) -> list[Incident]:  # fmt: skip
    """Sixty tickets of two LDCs, in every status, rated anew, paused, reopened. Pine Ridge is closed on Friday."""
    settings.FILINGS_PER_HOUR = {"person": 1000, "organization": 1000}
    draft = new_calendar_draft(office, effective_on=date(2027, 1, 1), note="Pine Ridge is closed on Friday.")
    CalendarDay.objects.create(version=draft, day=date(2027, 3, 12), name="Moving", organization=pineridge)
    publish_calendar(draft, by=ada, at=NOON, move_open=False)
    dice = random.Random(9)
    for number in range(60):
        by, whose = (rita, lakeshore) if number % 2 else (stan, pineridge)
        impact, urgency = STATED[1 + number % 4]
        at = NOON + dice.randrange(0, 24 * 60) * timedelta(minutes=1)
        status = list(Status)[number % len(Status)]
        made = incident(status, at=at, by=by, organization_id=whose.pk, impact=impact, urgency=urgency)
        _go_on(made, at, dice, by=by, agent=ann)
    return list(Incident.objects.order_by("pk"))


def _go_on(ticket: Incident, at: datetime, dice: random.Random, *, by: Person, agent: Person) -> None:
    """Some more of a life, an hour at a time."""
    if ticket.status == Status.RESOLVED and dice.random() < 0.5:
        ticket = move_ticket(
            ticket, "reopen", by=by, at=at + HOUR, version=ticket.version, message="Still broken."
        )
    if ticket.status == Status.WAITING_LDC and dice.random() < 0.5:
        reply(ticket, "Cycle 14.", by=by, at=at + HOUR)
        ticket.refresh_from_db()
    if ticket.status == Status.IN_PROGRESS and dice.random() < 0.5:
        reply(ticket, "We look into it.", by=agent, at=at + 2 * HOUR)
        ticket.refresh_from_db()
    if not ticket.done_at and dice.random() < 0.4:
        change_severity(
            ticket, dice.randint(1, 4), "As it turned out.", by=agent, at=at + 3 * HOUR, version=ticket.version,
            accept_late=True,
        )  # fmt: skip


def finish(at: datetime = LATER) -> None:
    """Do all the work that waits."""
    work(now=lambda: at, seconds=60)


def everything_fits() -> bool:
    """Is everything stored what follows from the histories?"""
    return differences(list(Incident.objects.order_by("pk")), at=LATER) == []


def stored_due_times() -> dict[int, dict[str, datetime | None]]:
    """What stands on the open tickets."""
    return {
        ticket.pk: {
            "respond": ticket.respond_due_at if ticket.responded_at is None else None,
            "update": ticket.update_due_at,
            "restore": ticket.finish_due_at,
        }
        for ticket in Incident.objects.unfinished().order_by("pk")
    }


def frozen() -> list[dict[str, Any]]:
    """Every row of an ended clock."""
    return list(ServiceClock.objects.order_by("pk").values())


def shifts_of(job: Job) -> set[tuple[object, ...]]:
    """What a job stored of what moves."""
    return set(
        RolloutShift.objects.filter(job=job).values_list(
            "record", "target", "was_due_at", "due_at", "newly_late"
        )
    )


def edited_calendar(office: ServiceCalendar) -> CalendarVersion:
    """From Wednesday on offices are open from 6 to 22, and Monday becomes a holiday."""
    draft = new_calendar_draft(office, effective_on=date(2027, 3, 10), note="Long days, and a holiday.")
    draft.windows = [[["06:00", "22:00"]]] * 5 + [[], []]
    draft.save()
    CalendarDay.objects.create(version=draft, day=date(2027, 3, 15), name="Founder's Day")
    return draft


def edited_policy() -> PolicyVersion:
    """Low severities get less time, critical ones no updates, and waiting for a provider pauses."""
    draft = new_policy_draft("Shorter.")
    PolicyRule.objects.filter(version=draft, severity=4).update(finish_minutes=600, respond_minutes=60)
    PolicyRule.objects.filter(version=draft, severity=1).update(update_minutes=None, update_calendar=None)
    PolicyRule.objects.filter(version=draft, severity=3).update(pauses=["waiting_ldc", "waiting_vendor"])
    EscalationStep.objects.filter(version=draft, target="respond").delete()
    return draft


@pytest.mark.parametrize("edit", ["calendar", "policy"])
def test_what_a_preview_foresees_is_what_the_rollout_does(
    sixty: list[Incident], office: ServiceCalendar, ada: Person, edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "LOOKED_AT", 7)
    monkeypatch.setattr(publishing, "MOVED_AT_ONCE", 10)
    assert everything_fits()
    frozen_before, before, history = frozen(), stored_due_times(), Event.objects.count()
    kept = dict(
        Incident.objects.values_list("pk", "policy_version" if edit == "calendar" else "calendar_version")
    )
    draft = edited_calendar(office) if edit == "calendar" else edited_policy()

    foreseen = foresee(draft, by=ada, at=LATER)
    finish()
    foreseen.refresh_from_db()
    assert (frozen(), stored_due_times(), Event.objects.count()) == (frozen_before, before, history)
    open_tickets = len(before)
    assert (foreseen.done, foreseen.total, foreseen.result["tickets"]) == (open_tickets,) * 3
    assert 0 < foreseen.result["newly_late"] < foreseen.result["moving"] < open_tickets

    if isinstance(draft, CalendarVersion):
        done = publish_calendar(draft, by=ada, at=LATER)
    else:
        done = publish_policy(draft, by=ada, at=LATER, move_open=True)
    assert done
    assert everything_fits()
    work(now=lambda: LATER, seconds=0.0001)
    done.refresh_from_db()
    assert (done.done, done.total, done.finished_at) == (10, open_tickets, None)
    assert everything_fits()
    finish()
    done.refresh_from_db()
    assert (done.done, done.total, done.finished_at) == (open_tickets, open_tickets, LATER)

    assert everything_fits()
    assert shifts_of(done) == shifts_of(foreseen)
    assert done.result == foreseen.result
    after = stored_due_times()
    assert {
        (pk, target, due, after[pk][target]) for pk, targets in before.items() for target, due in targets.items()
        if due != after[pk][target]
    } == {shift[:4] for shift in shifts_of(done)}  # fmt: skip
    assert frozen() == frozen_before
    for ticket in Incident.objects.unfinished():
        mine, other = (
            ("calendar_version_id", "policy_version_id")
            if edit == "calendar"
            else ("policy_version_id", "calendar_version_id")
        )
        assert (getattr(ticket, mine), getattr(ticket, other)) == (draft.pk, kept[ticket.pk])


def test_the_old_due_times_stay_in_the_history(incident: Make, office: ServiceCalendar, ada: Person) -> None:
    filed = incident()
    publish_calendar(edited_calendar(office), by=ada, at=LATER)
    finish()

    moved = Event.objects.get(record=filed, name="incident.moved_to_versions")
    after = Incident.objects.get()
    assert (moved.actor, moved.at, moved.facts["why"]) == (ada, LATER, "Long days, and a holiday.")
    assert moved.facts["moved"] == {
        "restore": [
            f"{z('2027-03-16 16:00'):%Y-%m-%dT%H:%M:%SZ}",
            f"{after.finish_due_at:%Y-%m-%dT%H:%M:%SZ}",
        ]
    }


def test_newly_late_is_what_was_not_late_before(incident: Make, ada: Person) -> None:
    filed = incident(impact="minor", urgency="wait")  # first answer by Wednesday noon, restored in a month
    draft = new_policy_draft("Less.")
    PolicyRule.objects.filter(version=draft, severity=4).update(respond_minutes=60, finish_minutes=600)

    job = foresee(draft, by=ada, at=LATER)
    finish()

    assert shifts_of(job) == {
        (filed.pk, "respond", z("2027-03-10 17:00"), z("2027-03-09 18:00"), False),
        (filed.pk, "restore", z("2027-04-07 16:00"), z("2027-03-10 18:00"), True),
    }


def test_a_ticket_that_moved_on_to_something_newer_is_left_alone(
    incident: Make, office: ServiceCalendar, ada: Person
) -> None:
    first, second = edited_calendar(office), edited_calendar(office)
    incident()
    publish_calendar(first, by=ada, at=LATER)
    publish_calendar(second, by=ada, at=LATER, move_open=False)
    fresh = incident(at=LATER)

    finish()

    assert dict(Incident.objects.values_list("pk", "calendar_version")) == {
        fresh.pk - 1: first.pk,
        fresh.pk: second.pk,
    }
    assert Job.objects.get().result == {"tickets": 1, "moving": 1, "newly_late": 0}


def test_what_happened_while_a_rollout_waited_for_the_ticket_went_by_the_old_version(
    incident: Make, office: ServiceCalendar, ann: Person, ada: Person
) -> None:
    filed = incident()
    draft = edited_calendar(office)
    publish_calendar(draft, by=ada, at=NOON, move_open=False)
    reply(filed, "We look into it.", by=ann, at=NOON + timedelta(seconds=3))

    moved = move_to_versions(
        filed, Versions(filed.policy_version_id, draft.pk), "New.", by=ada, at=NOON + timedelta(seconds=1)
    )

    assert moved
    assert Event.objects.latest("pk").at == NOON + timedelta(seconds=3)
    assert everything_fits()
    assert not move_to_versions(
        filed, Versions(filed.policy_version_id, draft.pk), "Again.", by=ada, at=LATER
    )


def test_a_policy_that_counts_by_a_new_calendar_brings_it_along(incident: Make, ada: Person) -> None:
    filed = incident()
    early = ServiceCalendar.objects.create(name="Early shift")
    hours = CalendarVersion.objects.create(
        calendar=early,
        effective_on=date(2027, 1, 1),
        windows=[[["06:00", "12:00"]]] * 5 + [[], []],
        note="New.",
    )
    draft = new_policy_draft("Early.")
    PolicyRule.objects.filter(version=draft, severity=3).update(respond_calendar=early)

    with pytest.raises(Unusable, match="Publish Early shift first"):
        foresee(draft, by=ada, at=LATER)
    publish_calendar(hours, by=ada, at=LATER, move_open=False)
    publish_policy(draft, by=ada, at=LATER, move_open=True)
    finish()

    after = Incident.objects.get()
    assert (after.policy_version_id, after.calendar_version_id) == (draft.pk, hours.pk)
    assert (filed.respond_due_at, after.respond_due_at) == (z("2027-03-09 21:00"), z("2027-03-10 15:00"))
    assert everything_fits()


def test_no_step_reads_more_than_its_share(
    sixty: list[Incident],
    office: ServiceCalendar,
    ada: Person,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    foresee(edited_calendar(office), by=ada, at=LATER)
    with django_assert_max_num_queries(150):
        finish()


def test_the_desks_own_business_is_not_shown_to_an_ldc(
    incident: Make, office: ServiceCalendar, ada: Person, ann: Person, rita: Person
) -> None:
    incident()
    foresee(edited_calendar(office), by=ada, at=LATER)
    finish()

    assert RolloutShift.objects.visible_to(ann).exists()
    assert not RolloutShift.objects.visible_to(rita).exists()
    with serving(rita):
        assert not RolloutShift.objects.exists()


def test_what_moved_is_forgotten_with_its_job(incident: Make, office: ServiceCalendar, ada: Person) -> None:
    incident()
    foresee(edited_calendar(office), by=ada, at=LATER)
    finish()
    assert RolloutShift.objects.exists()

    tidy_up(at=LATER + 31 * DAY)
    assert (Job.objects.exists(), RolloutShift.objects.exists(), Record.objects.exists()) == (
        False,
        False,
        True,
    )
