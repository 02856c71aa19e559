"""The simulator: the golden vectors typed into its form, and real incidents that come out as it said."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from tests.sla.stories import HOUR, levels, t
from tests.sla.test_calendar import TORONTO, at, z
from tickets.actions import change_severity, move_ticket, reply
from tickets.admin.times import exact, take
from tickets.models import CalendarDay, CalendarVersion, Incident, PolicyRule, PolicyVersion, ServiceCalendar
from tickets.sla import rulebook
from tickets.sla.clock import State, Target
from tickets.sla.simulation import Outcome, Rerated, Scenario, Wait, simulate

Make = Callable[..., Incident]
OFFICE, WEEKEND = [["08:00", "17:00"]], [[], []]
WEEKS = {
    "24×7": [[["00:00", "24:00"]]] * 7,
    "office": [OFFICE] * 5 + WEEKEND,
    "lunch": [[["08:00", "12:00"], ["13:00", "17:00"]]] * 5 + WEEKEND,
    "nights": [[["22:00", "06:00"]]] * 5 + WEEKEND,
}
DAYS = {date(2027, 2, 15): [], date(2026, 12, 24): [["08:00", "12:00"]], date(2026, 12, 25): []}
"""Family Day, a half-day, Christmas."""


@pytest.fixture
def browser(ada: Person, sign_in: Callable[[Person], Client]) -> Client:
    """An administrator's."""
    return sign_in(ada)


def drafts(week: str, hours: int, zone: str = "America/Toronto") -> dict[str, int]:
    """Drafts of a calendar and of a policy with one promise, as parts of the simulator's form."""
    calendar = ServiceCalendar.objects.create(name=f"The {week} of a vector")
    version = CalendarVersion.objects.create(
        calendar=calendar, effective_on=date(2020, 1, 1), windows=WEEKS[week], zone=zone, note="For a vector"
    )
    if week != "24×7":
        CalendarDay.objects.bulk_create(
            CalendarDay(version=version, day=day, name="A holiday", windows=windows)
            for day, windows in DAYS.items()
        )
    policy = PolicyVersion.objects.create(note="For a vector")
    PolicyRule.objects.create(
        version=policy, respond_minutes=60 * hours, respond_calendar=calendar, finish_minutes=60 * hours,
        finish_calendar=calendar,
    )  # fmt: skip
    return {"policy": policy.pk, "calendar": version.pk}


def ask(browser: Client, **said: Any) -> Any:
    """Fill in the form and send it."""
    asked = {"zone": "America/Toronto", "severity": 3, **rulebook.current_versions()._asdict(), **said}
    response = browser.get(reverse("admin:tickets_simulator"), asked)
    assert response.status_code == 200
    return response


def due(response: Any, name: str = "Restoration") -> str:
    """What it says of a target."""
    (answer,) = (one for one in response.context["answers"] if one.name == name)
    return answer.due


# --- The golden vectors of PROMISES --------------------------------------------------------


