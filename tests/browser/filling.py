"""Filling in the catalogue's forms as people do: by the words beside the boxes."""

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.tickets.inventing import Invented
from tickets.catalogue.definitions import label_of, options_of
from tickets.catalogue.fields import FEW
from tickets.models import FieldKind, ItemField, ItemVersion


def fill_in(page: Page, version: ItemVersion, given: Invented, *, file: Path, scripts: bool = True) -> None:
    """Answer what is asked, from top to bottom. With scripts, a question shows itself once it is asked."""
    asked = {one.name for one in given.shown}
    conditional = [one for one in version.fields_in_order() if one.show_field]
    if scripts:
        for one in conditional:
            expect(_place(page, one)).to_be_hidden()
    for one in given.shown:
        if one.kind == FieldKind.FILE:
            if given.needs_file:
                attach(page, file, scripts=scripts)
        elif typed := given.typed.get(f"f_{one.name}"):
            _answer(page, one, typed)
    for one in conditional:
        if scripts:
            expect(_place(page, one)).to_be_visible(visible=one.name in asked)
        else:
            expect(_place(page, one)).to_contain_text("Only when")


def attach(page: Page, file: Path, *, scripts: bool = True) -> None:
    """Give the form a file; with scripts it is sent at once."""
    page.locator("#id_files_request").set_input_files(file)
    if scripts:
        expect(page.locator(".file-row[data-remove-url]")).to_contain_text(file.name)


def send_request(page: Page) -> str:
    """From the filled form over the page that shows it again. Answers the reference."""
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Check your request before you send it")).to_be_visible()
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_role("heading", name="Your request is with the service desk")).to_be_visible()
    return page.locator(".confirmation-ref").inner_text()


def label(one: ItemField) -> str:
    """What stands beside the box."""
    return one.label if one.required else f"{one.label} (optional)"


def _answer(page: Page, one: ItemField, typed: Sequence[str]) -> None:
    """Type, choose or tick."""
    if one.kind == FieldKind.PERSON:
        page.get_by_label(label(one), exact=True).select_option(typed[0])
    elif one.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE, FieldKind.ENVIRONMENT}:
        _choose(page, one, [label_of(options_of(one), value) for value in typed])
    elif one.kind == FieldKind.ORG_ID and page.locator(f"select#id_f_{one.name}").count():
        page.get_by_label(label(one), exact=True).select_option(typed[0])
    else:
        page.get_by_label(label(one), exact=True).fill(typed[0])


def _choose(page: Page, one: ItemField, options: Sequence[str]) -> None:
    """Of a few choices the card, of many the line of the list."""
    if one.kind != FieldKind.MULTI_CHOICE and not (one.required and len(options_of(one)) <= FEW):
        page.get_by_label(label(one), exact=True).select_option(label=options[0])
        return
    cards = page.get_by_role("group", name=re.compile(f"^{re.escape(label(one))}"))
    for option in options:
        cards.get_by_label(option, exact=True).check()


def _place(page: Page, one: ItemField) -> Locator:
    """The part of the form that is shown only under its condition: the uploader, for files."""
    if one.kind == FieldKind.FILE:
        return page.locator("[data-show-field]").filter(has=page.locator("#id_files_request"))
    return page.locator("[data-show-field]").filter(has=page.locator(f"[name='f_{one.name}']"))
