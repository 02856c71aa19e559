"""Rows of a table from CSV: looked at first, then taken."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import Organization, Person
from servicedesk.records.models import Draft
from tests.tickets.ordering import filled, item, send
from tests.tickets.pages import buttons, fields, messages, words
from tickets.models import ServiceRequest

SignIn = Callable[[Person], Client]
SLUG, FORM, IMPORT = "meter-tea", "/help/new/meter-tea/", "/help/new/meter-tea/import/"
GOOD = "Dana Roy,dana@utility.example,Read only\nLee Park,lee@utility.example,Billing analyst\n"
MIXED = GOOD + "Kim,no-address,Read only\nSam\nJo Ma,jo@utility.example,view\n"


@pytest.fixture
def guests(db: None) -> None:
    """An item that asks for a table of people."""
    columns = (
        "name | text | Name | Nom | required\n"
        "email | email | Work e-mail | Courriel | required\n"
        "role | choice | Role | Rôle | required | view = Read only = Lecture seule; bill = Billing analyst"
    )
    item(SLUG, {"name": "users", "kind": "table", "label": "Users", "columns": columns})


@pytest.fixture
def begun(rita: Person, lakeshore: Organization, guests: None, sign_in: SignIn) -> dict[str, str]:
    """A form that leads to the import."""
    said = filled(lakeshore, f_users="Ada Lo,ada@utility.example,view", **{"import": "f_users"})
    led = sign_in(rita).post(FORM, said)
    assert (led.status_code, led["Location"]) == (303, f"{IMPORT}?draft={said['draft']}&field=f_users")
    return {"draft": said["draft"], "field": "f_users"}


def use(browser: Client, page: HttpResponse, how: str, **changes: str) -> HttpResponse:
    """Press a button of the page that shows the rows."""
    return browser.post(
        IMPORT, {name: values[-1] for name, values in fields(page).items()} | {"use": how} | changes
    )


def in_draft() -> list[str]:
    """The rows in the form now."""
    return Draft.objects.get().data["f_users"][0].strip().splitlines()


def test_rows_are_looked_at_and_nothing_changes(rita: Person, begun: dict[str, str], sign_in: SignIn) -> None:
    page = sign_in(rita).post(IMPORT, begun | {"rows": MIXED})

    told = words(page)
    assert "3 rows are good, 2 are not" in told
    assert "1 Dana Roy dana@utility.example Read only Good" in told
    assert (
        "3 Kim no-address Read only Not good “Work e-mail” is an address such as dana@utility.example."
        in told
    )
    assert "4 Sam Not good Fill in “Work e-mail”. Fill in “Role”." in told
    assert buttons(page)[:2] == ["Use these 3 rows", "Add them to the 1 row in the form"]
    assert in_draft() == ["Ada Lo,ada@utility.example,view"]


@pytest.mark.parametrize(
    ("how", "above"), [("replace", "Name,Work e-mail,Role"), ("add", "Ada Lo,ada@utility.example,view")]
)
def test_the_good_rows_are_taken(
    rita: Person, begun: dict[str, str], sign_in: SignIn, how: str, above: str
) -> None:
    browser = sign_in(rita)
    page = browser.post(IMPORT, begun | {"file": SimpleUploadedFile("users.csv", MIXED.encode())})

    taken = use(browser, page, how)

    assert taken["Location"] == f"{FORM}?draft={begun['draft']}&read=f_users#id_f_users"
    assert in_draft() == [
        above,
        "Dana Roy,dana@utility.example,view",
        "Lee Park,lee@utility.example,bill",
        "Jo Ma,jo@utility.example,view",
    ]
    form = browser.get(taken["Location"])
    assert messages(form) == []
    send(browser, SLUG, {name: values[-1] for name, values in fields(form).items()})
    assert len(ServiceRequest.objects.get().answers["users"]) == (4 if how == "add" else 3)


def test_rows_that_changed_since_they_were_looked_at_are_looked_at_again(
    rita: Person, begun: dict[str, str], sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    page = browser.post(IMPORT, begun | {"rows": GOOD})

    again = use(browser, page, "replace", rows="Nobody")

    assert again.status_code == 200
    assert "0 rows are good, 1 is not" in words(again)
    assert in_draft() == ["Ada Lo,ada@utility.example,view"]


def test_a_table_is_shown_as_one_on_the_requests_page(
    rita: Person, lakeshore: Organization, guests: None, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    sent = send(browser, SLUG, filled(lakeshore, f_users=GOOD))

    told = words(browser.get(sent["Location"].removesuffix("submitted/")))
    assert "Name Work e-mail Role Dana Roy dana@utility.example Read only Lee Park" in told


def test_no_rows_and_no_file_are_said_in_words(rita: Person, begun: dict[str, str], sign_in: SignIn) -> None:
    browser = sign_in(rita)

    assert "There is no row in it yet." in words(browser.post(IMPORT, begun | {"rows": ""}))
    workbook = browser.post(IMPORT, begun | {"file": SimpleUploadedFile("users.xlsx", b"PK\x00\x03")})
    assert (workbook.status_code, "is not a text file" in messages(workbook)[0]) == (422, True)


def test_the_empty_file_has_the_columns_and_reads_back(
    rita: Person, begun: dict[str, str], sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    empty = browser.get(f"{IMPORT}template/", {"field": "f_users"}).getvalue()
    assert empty.decode("utf-8-sig") == "Name,Work e-mail,Role\r\n"

    page = browser.post(IMPORT, begun | {"rows": empty.decode() + GOOD})
    assert "2 rows are good" in words(page)


def test_somebody_elses_draft_takes_no_rows(ned: Person, begun: dict[str, str], sign_in: SignIn) -> None:
    assert sign_in(ned).get(IMPORT, begun).status_code == 404
    assert sign_in(ned).post(IMPORT, begun | {"rows": GOOD, "use": "replace"}).status_code == 404