@pytest.mark.parametrize(
    ("week", "hours", "opened", "said"),
    [
        pytest.param("24×7", 8, "2027-03-13T22:00", "Sun 14 Mar 2027, 07:00 EDT", id="24x7-over-spring"),
        pytest.param("24×7", 8, "2027-11-06T22:00", "Sun 7 Nov 2027, 05:00 EST", id="24x7-over-autumn"),
        pytest.param("office", 1, "2027-03-12T16:30", "Mon 15 Mar 2027, 08:30 EDT", id="office-over-spring"),
        pytest.param("office", 1, "2027-11-05T16:30", "Mon 8 Nov 2027, 08:30 EST", id="office-over-autumn"),
        pytest.param("office", 4, "2027-02-15T10:00", "Tue 16 Feb 2027, 12:00 EST", id="on-a-holiday"),
        pytest.param("office", 1, "2027-03-09T17:00:00", "Wed 10 Mar 2027, 09:00 EST", id="at-closing"),
        pytest.param(
            "office", 1, "2027-03-09T16:59:59", "Wed 10 Mar 2027, 08:59:59 EST", id="a-second-before-closing"
        ),
        pytest.param("office", 2, "2026-12-24T11:00", "Mon 28 Dec 2026, 09:00 EST", id="half-day"),
        pytest.param("lunch", 1, "2027-03-09T11:30", "Tue 9 Mar 2027, 13:30 EST", id="over-lunch"),
        pytest.param("nights", 7, "2027-03-09T23:00", "Wed 10 Mar 2027, 06:00 EST", id="over-midnight"),
        pytest.param("office", 2, "2028-02-28T16:00", "Tue 29 Feb 2028, 09:00 EST", id="leap-day"),
        pytest.param("office", 10, "2026-12-31T08:00", "Fri 1 Jan 2027, 09:00 EST", id="year-end"),
        pytest.param("office", 0, "2027-03-13T12:00", "Sat 13 Mar 2027, 12:00 EST", id="target-0"),
    ],
)
def test_a_golden_vector_typed_into_the_form_is_due_then(
    browser: Client, week: str, hours: int, opened: str, said: str
) -> None:
    response = ask(browser, **drafts(week, hours), opened=opened)

    assert due(response) == said
    assert said in response.content.decode()
    assert response.context["answers"][0].counted == f"{hours} h 00 min"


@pytest.mark.parametrize(
    ("week", "hours", "opened", "pause", "said"),
    [
        pytest.param(
            "office", 2, "2027-03-09T09:00", ("2027-03-09T10:00", "2027-03-09T10:00"),
            "Tue 9 Mar 2027, 11:00 EST", id="zero-length",
        ),
        pytest.param(
            "office", 4, "2027-03-09T15:00", ("2027-03-09T16:00", "2027-03-10T09:00"),
            "Wed 10 Mar 2027, 12:00 EST", id="across-closing",
        ),
        pytest.param(
            "office", 4, "2027-02-12T15:00", ("2027-02-12T16:00", "2027-02-16T09:00"),
            "Tue 16 Feb 2027, 12:00 EST", id="across-a-holiday",
        ),
        pytest.param(
            "24×7", 8, "2027-03-13T20:00", ("2027-03-13T22:00", "2027-03-14T04:00"),
            "Sun 14 Mar 2027, 10:00 EDT", id="across-the-spring-change",
        ),
        pytest.param(
            "24×7", 8, "2027-11-06T20:00", ("2027-11-06T22:00", "2027-11-07T04:00"),
            "Sun 7 Nov 2027, 10:00 EST", id="across-the-autumn-change",
        ),
        pytest.param("office", 2, "2027-03-09T09:00", ("2027-03-09T10:00", ""), "", id="that-lasts"),
    ],
)  # fmt: skip
def test_a_pause_typed_into_the_form_moves_the_due_time(
    browser: Client, week: str, hours: int, opened: str, pause: tuple[str, str], said: str
) -> None:
    versions = drafts(week, hours)

    response = ask(browser, **versions, opened=opened, pause1_from=pause[0], pause1_to=pause[1])

    assert due(response) == said
    assert ("not due while it waits" in response.content.decode()) == (not said)


def test_every_stretch_stands_there_and_adds_up(browser: Client) -> None:
    response = ask(
        browser, **drafts("office", 4), opened="2027-02-12T15:00",
        pause1_from="2027-02-12T16:00", pause1_to="2027-02-16T09:00",
    )  # fmt: skip

    (answer,) = (one for one in response.context["answers"] if one.name == "Restoration")
    calendar = "“The office of a vector”"
    assert [
        (one.start[4:15].strip(), one.length, one.counts, one.why, one.so_far) for one in answer.stretches
    ] == [
        ("12 Feb 2027", "1 h 00 min", True, f"Hours of {calendar}", "1 h 00 min"),
        ("12 Feb 2027", "89 h 00 min", False, "Paused: waiting for the LDC", "1 h 00 min"),
        ("16 Feb 2027", "3 h 00 min", True, f"Hours of {calendar}", "4 h 00 min"),
    ]
    (respond,) = (one for one in response.context["answers"] if one.name == "First answer")
    assert [(one.why, one.counts) for one in respond.stretches][1:4] == [
        (f"Outside the hours of {calendar}", False),
        ("A holiday", False),
        (f"Outside the hours of {calendar}", False),
    ]
    assert (respond.counted, answer.counted) == ("4 h 00 min", "4 h 00 min")


