"""What people call the names that mechanisms go by: kinds of events, due rows, jobs and effects.

They are no choices of a field: each app makes its own, and gives them words here, in its admin.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.utils.functional import Promise

_words: dict[str, str | Promise] = {}


def call(names: Mapping[str, str | Promise]) -> None:
    """Give names their words. An app's admin does it once for each of its tables."""
    _words.update(names)


def called(name: str) -> str:
    """What people call it; itself where no app gave it words."""
    return str(_words.get(name, name))


class ByName(admin.AllValuesFieldListFilter):
    """A filter by the names that there are, each in words."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": called(str(choice["display"]))}
