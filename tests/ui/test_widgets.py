"""A widget that is drawn in Python reads as Django's own template would have it."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html

from servicedesk.ui.forms import DeskRenderer

COLOURS = [("", "None"), ("r", 'Red & "hot"'), (7, "<b>Seven</b>")]
GROUPED = [("Warm", COLOURS[1:]), ("", "None"), ("Cold", [("b", "Blue")])]
ATTRIBUTES = {"class": "form-select", "id": "a'b", "size": 6, "data-focus": True, "disabled": False}


@pytest.mark.parametrize("value", [None, "", "r", 7, 'say "no" & <go>'])
@pytest.mark.parametrize(
    "widget",
    [
        forms.Select(choices=COLOURS),
        forms.Select(choices=GROUPED),
        forms.SelectMultiple(choices=COLOURS),
        forms.TextInput(),
        forms.NumberInput(),
        forms.EmailInput(),
        forms.HiddenInput(),
    ],
    ids=lambda widget: type(widget).__name__,
)
def test_the_markup_is_djangos(widget: forms.Widget, value: object) -> None:
    ours = widget.render("colour", value, ATTRIBUTES, DeskRenderer())

    assert parse_html(ours) == parse_html(widget.render("colour", value, ATTRIBUTES, DjangoTemplates()))
