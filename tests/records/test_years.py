"""No form takes a day at the end, or the beginning, of time: other zones and later days do not have it."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from changes.forms_deciding import ConsultForm
from servicedesk.ui.forms import DeskForm
from tests.conftest import key
from tickets.catalogue.fields import DayField, LimitedMomentField
from tickets.forms import MomentField
from tickets.models import Incident
from tickets.workspace.forms import SnoozeForm

WORDS = ["Choose a year from 2000 to 2099."]
ENDS_OF_TIME = ("9999-12-31", "2100-01-01", "1999-12-31", "0001-01-01")
ZONES = ("America/Toronto", "Asia/Tokyo")


class Form(DeskForm):
    """Every kind of field that takes a day or a moment."""

    day = forms.DateField()
    moment = forms.DateTimeField()
    ours = MomentField()
    of_a_request = DayField(earliest=None, latest=None)
    moment_of_a_request = LimitedMomentField(earliest=None, latest=None)


def said_of(day: str, time: str) -> dict[str, list[str]]:
    """The form's errors where that is typed into every field."""
    typed = {name: f"{day}{time if 'moment' in name or name == 'ours' else ''}" for name in Form.base_fields}
    return {name: list(errors) for name, errors in Form(typed).errors.items()}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", ENDS_OF_TIME)
def test_a_year_of_another_century_is_refused_in_words(day: str, zone: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        for time in ("T12:00", "T12:00Z"):
            assert said_of(day, time) == dict.fromkeys(Form.base_fields, WORDS)
        assert said_of("2099-12-31", "T12:00") == {}


def test_the_first_and_the_last_minute_of_all_too() -> None:
    for moment in (
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "9999-12-31T23:59-23:59",
        "0001-01-01T00:00+23:59",
    ):
        assert SnoozeForm({"choice": "moment", "moment": moment}).errors == {"moment": WORDS}


def test_a_consultation_ends_in_our_time() -> None:
    form = ConsultForm({"version": 1, "closes_on": "9999-12-31"}, earliest=date(2027, 3, 19))

    assert form.errors == {"closes_on": WORDS}


def test_the_page_says_so(
    incident: Callable[..., Incident], ann: Person, sign_in: Callable[[Person], Client]
) -> None:
    address = f"/tickets/{incident().reference}/snooze/"
    answer = sign_in(ann).post(
        address, {"choice": "moment", "moment": "9999-12-31T23:59", "request_id": key()}
    )

    assert (answer.status_code, WORDS[0] in answer.content.decode()) == (422, True)
