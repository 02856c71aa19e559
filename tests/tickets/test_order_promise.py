"""What is promised for a request before it is sent is what is stored, for every item of the catalogue."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Organization, Person
from servicedesk.ui.moments import absolute
from tests.sla.test_calendar import at
from tests.tickets.ordering import filled, item, text
from tests.tickets.pages import fields, words
from tickets.models import CalendarVersion, CatalogueItem, FieldKind, ItemVersion, ServiceRequest
from tickets.sla import rulebook
from tickets.sla.promises import request_terms
from tickets.sla.spans import BusinessTime, fulfilment_time, usually

SignIn = Callable[[Person], Client]
DAY = timedelta(hours=9)


class Watch:
    """What time it is for the desk."""

    now: datetime = at("2027-03-09 12:00:07").astimezone(UTC)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A clock on the wall that the test sets."""
    hangs = Watch()
    monkeypatch.setattr("django.utils.timezone.now", lambda: hangs.now)
    return hangs


@pytest.fixture
def bare(db: None) -> None:
    """Every item asks one thing from here on, so that the same words fill in each of them; approvals stay."""
    for version in list(ItemVersion.objects.offered().prefetch_related("approval_steps", "item")):
        steps = [step.asks for step in version.approval_steps.order_by("position")]
        item(version.item.slug, text("sort"), approvals=tuple(steps), visibility=version.visibility)


@pytest.mark.parametrize(
    "opened",
    [
        pytest.param("2027-03-09 12:00:07", id="an ordinary noon"),
        pytest.param("2027-03-09 16:55:00", id="five minutes before closing"),
        pytest.param("2027-03-25 16:55:59", id="five minutes before Good Friday"),
    ],
)
def test_the_promise_shown_is_the_promise_stored(
    rita: Person, lakeshore: Organization, bare: None, sign_in: SignIn, watch: Watch, opened: str
) -> None:
    watch.now = at(opened).astimezone(UTC)
    browser, approved = sign_in(rita), 0
    slugs = list(CatalogueItem.objects.offered().values_list("slug", flat=True))
    assert len(slugs) == 28
    for slug in slugs:
        watch.now = at(opened).astimezone(UTC)
        checked = browser.post(f"/help/new/{slug}/", filled(lakeshore, f_sort="Assam"), follow=True)
        shown = fields(checked)
        watch.now += timedelta(minutes=9)  # past closing time, for some
        said = {"draft": shown["draft"][0], "seal": shown["seal"][0]}
        sent = browser.post(f"/help/new/{slug}/check/", said)

        filed = ServiceRequest.objects.get(item=slug)
        pages = (words(checked), words(browser.get(sent["Location"])))
        assert filed.created_at == watch.now
        if filed.status == "waiting_approval":
            approved += 1
            terms = request_terms(lakeshore.pk, slug)
            within = fulfilment_time(rulebook.current_versions(), terms, on=watch.now.date()).words()
            assert filed.finish_due_at is None
            for page in pages:
                assert f"ithin {within}" in page
        else:
            for page in pages:
                assert f"Fulfilled by {absolute(filed.finish_due_at)}" in page
            assert filed.finish_due_at.astimezone(UTC).isoformat()
    assert 0 < approved < len(slugs)


@pytest.mark.parametrize("trouble", ["too long ago", "other hours meanwhile", "made up", "another item's"])
def test_a_promise_that_no_longer_holds_is_made_anew_before_anything_is_sent(
    rita: Person,
    lakeshore: Organization,
    sign_in: SignIn,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    item("meter-tea", text("sort"))
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam")
    shown = fields(browser.post("/help/new/meter-tea/", said, follow=True))
    sealed = {"draft": shown["draft"][0], "seal": shown["seal"][0]}
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
            published_at=watch.now,
        )
    elif trouble == "made up":
        sealed["seal"] = "made-up"
    else:
        other = filled(lakeshore, f_name="Ada", f_email="ada@utility.example")
        page = browser.post("/help/new/incident/", other, follow=True)
        sealed["seal"] = fields(page).get("seal", ["none"])[0]

    back = browser.post("/help/new/meter-tea/check/", sealed)

    assert back.status_code == 409
    assert "The promised times have moved since this page was opened." in words(back)
    assert not ServiceRequest.objects.exists()
    monkeypatch.undo()


# --- In words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (DAY, "1 business day"),
        (2 * DAY, "2 business days"),
        (timedelta(hours=4), "4 business hours"),
        (timedelta(hours=10), "10 business hours"),
        (timedelta(minutes=90), "90 business minutes"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(within: timedelta, said: str) -> None:
    assert BusinessTime(within, DAY).words() == said


def test_what_it_usually_takes_goes_from_the_shortest_to_the_longest() -> None:
    times = [BusinessTime(within, DAY) for within in (2 * DAY, timedelta(hours=4), 2 * DAY)]

    assert usually(times) == "usually 4 business hours to 2 business days"
    assert usually(times[:1]) == "usually 2 business days"
    assert usually([]) == ""


def test_every_form_has_a_kind_of_field_for_what_it_asks(db: None) -> None:
    """The page draws each of them: nothing is asked that it has no control for."""
    kinds = set(ItemVersion.objects.offered().values_list("fields__kind", flat=True))

    assert kinds <= set(FieldKind.values)
