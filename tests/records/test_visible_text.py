"""What cannot be seen is no title and no name, and nothing turns what stands around it."""

import pytest
from django import forms
from django.http import QueryDict

from accounts.person_names import NamesAPerson
from servicedesk.ui.forms import DeskForm


class Form(DeskForm):
    """A title and a text, and what is not to be touched."""

    title = forms.CharField()
    text = forms.CharField(widget=forms.Textarea)
    carried = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)


def cleaned(prefix: str | None = None, **typed: str) -> tuple[dict[str, str], set[str]]:
    """What is taken, and which fields are missing."""
    query = QueryDict(mutable=True)
    query.update({f"{prefix}-{name}" if prefix else name: text for name, text in typed.items()})
    form = Form(query, prefix=prefix)
    missing = {name for name, errors in form.errors.as_data().items() if errors[0].code == "required"}
    return form.cleaned_data, missing


TITLES = [
    ("BQ\u202e responses\u200b", "BQ responses"),
    ("\ufeffReads\u2066\x07", "Reads"),
    ("Reads\r\nof March\u2028now", "Reads of March now"),
    ("Relevés à l’été 字 🙂", "Relevés à l’été 字 🙂"),
]


@pytest.mark.parametrize(("typed", "kept"), TITLES)
@pytest.mark.parametrize("prefix", [None, "one"])
def test_a_title_is_kept_as_it_is_seen(typed: str, kept: str, prefix: str | None) -> None:
    assert cleaned(prefix, title=typed, text="x")[0]["title"] == kept
    assert Form({"title": typed, "text": "x"}).errors == {}


@pytest.mark.parametrize("nothing", ["\u200b", "\u202e", " \u2060\ufeff ", "\u3164", "\u2800", "\n"])
def test_what_nobody_can_see_is_missing(nothing: str) -> None:
    assert cleaned(title=nothing, text=nothing)[1] == {"title", "text"}


def test_a_longer_text_keeps_its_lines_and_loses_what_turns_it() -> None:
    said = "One\n\ttwo\u200b \u202ethree\u2069"
    taken, _missing = cleaned(title="x", text=said, carried=" a\nb", password="\u200bsecret\u202e")

    assert taken["text"] == "One\n\ttwo\u200b three"
    assert taken["carried"] == " a\nb"
    assert taken["password"] == "\u200bsecret\u202e"


def test_a_nul_is_refused_as_before() -> None:
    assert set(Form({"title": "a\x00", "text": "\x00"}).errors) == {"title", "text"}


class Named(NamesAPerson, DeskForm):
    """Who somebody is."""

    name = forms.CharField()


@pytest.mark.parametrize(
    "name",
    [
        "MDM/R Service Desk",
        "The service desk",
        "service-desk",
        "S\u200bervice  Desk",
        "ＭＤＭ/Ｒ",
        "SME Service Desk",
    ],
)
def test_nobody_is_called_as_the_desk_is(name: str) -> None:
    assert "is what the desk is called. Enter the person’s own name" in str(Named({"name": name}).errors)


@pytest.mark.parametrize("name", ["Theo Desker", "Lakeshore Service Desk", "The", "李"])
def test_anybody_else_is_called_as_they_like(name: str) -> None:
    assert Named({"name": name}).errors == {}
