"""What the check page promises is what is stored, however long somebody thinks before sending."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.ui.moments import absolute
from tests.sla.test_calendar import at
from tests.tickets.pages import fields, words
from tickets.models import CalendarVersion, Impact, Incident, Urgency
from tickets.sla.verification import differences

FORM, CHECK = "/help/new/incident/", "/help/new/incident/check/"
SignIn = Callable[[Person], Client]


class Watch:
    """What time it is for the desk."""

    now: datetime = at("2027-03-09 12:00:07").astimezone(UTC)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A clock on the wall that the test sets."""
    hangs = Watch()
    monkeypatch.setattr("django.utils.timezone.now", lambda: hangs.now)
    return hangs


def check_page(browser: Client, organization: Organization, **changes: str) -> HttpResponse:
    """Fill the form in, and go on to the page that shows it again."""
    said: dict[str, Any] = {
        "draft": str(uuid.uuid4()),
        "organization": str(organization.pk),
        "title": "BQ responses missing for cycle 14",
        "description": "Expected 40 accounts.",
        "environment": "production",
        "impact": "part",
        "urgency": "week",
        "visibility": "organization",
    } | changes
    return browser.post(FORM, said, follow=True)


def send(browser: Client, page: HttpResponse, **changes: str) -> HttpResponse:
    """Press the button of the check page."""
    shown = fields(page)
    return browser.post(CHECK, {"draft": shown["draft"][0], "seal": shown["seal"][0]} | changes)


@pytest.mark.parametrize(("impact", "urgency"), list(product(Impact.values, Urgency.values)))
@pytest.mark.parametrize(
    "opened",
    [
        pytest.param("2027-03-09 12:00:07", id="an ordinary noon"),
        pytest.param("2027-03-09 16:55:00", id="five minutes before closing"),
        pytest.param("2027-03-25 16:55:59", id="five minutes before a long weekend"),
        pytest.param("2027-11-06 22:00:00", id="the night the clocks go back"),
    ],
)
def test_the_promise_shown_is_the_promise_stored(
    rita: Person,
    lakeshore: Organization,
    sign_in: SignIn,
    watch: Watch,
    opened: str,
    impact: str,
    urgency: str,
) -> None:
    watch.now = at(opened).astimezone(UTC)
    browser = sign_in(rita)
    checked = check_page(browser, lakeshore, impact=impact, urgency=urgency)
    watch.now += timedelta(minutes=9)  # past closing time, for some

    sent = send(browser, checked)

    filed = Incident.objects.get()
    assert (sent.status_code, filed.created_at) == (303, watch.now)
    assert filed.clock_started_at == at(opened)
    for page in (words(checked), words(browser.get(sent["Location"]))):
        assert f"First answer by {absolute(filed.respond_due_at)}" in page
        assert f"Restoration by {absolute(filed.finish_due_at)}" in page
    assert differences(Incident.objects.all()) == []


@pytest.mark.parametrize("trouble", ["too long ago", "other hours meanwhile", "made up"])
def test_a_promise_that_no_longer_holds_is_made_anew_before_anything_is_sent(
    rita: Person,
    lakeshore: Organization,
    sign_in: SignIn,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    browser = sign_in(rita)
    checked = check_page(browser, lakeshore)
    changes = {}
    if trouble == "too long ago":
        monkeypatch.setattr("tickets.sla.seals.HOLDS_FOR", timedelta(seconds=-1))
    elif trouble == "other hours meanwhile":
        first = CalendarVersion.objects.get(calendar__name="Business hours")
        CalendarVersion.objects.create(
            calendar=first.calendar,
            number=CalendarVersion.objects.latest_number() + 1,
            effective_on=first.effective_on,
            windows=[[["10:00", "12:30"]]] * 7,
            note="Short days.",
            published_at=timezone.now(),
        )
    else:
        changes["seal"] = "made-up"

    back = send(browser, checked, **changes)

    assert back.status_code == 409
    assert "The promised times have moved since this page was opened." in words(back)
    assert "BQ responses missing for cycle 14" in words(back)
    assert not Incident.objects.exists()
    monkeypatch.undo()
    assert send(browser, back).status_code == 303
