"""Requests that cannot be read are answered in words, whoever sends them; none is an error of ours."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import Draft
from servicedesk.wsgi import application

SignIn = Callable[[Person], Client]
BEYOND = 1024 * 1024 + 1
TOO_LONG = "That is too long to send: at most 20,000 characters in a message. Nothing was saved; go back"
ENCODINGS = (
    "undefined",
    "base64",
    "hex",
    "rot13",
    "punycode",
    "zlib",
    "utf-7",
    "utf-16",
    "latin-1",
    "idna",
    "none",
)
KINDS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


def answered(method: str, body: bytes, **environ: str) -> tuple[int, str]:
    """The status and the page that the web process itself answers with."""
    request = RequestFactory().generic(method, f"{reverse('account_login')}?next=%2B2AA-", body).environ
    said: list[str] = []
    answer = application(request | environ, lambda status, headers, *_error: said.append(status))
    page = b"".join(answer).decode()
    return int(said[0].split()[0]), page


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_that_is_not_ours_is_refused_before_anything_is_read(
    db: None, kind: str, encoding: str
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nrita\r\n--x--\r\n'
    for method in ("GET", "POST"):
        status, page = answered(method, body, CONTENT_TYPE=f"{kind}; charset={encoding}")

        assert status == 400
        assert "We could not read that request" in page


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", '"utf-8"', 'utf-8; boundary="x"'])
def test_ours_is_read_by_any_of_its_names(db: None, encoding: str) -> None:
    kind = f"application/x-www-form-urlencoded; charset={encoding}"

    assert answered("GET", b"", CONTENT_TYPE=kind)[0] == 200


@pytest.mark.parametrize("kind", ["text/plain; x*=no-such'en'y", "text/plain; charset*=undefined'en'y"])
def test_nor_is_a_kind_that_cannot_be_read(db: None, kind: str) -> None:
    assert answered("GET", b"", CONTENT_TYPE=kind)[0] == 400


def test_too_many_fields_in_the_address_are_refused_whatever_the_encoding(db: None) -> None:
    address = "&".join(f"a{number}=" for number in range(1_001))
    for kind in ("", "text/plain; charset=utf-8"):
        assert answered("GET", b"", CONTENT_TYPE=kind, QUERY_STRING=address)[0] == 400


def test_a_nul_in_the_name_of_a_field_is_left_out_as_one_in_its_value_is(
    rita: Person, sign_in: SignIn
) -> None:
    address = reverse("draft_save", args=[uuid.uuid4()], query={"form": "incident"})
    kind = "application/x-www-form-urlencoded"

    assert sign_in(rita).post(address, "ti%00tle=Rea%00ds", content_type=kind).status_code == 204
    assert Draft.objects.get().data == {"title": ["Reads"]}


def test_what_is_longer_than_we_read_is_refused_in_its_own_words(rita: Person, sign_in: SignIn) -> None:
    browser, address = sign_in(rita), reverse("tickets:report")
    page = browser.post(address, {"description": "x" * BEYOND})
    notice = browser.post(address, {"description": "x" * BEYOND}, headers={"HX-Request": "true"})

    for answer in (page, notice):
        assert answer.status_code == 413
        assert TOO_LONG in answer.content.decode()
    assert "<main" in page.content.decode()
    assert "<main" not in notice.content.decode()
    assert notice["HX-Retarget"] == "#notices"


def test_whoever_is_not_signed_in_reads_them_too(client: Client, db: None) -> None:
    answer = client.post(reverse("account_login"), {"login": "x" * BEYOND})

    assert answer.status_code == 413
    assert TOO_LONG in answer.content.decode()
