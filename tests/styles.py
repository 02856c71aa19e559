"""Tabler's stylesheet, cut down to the rules that a page can use: ``make styles`` writes static/css/tabler.css.

Tabler is made for every kind of page, and two thirds of it would be sent for nothing. A rule stays when
each class in its selector is a word somewhere in the templates, scripts or code. That is more than the
pages use, never less: classes are written out everywhere, not put together.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import django
import tinycss2

ROOT = Path(__file__).parent.parent
WHOLE = ROOT / "static" / "vendor" / "tabler" / "tabler.min.css"
KEPT = ROOT / "static" / "css" / "tabler.css"
WRITTEN = [
    (ROOT / "templates", "*.html"),
    (ROOT / "static" / "js", "*.js"),
    *(
        (ROOT / app, "*.py")
        for app in ("servicedesk", "accounts", "tickets", "changes", "continuity", "training")
    ),
    (Path(django.__file__).parent / "forms", "*.html"),
    (Path(allauth.__file__).parent / "templates", "*.html"),
]
"""Where a class can be named: files of one kind below a folder."""
NO_CLASSES = {"steps"}
"""Words of our code that name no class of a page, and would bring rules of Tabler's that slow every page down."""
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_EITHER = re.compile(r":(not|is|where|has)\([^()]*\)")
"""Brackets that hold alternatives: they say nothing of what has to be there."""


def words() -> frozenset[str]:
    """Every word that stands where a class can be named."""
    texts = (path.read_text() for folder, kind in WRITTEN for path in folder.rglob(kind))
    return frozenset(word for text in texts for word in _WORD.findall(text)) - NO_CLASSES


def trim(css: str, used: frozenset[str]) -> str:
    """The rules of a stylesheet that can match something, in their order, as they are written."""
    return "".join(_kept(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), used))


def all_selectors(css: str) -> Iterator[str]:
    """Every selector of a stylesheet, also those for some screens alone."""
    yield from _in_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _in_rules(rules: list[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield from _selectors(rule.prelude)
        elif rule.type == "at-rule" and rule.at_keyword in {"media", "supports"}:
            yield from _in_rules(
                tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            )


def _kept(rules: list[Any], used: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        prelude = tinycss2.serialize(rule.prelude).strip() if hasattr(rule, "prelude") else ""
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if _can_match(one, used)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.at_keyword in {"media", "supports"}:
            inside = "".join(_kept(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), used))
            if inside:
                yield f"@{rule.at_keyword} {prelude}{{{inside}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: list[Any]) -> list[str]:
    """The selectors of a rule, which commas part; not the commas within brackets."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _can_match(selector: str, used: frozenset[str]) -> bool:
    return used.issuperset(_CLASS.findall(_EITHER.sub("", selector)))


if __name__ == "__main__":
    KEPT.write_text(trim(WHOLE.read_text(), words()) + "\n")
    print(f"{KEPT.relative_to(ROOT)}: {KEPT.stat().st_size:,} of {WHOLE.stat().st_size:,} bytes.")
