"""Which questions are asked, given the answers so far."""

from collections.abc import Mapping, Sequence
from typing import Any

from tickets.catalogue.definitions import show_values
from tickets.models import ItemField


def asked(fields: Sequence[ItemField], answers: Mapping[str, Any]) -> set[str]:
    """The names of the fields that are shown.

    One with a condition is shown where the field it names is shown itself and has one of the
    values; conditions that go round in a circle show nothing.
    """
    by_name = {field.name: field for field in fields}
    known: dict[str, bool] = {}

    def is_asked(name: str) -> bool:
        if name not in known:
            known[name] = False  # while it is being found out
            known[name] = _holds(by_name[name])
        return known[name]

    def _holds(field: ItemField) -> bool:
        if not field.show_field:
            return True
        if field.show_field not in by_name or not is_asked(field.show_field):
            return False
        return not _given(answers.get(field.show_field)).isdisjoint(show_values(field))

    return {name for name in by_name if is_asked(name)}


def _given(answer: Any) -> set[str]:
    """An answer's values: some for a list, one for a text, none for what was left empty."""
    if isinstance(answer, list | tuple | set):
        return {str(one) for one in answer}
    return {str(answer)} if answer not in (None, "") else set()