@pytest.mark.parametrize(
    ("opened", "taken", "note"),
    [
        ("2027-11-07T01:30", "Sun 7 Nov 2027, 01:30 EDT", "comes twice in America/Toronto"),
        ("2027-03-14T02:30", "Sun 14 Mar 2027, 03:30 EDT", "does not exist in America/Toronto"),
        ("2027-03-14T03:30", "Sun 14 Mar 2027, 03:30 EDT", ""),
    ],
)
def test_the_page_says_which_instant_it_took(browser: Client, opened: str, taken: str, note: str) -> None:
    response = ask(browser, **drafts("24×7", 1), opened=opened)

    assert dict(response.context["asked"])["Opened"] == taken
    notes = response.context["form"].notes
    assert len(notes) == bool(note)
    assert all(note in said and taken in said and said in response.content.decode() for said in notes)


def test_the_second_of_two_instants_is_written_in_utc() -> None:
    taken = take(datetime(2027, 11, 7, 1, 30), TORONTO)  # noqa: DTZ001  a wall-clock time

    assert taken.instant == z("2027-11-07 05:30")
    assert "write 2027-11-07 06:30 with the zone UTC" in taken.note


def test_a_calendar_edited_from_a_day_on_counts_from_that_day_on(browser: Client) -> None:
    versions = drafts("office", 10)
    first = CalendarVersion.objects.get(pk=versions["calendar"])
    CalendarVersion.objects.filter(pk=first.pk).update(number=900, published_at=timezone.now())
    later = CalendarVersion.objects.create(
        calendar=first.calendar,
        effective_on=date(2027, 3, 10),
        windows=WEEKS["24×7"],
        note="From Wednesday on",
    )

    before = ask(browser, **versions, opened="2027-03-09T16:00")
    after = ask(browser, **versions | {"calendar": later.pk}, opened="2027-03-09T16:00")

    assert (due(before), due(after)) == ("Wed 10 Mar 2027, 17:00 EST", "Wed 10 Mar 2027, 09:00 EST")


def test_only_that_organizations_days_are_closed_for_it(browser: Client, lakeshore: Organization) -> None:
    versions = drafts("office", 4)
    CalendarDay.objects.create(
        version_id=versions["calendar"], day=date(2027, 3, 9), name="Annual meeting", organization=lakeshore
    )

    everybody = ask(browser, **versions, opened="2027-03-09T09:00")
    theirs = ask(browser, **versions, opened="2027-03-09T09:00", organization="lakeshore hydro")

    assert (due(everybody), due(theirs)) == ("Tue 9 Mar 2027, 13:00 EST", "Wed 10 Mar 2027, 12:00 EST")
    assert "Annual meeting" in theirs.content.decode()


