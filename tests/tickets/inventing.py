"""Answers to any form of the catalogue, made up from its questions alone, as somebody would give them.

What is stored of an answer is written down here by hand, not asked of the form, so that the two are
held to each other.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Person
from tickets.catalogue.conditions import asked
from tickets.catalogue.definitions import (
    Column,
    options_of,
    read_choices,
    read_columns,
    sdp_pattern,
)
from tickets.models import FieldKind, ItemField, ItemVersion

ZONE = ZoneInfo("America/Toronto")
LINES = ("Dana Wu", "416 555 0142", "LAKE1", "2027-04", "A1B2C3")
"""One of these fits a line of text, whatever its pattern."""
IDS = ("10045822", "10045823", "USDP-10045824", "A1B2C3D4E5")
"""Some of these fit a list, whatever its pattern."""
EMAILS = ("dana.wu@utility.example", "paul.roy@utility.example")
Choose = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Invented:
    """Answers as the browser sends them (by name on the form), and as they are stored.

    ``typed`` has an answer to what is not asked too: without scripts the page shows that as well.
    ``shown`` are the questions that are asked; ``needs_file`` says whether one of them wants a file.
    """

    typed: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    shown: list[ItemField] = field(default_factory=list)
    needs_file: bool = False


def invent(
    version: ItemVersion,
    *,
    people: Sequence[Person],
    org_ids: Sequence[str],
    today: date,
    choose: Choose | None = None,
    optional: bool = True,
) -> Invented:
    """Answer a form. ``choose`` says which of some choices is taken; otherwise it is the first.

    People are chosen in the order in which they are given; without ``optional`` only what has to be
    answered is.
    """
    questions, choose, who = version.fields_in_order(), choose or {}, iter(people)
    given = {
        one.name: _answer(one, who, org_ids, today, choose)
        for one in questions
        if one.kind != FieldKind.FILE and (one.required or optional)
    }
    wanted = asked(questions, {name: stored for name, (_typed, stored) in given.items()})
    shown = [one for one in questions if one.name in wanted]
    return Invented(
        typed={f"f_{name}": typed for name, (typed, _stored) in given.items()},
        answers={name: stored for name, (_typed, stored) in given.items() if name in wanted},
        shown=shown,
        needs_file=any(one.kind == FieldKind.FILE and (one.required or optional) for one in shown),
    )


def roads(version: ItemVersion) -> list[dict[str, str]]:
    """What to choose so that on one road or another each question of the form is asked."""
    questions = {one.name: one for one in version.fields_in_order()}
    deciding = {one.show_field for one in questions.values() if one.show_field}
    return [{name: option.value} for name in sorted(deciding) for option in options_of(questions[name])] or [
        {}
    ]


def _answer(
    one: ItemField, who: Iterator[Person], org_ids: Sequence[str], today: date, choose: Choose
) -> tuple[list[str], Any]:
    """As the browser sends it, and as it is stored."""
    match FieldKind(one.kind):
        case FieldKind.TEXT:
            line = next(text for text in LINES if re.fullmatch(one.pattern or ".*", text))
            return [line], line
        case FieldKind.LONG_TEXT:
            text = f"{one.label}\nAs agreed on the phone: “three of forty”, no more."[: one.most or 200]
            return [text], text
        case FieldKind.CHOICE | FieldKind.ENVIRONMENT:
            value = choose.get(one.name, options_of(one)[0].value)
            return [value], value
        case FieldKind.MULTI_CHOICE:
            values = [option.value for option in read_choices(one.choices)]
            return values, values
        case FieldKind.DATE:
            day = _day(one, today).isoformat()
            return [day], day
        case FieldKind.DATETIME:
            moment = datetime.combine(_day(one, today), time(10, 30), tzinfo=ZONE)
            return [moment.strftime("%Y-%m-%dT%H:%M")], moment.astimezone(UTC).isoformat()
        case FieldKind.ORG_ID:
            code = org_ids[0] if org_ids else "LAKE1"
            return [code], code
        case FieldKind.PERSON:
            person = next(who)
            return [str(person.pk)], {"id": person.pk, "name": person.name}
        case FieldKind.EMAIL:
            return [EMAILS[0]], EMAILS[0]
        case FieldKind.EMAILS:
            return ["\n".join(EMAILS)], list(EMAILS)
        case FieldKind.SDP_LIST:
            pattern, _words = sdp_pattern(one)
            ids = [text for text in IDS if re.fullmatch(pattern, text)]
            assert ids, f"Add an ID to IDS that matches {pattern}."
            return [", ".join(ids)], ids
        case FieldKind.TABLE:
            return _table(read_columns(one.columns), today)
    raise AssertionError(f"Say here how a question for {one.kind} is answered.")


def _day(one: ItemField, today: date) -> date:
    """In three days if that is possible; else as near to it as is."""
    earliest = today + timedelta(days=one.earliest_days if one.earliest_days is not None else -36500)
    latest = today + timedelta(days=one.latest_days if one.latest_days is not None else 36500)
    return max(earliest, min(latest, today + timedelta(days=3)))


def _table(columns: Sequence[Column], today: date) -> tuple[list[str], list[dict[str, str]]]:
    """Two rows below no heading: choices by their English name, as people write them."""
    typed, stored = [], []
    for number in range(2):
        cells = [_cell(column, number, today) for column in columns]
        typed.append(",".join(said for said, _kept in cells))
        stored.append({column.name: kept for column, (_said, kept) in zip(columns, cells, strict=True)})
    return ["\n".join(typed)], stored


def _cell(column: Column, number: int, today: date) -> tuple[str, str]:
    """What is typed into a cell, and what is stored of it."""
    if column.options:
        option = column.options[number % len(column.options)]
        return option.label, option.value
    said = {"email": EMAILS[number], "date": today.isoformat()}.get(
        column.kind, f"{column.label} {number + 1}"
    )
    return (f'"{said}"' if "," in said else said), said
