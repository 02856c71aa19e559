"""The page of preferences, and the link that stops a mail."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.notifications.groups import How, groups_for
from servicedesk.notifications.models import MailHours, Notice, Preference, WayOut
from servicedesk.notifications.preferences import Hours, wishes
from servicedesk.notifications.unsubscribing import foot
from servicedesk.records.models import Event
from tests.conftest import NOON, key
from tests.notifications.letters import drain_at
from tickets.actions import reply
from tickets.models import Incident

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
URL = "/me/preferences/"
EVERY_NIGHT = {
    "quiet": "on", "quiet_from": "22:00", "quiet_until": "07:00", "quiet_days": ["0", "1", "2", "3", "4"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def form(*, desk: bool = False, version: int = 0, **said: Any) -> dict[str, Any]:
    """What a browser sends with the page as it is, but for what is said."""
    ways = {f"how-{group.name}": "now" for group in groups_for(desk=desk) if not group.locked}
    return ways | {"request_id": key(), "version": version, "daily_at": "07:30"} | said


def chosen(person: Person) -> dict[str, str]:
    """The rows that there are of somebody's preferences."""
    return dict(Preference.objects.visible_to(person).values_list("group", "how"))


def test_only_what_differs_from_the_default_is_kept(rita: Person, ned: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    sent = form(**{"how-ticket.organization": "daily", "how-problem.followed": "none"}, **EVERY_NIGHT)
    answer = browser.post(URL, sent)
    assert (answer.status_code, answer["Location"]) == (303, URL)
    assert "Your preferences are saved." in browser.get(URL).content.decode()
    assert chosen(rita) == {"ticket.organization": "daily", "problem.followed": "none"}
    assert wishes(rita).hours == Hours(time(7, 30), time(22), time(7), (0, 1, 2, 3, 4))
    assert browser.post(URL, sent)["Location"] == URL  # sent twice, done once
    assert (wishes(rita).version, chosen(ned)) == (1, {})

    browser.post(URL, form(version=1, daily_at="16:45"))
    assert chosen(rita) == {}
    assert wishes(rita).hours == Hours(time(16, 45))


def test_what_is_locked_stays_and_what_is_not_ones_own_does_not_come(rita: Person, sign_in: SignIn) -> None:
    page = sign_in(rita).get(URL).content.decode()
    for words in (
        "Decisions asked of me",
        "Others wait for your answer",
        "Severity 1",
        "Account and security",
    ):
        assert words in page
    assert 'name="how-ticket.critical"' not in page
    assert "Service levels" not in page  # the desk's own
    names = ("ticket.critical", "decisions", "account", "sla.steps", "made.up")
    sign_in(rita).post(URL, form(**{f"how-{name}": "none" for name in names}))
    assert chosen(rita) == {}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"how-ticket.mine": "loudly"}, "Choose how you hear of “A ticket of mine moves”."),
        ({"daily_at": ""}, "Enter when the daily e-mail should leave."),
        ({"daily_at": "noon"}, "Enter a time such as 07:30."),
        ({**EVERY_NIGHT, "quiet_from": ""}, "Enter when quiet hours begin."),
        ({**EVERY_NIGHT, "quiet_until": "22:00"}, "Choose an end that is not the begin."),
        ({**EVERY_NIGHT, "quiet_days": []}, "Choose at least one day."),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(
    rita: Person, sign_in: SignIn, said: dict[str, Any], words: str
) -> None:
    answer = sign_in(rita).post(URL, form(**{"how-ticket.followed": "bell"} | said))
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert re.search(r'name="how-ticket.followed"[^>]*value="bell"[^>]* checked', page)
    assert not Preference.objects.exists()


