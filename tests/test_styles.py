"""What pages load of Tabler, and how much all of it weighs."""

import gzip
import re
from pathlib import Path

import pytest

from tests import styles
from tests.styles import KEPT, ROOT, WHOLE, trim

DESK = ROOT / "static/css/desk.css"
_BRACKETS = re.compile(r":([\w-]+)\(([^()]*)\)")
CSS, JS = 90_000, 75_000
"""Bytes, gzipped: the budget of the promises."""


def test_the_stylesheet_is_what_the_pages_use_today() -> None:
    assert KEPT.read_text() == trim(WHOLE.read_text(), styles.words()) + "\n", "Run: make styles"


def test_a_rule_stays_as_long_as_a_page_can_need_it() -> None:
    css = (
        "a{color:red}.btn,.gone{x:1}.btn .gone{x:2}.btn:not(.gone){x:3}"
        "@media (min-width:1px){.gone{x:4}.row{x:5}}@media print{.gone{x:6}}@keyframes gone{to{x:7}}"
    )

    assert trim(css, frozenset({"btn", "row"})) == (
        "a{color:red}.btn{x:1}.btn:not(.gone){x:3}@media (min-width:1px){.row{x:5}}@keyframes gone{to{x:7}}"
    )


def test_styles_and_scripts_keep_to_their_budget() -> None:
    sheets = [KEPT, DESK]
    scripts = [*(ROOT / "static/js").glob("*.js"), ROOT / "static/vendor/htmx/htmx.min.js"]

    for files, most in ((sheets, CSS), (scripts, JS)):
        assert sum(len(gzip.compress(one.read_bytes(), 9)) for one in files) <= most


@pytest.mark.parametrize("sheet", [KEPT, DESK], ids=lambda path: path.stem)
def test_a_key_does_not_style_the_whole_page_anew(sheet: Path) -> None:
    """It does where ``:has()`` stands on the page itself, or somewhere above a part that names nothing."""
    assert [one for one in styles.all_selectors(sheet.read_text()) if _touches_everything(one)] == []


def test_what_touches_everything_is_known() -> None:
    costly = ["html:has(.bar)", "body:has(> .a) > .b", ".a:not(:has(> .b)) > :last-child", "tr:has(.c) > *"]
    cheap = [
        "tr:has(.c) > :is(th, td)",
        ".a:has(> :nth-child(5)) .b",
        ".a > *",
        ".a:has(.b)",
        "a:hover:has(.b)",
    ]

    assert list(filter(_touches_everything, costly + cheap)) == costly


def _touches_everything(selector: str) -> bool:
    while (plain := _BRACKETS.sub(_without_brackets, selector)) != selector:
        selector = plain
    parts = re.split(r"[ >+~]+", selector)
    asks = [part for part in parts if ":has" in part]
    names_nothing = re.sub(r":[\w:-]+", "", parts[-1]) in {"", "*"}
    return bool(asks) and (names_nothing or any(part.startswith(("html", "body", ":root")) for part in asks))


def _without_brackets(found: re.Match[str]) -> str:
    kind, inside = found.groups()
    if kind == "is":
        return "named"
    return f":{kind}:has" if ":has" in inside else f":{kind}"
