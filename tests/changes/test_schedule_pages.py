"""The calendar and the page where a window is chosen, as people meet them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from changes.forms_schedule import WindowForm
from changes.models import Freeze, RequestForChange, ScheduleOverride
from changes.schedule_page import schedule_part
from changes.wall import instant_of
from tests.changes.conftest import MakeChange
from tests.changes.scheduling import HOUR, TONIGHT, many, scheduled
from tests.conftest import NOON, key

SignIn = Callable[[Person], Client]
TORONTO = ZoneInfo("America/Toronto")
SOON = (timezone.now() + timedelta(days=30)).replace(hour=3, minute=0, second=0, microsecond=0)
"""A night about a month from now, on the page's own clock."""


@pytest.fixture
def approved(rfc: MakeChange, ann: Person) -> MakeChange:
    """An approved RFC of Rita's that Ann implements."""

    def make(**columns: object) -> RequestForChange:
        return rfc(**{"status": "approved", "implementer": ann} | columns)

    return make


@pytest.fixture
def freeze(db: None) -> Freeze:
    """A hard one around SOON, and no other."""
    Freeze.objects.all().delete()
    return Freeze.objects.create(
        name="Price change", starts_at=SOON - HOUR, ends_at=SOON + HOUR, environments=["production"], reason="Prices."
    )  # fmt: skip


def typed(change: RequestForChange, start: datetime = SOON, **said: object) -> dict[str, object]:
    """What the form sends."""
    wall = start.astimezone(TORONTO).strftime("%Y-%m-%dT%H:%M")
    return {"request_id": key(), "version": change.version, "starts_at": wall, "minutes": "120"} | said


def page_of(change: RequestForChange) -> str:
    return f"/desk/changes/{change.reference}/schedule/"


# --- Choosing a window -----------------------------------------------------------------------


def test_a_change_manager_checks_accepts_and_schedules(
    approved: MakeChange, freeze: Freeze, chang: Person, sign_in: SignIn
) -> None:
    change, browser = approved(), sign_in(chang)

    first = browser.get(page_of(change)).content.decode()
    assert "Next free slot:" in first
    checked = browser.post(page_of(change), typed(change, check="yes"))
    (met,) = checked.context["met"]
    assert (checked.status_code, met.state, met.hard) == (200, "open", True)
    change.refresh_from_db()
    assert change.status == "approved"

    refused = browser.post(page_of(change), typed(change))
    assert refused.status_code == 409
    assert "This window lies in a hard freeze" in refused.content.decode()
    without_reason = browser.post(page_of(change), typed(change, accept=met.token))
    assert without_reason.status_code == 422
    assert without_reason.context["met"][0].state == "ticked"

    done = browser.post(
        page_of(change), typed(change, accept=met.token, reason="Agreed with the OEB."), follow=True
    )
    assert done.redirect_chain == [(f"/changes/{change.reference}/", 303)]
    change.refresh_from_db()
    assert (change.status, change.starts_at, change.ends_at) == ("scheduled", SOON, SOON + 2 * HOUR)
    assert ScheduleOverride.objects.get().reason == "Agreed with the OEB."
    again = browser.get(page_of(change)).context
    assert [one.state for one in again["met"]] == ["accepted"]


def test_the_next_free_slot_is_one_click_away_and_fits(
    approved: MakeChange, chang: Person, sign_in: SignIn
) -> None:
    change, browser = approved(), sign_in(chang)
    slot = browser.get(page_of(change)).context["slot"]

    filled = browser.get(slot.url).context
    assert filled["checked"] == slot.window
    assert filled["met"] == []
    initial = filled["form"].initial
    wall = {
        name: timezone.localtime(initial[name], TORONTO).strftime("%Y-%m-%dT%H:%M")
        for name in ("starts_at", "ends_at")
    }
    sent = browser.post(page_of(change), {"request_id": key(), "version": change.version, **wall})
    assert sent.status_code == 303
    change.refresh_from_db()
    assert (change.starts_at, change.ends_at) == (initial["starts_at"], initial["ends_at"])
    for nonsense in (
        "?starts=x&minutes=y",
        "?starts=2027-01-01T00:00&minutes=9",
        "?starts=9999-12-31T23:59Z&minutes=9",
    ):
        assert browser.get(page_of(change) + nonsense).status_code == 200


