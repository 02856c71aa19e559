"""Text as it can be seen: without the characters that hide, or that turn what stands around them.

A title or a name that nobody can see, or that reads otherwise than it is, deceives whoever looks at a
list. In longer texts people paste what they found, so only what turns the direction is taken out.
"""

import re
import sys
import unicodedata

_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters, by their category, that are drawn as nothing."""
_HIDDEN = re.compile(
    "["
    + "".join(
        re.escape(char)
        for char in map(chr, range(1, sys.maxunicode + 1))  # a NUL is an error of its own
        if unicodedata.category(char) in {"Cc", "Cf"} or char in _BLANK
    )
    + "]"
)


def in_a_line(text: str) -> str:
    """A text of one line: its breaks are spaces, and nothing hidden is left."""
    return _HIDDEN.sub("", _BREAKS.sub(" ", text))


def in_lines(text: str) -> str:
    """A longer text, as it was typed but for what turns its direction. Nothing is left of one that nobody can see."""
    return _TURNING.sub("", text) if in_a_line(text).strip() or "\x00" in text else ""
