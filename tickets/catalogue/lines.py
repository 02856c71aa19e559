"""Lists that were pasted or come from a CSV file: an entry on a line, or several, checked one by one."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST_ENTRY = 254
SAID = 10
"""Errors that are told one by one; the rest is counted."""
_SEPARATORS = re.compile(r"[,;\t]")
_HEADINGS = frozenset({"sdp", "sdp id", "sdp_id", "usdp", "usdp id", "usdp_id", "id"})
_MARGIN = " \r\u00a0\ufeff\"'"


class LineError(NamedTuple):
    """What is wrong on a line (counted from 1, empty ones too), in words that say how to fix it."""

    line: int
    words: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(words)s") % {"line": self.line, "words": self.words}


class Lines(NamedTuple):
    """The good entries in order, and what is wrong with the others."""

    values: list[str]
    errors: list[LineError]


def read_lines(text: str, pattern: str, most: int | None = None, *, words: str = "") -> Lines:
    """Entries that match a pattern, separated by line ends, commas, semicolons or tabs.

    ``words`` say how to fix one that does not match; a heading on the first line is passed over.
    Raises re.error for what is no pattern.
    """
    fits = re.compile(pattern).fullmatch
    return _read(text, lambda entry: bool(fits(entry)), words or _("Check how it is written."), most)


def read_emails(text: str, most: int | None = None) -> Lines:
    """E-mail addresses, likewise."""
    return _read(text, is_email, _("Write an address such as dana@utility.example."), most)


def is_email(text: str) -> bool:
    """Is it an e-mail address?"""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def summary(errors: Iterable[LineError]) -> list[str]:
    """The errors as sentences; beyond the first few, how many more there are."""
    sentences = [str(error) for error in errors]
    more = len(sentences) - SAID
    if more <= 0:
        return sentences
    rest = ngettext("And %(n)d more line is wrong.", "And %(n)d more lines are wrong.", more) % {"n": more}
    return [*sentences[:SAID], rest]


def _read(text: str, fits: Callable[[str], bool], words: str, most: int | None) -> Lines:
    found = Lines([], [])
    first: dict[str, int] = {}
    for line, entry in _entries(text):
        key = entry.casefold()
        if len(entry) > LONGEST_ENTRY or not fits(entry):
            found.errors.append(LineError(line, f"{_quoted(entry)} {words}"))
        elif key in first:
            found.errors.append(
                LineError(
                    line,
                    _("%(entry)s is on line %(first)d already. Take one of them out.")
                    % {"entry": _quoted(entry), "first": first[key]},
                )
            )
        elif most is not None and len(first) >= most:
            found.errors.append(
                LineError(
                    line,
                    _("The list is full with %(most)d. Put the rest in another request.") % {"most": most},
                )
            )
            break
        else:
            first[key] = line
            found.values.append(entry)
    return found


def _entries(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        for part in _SEPARATORS.split(line):
            entry = part.strip(_MARGIN)
            if entry and not (number == 1 and entry.casefold() in _HEADINGS):
                yield number, entry


def _quoted(entry: str) -> str:
    return _("“%(entry)s”") % {"entry": entry if len(entry) <= 40 else f"{entry[:40]}…"}
