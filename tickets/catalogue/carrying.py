"""Taking what was said over to another version of a form: a draft that lay open, a request that is ordered again.

Here everything is as the form sends it: lists of text, by name on the form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from tickets.catalogue.answers import initial_from, refit
from tickets.catalogue.definitions import PREFIX, has_options, label_of, options_of
from tickets.models import ItemField, ItemVersion, ServiceRequest, text_in

VERSION = "_version"
"""Which version a form was filled in with (primary key), on the form and in its draft."""
LEFT = "_left"
"""What has no place in the form any more, as text to copy; likewise."""

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed as far as it fits; the questions that are gone or no longer take it; those that are new."""

    typed: dict[str, list[str]]
    gone: list[str]
    new: list[str]


def version_in(typed: Typed) -> int | None:
    """The version that something was typed into; None where that is not said."""
    stated = "".join(typed.get(VERSION, []))
    return int(stated) if stated.isdecimal() and len(stated) < 19 else None


def carry_typed(typed: Typed, old: ItemVersion, new: ItemVersion) -> Carried:
    """Take what was typed into one version over to another. Whatever does not fit goes to ``LEFT``."""
    before, after = _by_name(old), _by_name(new)
    kept = {name: list(values) for name, values in typed.items() if not name.startswith(PREFIX)}
    rest, unfit = [], []
    for name, values in _answers(typed, before):
        was, now = before.get(name), after.get(name)
        if was and now and was.kind == now.kind and _offered(now, values):
            kept[name] = list(values)
        elif any(value.strip() for value in values):
            unfit.append(text_in(was, "label") if was else name.removeprefix(PREFIX))
            rest.append(f"{unfit[-1]}: {_readable(was, values)}")
    gone = [text_in(field, "label") for name, field in before.items() if not _same(after.get(name), field)]
    return _carried(kept, rest, [*dict.fromkeys([*gone, *unfit])], old, new)


def carry_request(request: ServiceRequest, new: ItemVersion) -> Carried:
    """Take the answers of a request over to the form of today."""
    old = request.item_version
    answers, rest = refit(request.answers, old, new)
    typed = {name: _as_typed(value) for name, value in initial_from(answers, new).items()}
    typed |= {
        "title": [request.title],
        "organization": [str(request.organization_id)],
        "requester": [str(request.reporter_id)],
    }
    labels = {field.name: text_in(field, "label") for field in old.fields_in_order()}
    unfit = [labels.get(name, name) for name in request.answers if name not in answers]
    return _carried(typed, rest, unfit, old, new)


def as_text(typed: Typed, version: ItemVersion) -> str:
    """What was typed, as text to copy: a line for each question that has an answer."""
    fields = _by_name(version)
    lines = [
        f"{text_in(fields[name], 'label') if name in fields else name.removeprefix(PREFIX)}: "
        f"{_readable(fields.get(name), values)}"
        for name, values in _answers(typed, fields)
        if any(value.strip() for value in values)
    ]
    return "\n".join([*typed.get("title", []), *lines, *typed.get(LEFT, [])])


def _carried(
    typed: dict[str, list[str]], rest: Sequence[str], gone: list[str], old: ItemVersion, new: ItemVersion
) -> Carried:
    before = _by_name(old)
    asked_now = [text_in(field, "label") for name, field in _by_name(new).items()
                 if not _same(before.get(name), field)]  # fmt: skip
    left = "\n".join([*typed.get(LEFT, []), *rest]).strip()
    return Carried(typed | {VERSION: [str(new.pk)], LEFT: [left] if left else []}, gone, asked_now)


def _answers(typed: Typed, fields: Mapping[str, ItemField]) -> list[tuple[str, Sequence[str]]]:
    """What was typed into the item's questions, in their order; what no question asks for comes last."""
    order = {name: number for number, name in enumerate(fields)}
    given = [(name, values) for name, values in typed.items() if name.startswith(PREFIX)]
    return sorted(given, key=lambda answer: (order.get(answer[0], len(order)), answer[0]))


def _by_name(version: ItemVersion) -> dict[str, ItemField]:
    return {f"{PREFIX}{field.name}": field for field in version.fields_in_order()}


def _same(one: ItemField | None, other: ItemField) -> bool:
    return one is not None and one.kind == other.kind


def _offered(field: ItemField, values: Sequence[str]) -> bool:
    """Can these be chosen? What is typed freely is checked when it is sent."""
    if not has_options(field):
        return True
    return {value for value in values if value} <= {option.value for option in options_of(field)}


def _readable(field: ItemField | None, values: Sequence[str]) -> str:
    if field is None or not has_options(field):
        return "; ".join(values)
    return "; ".join(label_of(options_of(field), value) for value in values)


def _as_typed(value: Any) -> list[str]:
    """An initial value of the form, as the form would send it."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, datetime):
        return [timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")]
    return [str(value)]