@pytest.mark.parametrize(
    ("who", "status", "answer"),
    [
        ("chang", "submitted", 409), ("chang", "implementing", 409), ("ann", "approved", 403), ("ada", "approved", 403),
        ("rita", "approved", 403), ("olga", "approved", 403), ("stan", "approved", 404),
    ],
)  # fmt: skip
def test_a_hand_made_form_gets_nothing_past_the_rules(
    approved: MakeChange, cast: dict[str, Person], sign_in: SignIn, who: str, status: str, answer: int
) -> None:
    change, browser = approved(status=status), sign_in(cast[who])

    assert browser.get(page_of(change)).status_code == answer
    assert browser.post(page_of(change), typed(change)).status_code == answer
    assert not RequestForChange.objects.exclude(starts_at=None).exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"minutes": ""}, "Give an end or a length."),
        ({"ends_at": "2027-01-01T00:00"}, "say different things"),
        ({"starts_at": ""}, "Fill in “Start”."),
        ({"starts_at": "2029-12-31T23:59"}, "next two years"),
        ({"starts_at": "9999-12-31T23:59"}, "from 2000 to 2099"),
        ({"starts_at": "0001-01-01T00:00Z"}, "from 2000 to 2099"),
        ({"starts_at": "yesterday"}, "Enter a valid date/time."),
    ],
)
def test_what_is_wrong_with_a_window_is_said(
    approved: MakeChange, chang: Person, sign_in: SignIn, said: dict[str, str], words: str
) -> None:
    change = approved()
    answer = sign_in(chang).post(page_of(change), typed(change, **said))

    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("wall", "taken", "note"),
    [
        ("2027-03-09T20:00", "2027-03-10T01:00", ""),
        (
            "2027-03-14T02:30", "2027-03-14T07:30",
            "Clocks go forward: 14 Mar 2027, 02:30 never comes. Sun 14 Mar 2027, 03:30 EDT was taken.",
        ),
        (
            "2027-11-07T01:30", "2027-11-07T05:30",
            "Clocks go back: 7 Nov 2027, 01:30 comes twice. The first, Sun 7 Nov 2027, 01:30 EDT, was taken,"
            " not Sun 7 Nov 2027, 01:30 EST.",
        ),
    ],
)  # fmt: skip
def test_a_time_that_comes_twice_or_never_is_named(wall: str, taken: str, note: str) -> None:
    with timezone.override(TORONTO):
        found = instant_of(datetime.fromisoformat(wall), TORONTO)
        form = WindowForm({"version": 1, "starts_at": wall, "minutes": 180})
        assert form.is_valid()

    assert f"{found.instant:%Y-%m-%dT%H:%M}" == taken
    assert found.note == note
    assert form.notes == ([note] if note else [])
    assert form.cleaned_data["ends_at"] - form.cleaned_data["starts_at"] == 3 * HOUR  # real hours


def test_conflicts_and_what_was_accepted_are_the_desks_business(
    approved: MakeChange, freeze: Freeze, cast: dict[str, Person]
) -> None:
    token = f"hard:{freeze.pk}:{freeze.starts_at:%Y%m%dT%H%M%SZ}/{freeze.ends_at:%Y%m%dT%H%M%SZ}"
    change = scheduled(
        approved(), SOON, by=cast["chang"], at=timezone.now(), overrides=[token], reason="Agreed."
    )
    seen = {name: schedule_part(change, person) for name, person in cast.items()}

    assert {name for name, part in seen.items() if part and part.accepted} == {
        "ann",
        "bob",
        "cleo",
        "chang",
        "ada",
    }
    assert {name for name, part in seen.items() if part and part.schedule_url} == {"chang"}
    assert all(part and part.window for part in seen.values())


