"""One's own profile: zone, look, and that they are seen at once."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import Person
from tests.conftest import NOON
from tests.tickets.pages import fields, messages
from tickets.models import Incident

SignIn = Callable[[Person], Client]
Make = Callable[..., Incident]


def save(browser: Client, **changes: str) -> HttpResponse:
    """Send the form with these changes."""
    said = {
        "name": "Rita",
        "phone": "",
        "time_zone": "America/Toronto",
        "theme": "system",
        "density": "comfortable",
    }
    return browser.post("/me/", said | changes)


def test_everything_on_the_form_is_stored_and_shown_again(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    said = {
        "name": "Rita Q.",
        "phone": "555 0100",
        "time_zone": "America/Atikokan",
        "theme": "dark",
        "density": "compact",
    }
    saved = save(browser, **said)

    assert (saved.status_code, saved["Location"]) == (302, "/me/")
    rita.refresh_from_db()
    assert {name: getattr(rita, name) for name in said} == said
    page = browser.get("/me/")
    assert {name: fields(page)[name] for name in said} == {name: [text] for name, text in said.items()}
    assert "Your profile is saved." in page.content.decode()


@pytest.mark.parametrize(
    "zone", ["Ottawa", "America/Torronto", "EST5EDT; DROP", "../../etc/passwd", "x" * 61]
)
def test_what_is_no_zone_is_refused_in_words_and_kept(rita: Person, sign_in: SignIn, zone: str) -> None:
    answer = save(sign_in(rita), time_zone=zone, phone="555 0100")

    assert answer.status_code == 422
    assert any("Use a name such as America/Toronto." in one or "60" in one for one in messages(answer))
    assert (fields(answer)["time_zone"], fields(answer)["phone"]) == ([zone], ["555 0100"])
    rita.refresh_from_db()
    assert (rita.time_zone, rita.phone) == ("America/Toronto", "")


@pytest.mark.parametrize("changes", [{"time_zone": ""}, {"name": ""}, {"theme": "pink"}, {"density": "none"}])
def test_a_bad_profile_is_refused(rita: Person, sign_in: SignIn, changes: dict[str, str]) -> None:
    answer = save(sign_in(rita), **changes)

    assert (answer.status_code, len(messages(answer))) == (422, 1)


def test_nobody_makes_themselves_somebody_else(rita: Person, sign_in: SignIn) -> None:
    save(
        sign_in(rita), email="ada@example.com", is_staff="on", is_superuser="on", is_active="", password="x" * 12
    )  # fmt: skip

    rita.refresh_from_db()
    assert (rita.email, rita.is_staff, rita.is_superuser, rita.is_active) == (
        "rita@example.com", False, False, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("theme", "attribute"),
    [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"'), ("system", "")],
)
def test_the_look_stands_in_the_first_tag_of_every_page(
    rita: Person, sign_in: SignIn, theme: str, attribute: str
) -> None:
    browser = sign_in(rita)
    save(browser, theme=theme)

    for address in ("/", "/tickets/", "/me/", "/contact/"):
        tag = browser.get(address).content.decode().partition("<html")[2].partition(">")[0]
        assert (attribute in tag) if attribute else ("data-bs-theme" not in tag)


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/tickets/?view=all", "http://testserver/tickets/?view=all"),
        ("https://elsewhere.example/", "/me/"),
        ("", "/me/"),
    ],
)
def test_the_theme_is_changed_from_any_page_and_leads_back_there(
    rita: Person, sign_in: SignIn, came_from: str, leads_to: str
) -> None:
    answer = sign_in(rita).post("/me/theme/", {"theme": "dark"}, headers={"Referer": came_from})

    rita.refresh_from_db()
    assert (answer.status_code, answer["Location"], rita.theme) == (302, leads_to, "dark")


@pytest.mark.parametrize(
    ("who", "chosen", "keys"),
    [
        ("rita", None, "off"),
        ("rita", "on", "on"),
        ("rita", "", "off"),
        ("ann", None, "on"),
        ("ann", "on", "on"),
        ("ann", "", "off"),
    ],
)
def test_single_keys_are_on_at_the_desk_and_off_elsewhere_until_one_chooses(
    rita: Person, ann: Person, sign_in: SignIn, who: str, chosen: str | None, keys: str
) -> None:
    browser = sign_in({"rita": rita, "ann": ann}[who])
    if chosen is not None:
        save(browser, **({"single_keys": chosen} if chosen else {}))

    page = browser.get("/me/")
    assert f'data-single-keys="{keys}"' in page.content.decode()
    assert ("single_keys" in fields(page)) == (keys == "on")


def test_the_density_stands_there_too(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    save(browser, density="compact")

    assert 'data-density="compact"' in browser.get("/").content.decode()


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("America/Toronto", "Tue 9 Mar 2027, 12:00 EST"),
        ("America/Winnipeg", "Tue 9 Mar 2027, 11:00 CST"),
        ("America/Atikokan", "Tue 9 Mar 2027, 12:00 EST"),
        ("America/St_Johns", "Tue 9 Mar 2027, 13:30 NST"),
    ],
)
def test_times_are_shown_in_ones_own_zone_with_its_name(
    rita: Person, sign_in: SignIn, incident: Make, zone: str, written: str
) -> None:
    filed = incident(occurred_at=NOON)
    browser = sign_in(rita)
    save(browser, time_zone=zone)

    assert written in browser.get(filed.get_absolute_url()).content.decode()


def test_a_time_is_typed_in_ones_own_zone(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    save(browser, time_zone="America/Winnipeg")

    page = browser.get("/help/new/incident/", follow=True).content.decode()
    assert "Date and time in America/Winnipeg." in page


def test_ones_zone_does_not_stay_for_the_next_person(
    rita: Person, ned: Person, sign_in: SignIn, incident: Make
) -> None:
    filed = incident(occurred_at=datetime(2027, 3, 9, 12, tzinfo=UTC))
    first, second = sign_in(rita), sign_in(ned)
    save(first, time_zone="America/Vancouver")

    assert "04:00 PST" in first.get(filed.get_absolute_url()).content.decode()
    assert "07:00 EST" in second.get(filed.get_absolute_url()).content.decode()


def test_the_security_pages_are_linked(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    page = browser.get("/me/").content.decode()

    for address in ("/password/change/", "/2fa/", "/sessions/"):
        assert f'href="{address}"' in page
        assert browser.get(address, follow=True).status_code == 200