def test_two_windows_do_not_undo_each_other(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    browser.post(URL, form(**{"how-ticket.mine": "daily"}))
    answer = browser.post(URL, form(**{"how-ticket.mine": "none"}))
    page = answer.content.decode()
    assert (answer.status_code, chosen(rita)) == (409, {"ticket.mine": "daily"})
    assert "Your preferences were changed meanwhile" in page
    assert "Saved meanwhile: Daily e-mail" in page
    assert re.search(r'name="how-ticket.mine"[^>]*value="none"[^>]* checked', page)
    browser.post(URL, form(version=1, **{"how-ticket.mine": "none"}))
    assert chosen(rita) == {"ticket.mine": "none"}


@pytest.mark.parametrize(
    "hours",
    [{"quiet_from": time(9)}, {"quiet_until": time(9)}, {"quiet_from": time(9), "quiet_until": time(9)}],
)
def test_the_database_refuses_half_of_quiet_hours(rita: Person, hours: dict[str, time]) -> None:
    with pytest.raises(IntegrityError, match="mail_hours_from_and_until"), transaction.atomic():
        MailHours.objects.create(person=rita, **hours)


# --- One click ------------------------------------------------------------------------------


def link_of(letter: mail.EmailMessage) -> str:
    """Where the letter can be stopped."""
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(letter.message()["List-Unsubscribe"]).strip("<>").partition("//")[2].partition("/")[2]


def test_a_mail_is_stopped_by_one_click_without_signing_in(
    incident: Make, rita: Person, ned: Person, ann: Person, sign_in: SignIn
) -> None:
    reply(incident(), "We look at it.", by=ann, at=NOON)
    drain_at(NOON)
    letter = next(one for one in mail.outbox if one.to == [ned.email] and "We look" in str(one.body))
    link = f"/{link_of(letter)}"
    assert link in str(letter.body)
    stranger = Client(enforce_csrf_checks=True)

    page = stranger.get(link)
    assert (page.status_code, chosen(ned)) == (200, {})  # it asks, and changes nothing
    assert "My organization’s other tickets" in page.content.decode()
    done = stranger.post(link, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, chosen(ned), chosen(rita)) == (200, {"ticket.organization": "bell"}, {})
    for answer in (page, done):  # it says nothing about whose it is, and signs nobody in
        text = answer.content.decode() + str(answer.headers)
        assert not [word for word in (ned.name + "<", ned.email, "INC-", "sessionid") if word in text]
    assert stranger.get(URL)["Location"].startswith("/login/")

    mail.outbox.clear()
    reply(Incident.objects.get(), "It is done.", by=ann, at=NOON)
    drain_at(NOON + timedelta(days=2))
    assert ned.email not in {one.to[0] for one in mail.outbox}
    assert Notice.objects.filter(person=ned, event=Event.objects.latest("pk")).exists()


def test_a_link_stops_no_more_than_it_may(rita: Person, sign_in: SignIn) -> None:
    Preference.objects.create(person=rita, group="ticket.mine", how=How.NONE, since=NOON)
    assert foot(rita.pk, {"decisions"}).stop == ""
    assert "it has a date" in foot(rita.pk, {"decisions"}).because
    link = foot(rita.pk, {"ticket.mine", "ticket.followed", "ticket.critical"}).stop
    assert foot(rita.pk, {"ticket.followed", "ticket.mine"}).stop == link  # one row for each set
    token = link.rstrip("/").rpartition("/")[2]
    WayOut.objects.update(groups="ticket.critical,ticket.followed,ticket.mine")  # locked only later

    browser = sign_in(rita)
    browser.get(URL)
    Client().post(reverse("unsubscribe", args=[token]))
    assert chosen(rita) == {"ticket.mine": "none", "ticket.followed": "bell"}
    assert browser.post(URL, form()).status_code == 409  # the page that was open does not undo it


def test_made_up_links_and_too_many_clicks_are_refused(rita: Person) -> None:
    token = foot(rita.pk, {"ticket.mine"}).stop.rstrip("/").rpartition("/")[2]
    public_id, _, signature = token.partition(".")
    for made_up in ("x", public_id, f"{'0' * 32}.{signature}", f"{public_id}.x"):
        assert Client().post(reverse("unsubscribe", args=[made_up])).status_code == 404
    found = [Client().post(reverse("unsubscribe", args=[token])).status_code for _ in range(11)]
    assert found == [200] * 10 + [429]
    found = [Client().get(reverse("unsubscribe", args=["x"])).status_code for _ in range(30)]
    assert (found[0], found[-1]) == (404, 429)


# --- The centre -----------------------------------------------------------------------------


def test_notices_stand_by_day_and_are_found_by_group(
    incident: Make, ned: Person, ann: Person, sign_in: SignIn
) -> None:
    reply(incident(), "We look at it.", by=ann, at=NOON)
    drain_at(NOON)
    late = Notice.objects.filter(person=ned).latest("pk")
    Notice.objects.filter(pk=late.pk).update(at=NOON + timedelta(days=1), read_at=NOON)
    browser = sign_in(ned)

    def shown(query: str) -> list[tuple[str, int]]:
        return [
            (day.words, len(day.entries)) for day in browser.get(f"/notifications/{query}").context["days"]
        ]

    assert shown("") == [("Wednesday 10 March 2027", 1), ("Tuesday 9 March 2027", 1)]
    assert shown("?view=unread") == [("Tuesday 9 March 2027", 1)]
    assert shown("?group=ticket.organization") == shown("")
    assert shown("?group=ticket.mine") == []
    assert shown("?group=event__record__title") == shown("")  # no name but a group's
    assert "Nothing about this yet." in browser.get("/notifications/?group=ticket.mine").content.decode()


def test_the_bell_counts_no_further_than_a_hundred(incident: Make, ned: Person, sign_in: SignIn) -> None:
    record = incident().pk
    events = Event.objects.bulk_create(
        Event(record_id=record, name="incident.replied", at=NOON) for _ in range(130)
    )
    Notice.objects.bulk_create(Notice(person=ned, event=one, at=NOON) for one in events)
    page = sign_in(ned).get("/notifications/").content.decode()
    assert "Notifications, 100 or more unread" in page
    assert ">99+<" in page