def test_the_page_offers_the_next_two_weekends_on_which_clocks_change(browser: Client) -> None:
    presets = browser.get(reverse("admin:tickets_simulator")).context["presets"]

    assert [words.split(" on ")[0] for words, _where in presets] in (
        ["Clocks go forward", "Clocks go back"],
        ["Clocks go back", "Clocks go forward"],
    )
    for _words, where in presets:
        answers = browser.get(where).context["answers"]
        assert [one.name for one in answers] == ["First answer", "Restoration"]
        offsets = {words.rpartition(" ")[2] for one in answers for words in (one.started, one.due)}
        assert offsets == {"EST", "EDT"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"opened": ""}, "Fill in “Opened at”."),
        ({"opened": "yesterday"}, "“yesterday” cannot be read"),
        ({"zone": "Mars/Base"}, "“Mars/Base” is not a time zone"),
        ({"organization": "Nobody Hydro"}, "No organization is called “Nobody Hydro”"),
        ({"pause1_to": "2027-03-09T10:00"}, "Enter when this wait begins."),
        ({"pause1_from": "2027-03-08T10:00"}, "Enter a time after the opening and the wait before."),
        (
            {"pause1_from": "2027-03-09T11:00", "pause1_to": "2027-03-09T10:00"},
            "Enter a time after the beginning of this wait.",
        ),
        (
            {"pause1_from": "2027-03-09T11:00", "pause2_from": "2027-03-09T12:00"},
            "The wait before this one has no end",
        ),
        ({"answered": "2027-03-08T10:00"}, "Enter a time after the opening."),
        ({"severity_then": "1"}, "Say both to which severity, and when."),
        ({"severity_at": "2027-03-09T10:00"}, "Say both to which severity, and when."),
    ],
    ids=str,
)
def test_what_cannot_happen_is_refused_in_words(browser: Client, said: dict[str, str], words: str) -> None:
    response = ask(browser, **{"opened": "2027-03-09T09:00", **said})

    assert response.context["answers"] == []
    assert words in response.content.decode()


def test_a_draft_that_promises_nothing_says_so(browser: Client) -> None:
    empty = PolicyVersion.objects.create(note="Nothing yet")

    response = ask(browser, opened="2027-03-09T09:00", policy=empty.pk)

    assert response.context["answers"] == []
    assert "These versions promise nothing for such a ticket." in response.content.decode()


def test_a_shorter_target_that_lies_in_the_past_says_so(browser: Client) -> None:
    response = ask(browser, opened="2027-03-09T09:00", severity_then=1, severity_at="2027-03-09T12:00")

    respond = next(one for one in response.context["answers"] if one.name == "First answer")
    assert respond.due == "Tue 9 Mar 2027, 09:30 EST"
    assert respond.remark == "that is before the severity changes: late at once"
    assert respond.remark in response.content.decode()


# --- What it computes ----------------------------------------------------------------------


def by_target(scenario: Scenario) -> dict[Target, Outcome]:
    return {one.target: one for one in simulate(scenario, levels)}


def test_an_answer_ends_the_response_and_begins_an_update() -> None:
    found = by_target(Scenario(t("09:00"), 3, answered_at=t("10:00")))

    assert {target: (one.due_at, one.ended_at, one.state) for target, one in found.items()} == {
        Target.RESPOND: (z("2027-03-09 16:00"), t("10:00"), State.MET),
        Target.UPDATE: (z("2027-03-09 19:00"), None, None),
        Target.RESTORE: (z("2027-03-09 22:00"), None, None),
    }


def test_a_change_of_severity_counts_from_the_beginning_and_keeps_the_pauses() -> None:
    waits = (Wait(t("10:00"), t("12:00")),)
    found = by_target(Scenario(t("09:00"), 3, waits, rerated=Rerated(1, t("12:30"))))

    assert found[Target.RESTORE].severity == 1
    assert found[Target.RESTORE].due_at == t("15:00").astimezone(UTC)


def test_what_was_answered_in_time_keeps_the_severity_of_that_moment() -> None:
    found = by_target(
        Scenario(t("09:00"), 3, answered_at=t("10:00"), rerated=Rerated(1, t("10:00"))),
    )

    assert (found[Target.RESPOND].severity, found[Target.RESPOND].state) == (3, State.MET)