# --- The calendar ----------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["list", "month", "week"])
def test_an_ldc_sees_its_own_changes_and_what_is_published(
    approved: MakeChange, chang: Person, stan: Person, rita: Person, sign_in: SignIn, view: str
) -> None:
    scheduled(approved(title="Of Lakeshore", environments=["quality"]), by=chang)
    scheduled(
        approved(title="Published", visibility="everyone", environments=["sandbox"], interfaces=["gui"]),
        by=chang,
    )
    withdrawn = scheduled(approved(title="Off again", environments=["recovery"], interfaces=[]), by=chang)
    RequestForChange.objects.filter(pk=withdrawn.pk).update(status="approved")

    def titles(person: Person, **query: str) -> set[str]:
        page = sign_in(person).get("/changes/calendar/", {"view": view, "on": "2027-03-09", **query})
        calendar = page.context["calendar"]
        days = calendar.days if view == "list" else [day for week in calendar.weeks for day in week]
        return {entry.rfc.title for day in days for entry in day.entries}

    assert titles(rita) == titles(chang) == {"Of Lakeshore", "Published"}
    assert titles(stan) == {"Published"}
    assert titles(rita, environment="quality") == {"Of Lakeshore"}
    assert titles(rita, interface="gui") == {"Published"}
    assert titles(rita, on="2027-05-09") == set()
    assert titles(rita, environment="nowhere", on="no-day") is not None


def test_days_are_the_readers_own_and_a_window_stands_on_each_that_it_touches(
    approved: MakeChange, chang: Person, rita: Person, sign_in: SignIn
) -> None:
    scheduled(approved(), TONIGHT + HOUR, by=chang, hours=51)  # Tuesday 21:00 to midnight on Thursday
    browser = sign_in(rita)

    def hours() -> dict[str, str]:
        page = browser.get("/changes/calendar/?on=2027-03-09&view=week")
        days = [day for week in page.context["calendar"].weeks for day in week]
        return {day.day.isoformat(): entry.hours for day in days for entry in day.entries}

    assert hours() == {"2027-03-09": "from 21:00", "2027-03-10": "all day", "2027-03-11": "all day"}
    Person.objects.filter(pk=rita.pk).update(time_zone="America/Vancouver")
    assert hours() == {"2027-03-09": "from 18:00", "2027-03-10": "all day", "2027-03-11": "until 21:00"}


def test_a_change_in_conflict_is_marked_for_the_desk(
    approved: MakeChange, chang: Person, rita: Person, sign_in: SignIn
) -> None:
    change = scheduled(approved(), by=chang)
    window = {"starts_at": change.starts_at, "ends_at": change.ends_at}
    change.scheduleconflicts.create(**window, token="x", calendar="Exercises", found_at=NOON)

    for person, marked in ((chang, True), (rita, False)):
        page = sign_in(person).get("/changes/calendar/?on=2027-03-09").content.decode()
        assert ("In conflict" in page) is marked


def test_freezes_of_the_time_stand_above_it(rita: Person, sign_in: SignIn) -> None:
    page = sign_in(rita).get("/changes/calendar/?on=2027-11-02&view=month").content.decode()
    assert "OEB price change, 1 November 2027" in page
    none = sign_in(rita).get("/changes/calendar/?on=2027-11-02&environment=sandbox").content.decode()
    assert "OEB price change" not in none


@pytest.mark.parametrize("view", ["list", "month", "week"])
@pytest.mark.parametrize("who", ["rita", "chang"])
def test_a_year_of_two_thousand_changes_costs_what_one_costs(
    cast: dict[str, Person], sign_in: SignIn, view: str, who: str
) -> None:
    browser = sign_in(cast[who])

    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert browser.get(f"/changes/calendar/?on=2027-06-15&view={view}").status_code == 200
        # In a test the request is not the outermost transaction, so it has savepoints and hands its role back.
        inner = ("SAVEPOINT", "RELEASE", "SELECT set_config('role', 'none'")
        return len([one for one in spent if not one["sql"].startswith(inner)])

    many(1, cast["stan"], first=datetime(2027, 6, 15, 2, tzinfo=TORONTO), every=HOUR)
    few = queries()
    RequestForChange.objects.all().delete()
    many(2000, cast["stan"], first=datetime(2027, 1, 1, 2, tzinfo=TORONTO), every=timedelta(minutes=262))
    assert queries() == few
    assert few <= 5