@pytest.mark.parametrize("waits", [(), (Wait(t("10:00"), t("11:00")), Wait(t("11:00"), t("13:30")))], ids=str)
def test_the_stretches_have_no_gaps_and_sum_to_the_target(waits: tuple[Wait, ...]) -> None:
    for one in simulate(Scenario(t("09:00"), 4, waits), levels):
        assert one.counted == one.within
        assert one.spans[0].start == one.started_at.astimezone(UTC)
        assert one.spans[-1].end == one.due_at
        assert all(a.end == b.start for a, b in zip(one.spans, one.spans[1:], strict=False))


def test_while_it_waits_for_good_the_proof_ends_where_the_wait_begins() -> None:
    found = by_target(Scenario(t("09:00"), 3, (Wait(t("10:00")),)))

    assert (found[Target.RESTORE].due_at, found[Target.RESTORE].counted) == (None, HOUR)
    assert found[Target.RESPOND].due_at == z("2027-03-09 16:00")


# --- What really happens -------------------------------------------------------------------


def said_and_stored(
    browser: Client, incident: Incident, **said: Any
) -> tuple[dict[str, str], dict[str, str]]:
    """The due times of the simulator, and those of the ticket, in the same words."""
    response = ask(
        browser, organization=incident.organization.name, policy=incident.policy_version_id,
        calendar=incident.calendar_version_id, **said,
    )  # fmt: skip
    stored = Incident.objects.get(pk=incident.pk)
    columns = {
        "First answer": stored.respond_due_at,
        "Next update": stored.update_due_at,
        "Restoration": stored.finish_due_at,
    }
    with timezone.override("America/Toronto"):
        found = {name: exact(due_at) for name, due_at in columns.items() if due_at}
    return {one.name: one.due for one in response.context["answers"] if one.due}, found


def test_an_incident_over_the_spring_weekend_that_waits_is_due_as_simulated(
    browser: Client, incident: Make, ann: Person, rita: Person
) -> None:
    filed = incident(at=at("2027-03-12 16:30"))
    ticket = move_ticket(filed, "start", by=ann, at=at("2027-03-12 16:40"), version=filed.version)
    ticket = move_ticket(
        ticket, "ask", by=ann, at=at("2027-03-15 09:00"), version=ticket.version, message="Which file?"
    )
    reply(ticket, "This one.", by=rita, at=at("2027-03-16 11:15"))

    said, stored = said_and_stored(
        browser, ticket, opened="2027-03-12T16:30", severity=3, answered="2027-03-15T09:00",
        pause1_from="2027-03-15T09:00", pause1_to="2027-03-16T11:15",
    )  # fmt: skip

    assert said == stored
    assert stored["Restoration"] == "Tue 23 Mar 2027, 09:45 EDT"


def test_an_incident_that_is_rated_anew_is_due_as_simulated(
    browser: Client, incident: Make, ann: Person
) -> None:
    filed = incident(at=at("2027-11-06 22:00"), impact="all", urgency="week")
    change_severity(filed, 1, "Billing stops", by=ann, at=at("2027-11-06 22:20"), version=filed.version)

    said, stored = said_and_stored(
        browser, filed, opened="2027-11-06T22:00", severity=2, severity_then=1, severity_at="2027-11-06T22:20",
    )  # fmt: skip

    assert said == stored == {
        "First answer": "Sat 6 Nov 2027, 22:30 EDT",
        "Restoration": "Sun 7 Nov 2027, 01:00 EST",
    }  # fmt: skip


def test_an_incident_that_waits_still_is_due_as_simulated(
    browser: Client, incident: Make, ann: Person
) -> None:
    filed = incident(at=at("2026-12-23 15:00"))
    ticket = move_ticket(filed, "start", by=ann, at=at("2026-12-23 15:10"), version=filed.version)
    move_ticket(
        ticket, "ask", by=ann, at=at("2026-12-24 10:00"), version=ticket.version, message="Which file?"
    )

    said, stored = said_and_stored(
        browser, ticket, opened="2026-12-23T15:00", severity=3, answered="2026-12-24T10:00",
        pause1_from="2026-12-24T10:00",
    )  # fmt: skip

    assert said == stored
    assert set(stored) == {"First answer"}
