"""What pages load of Tabler, and how much all of it weighs."""

import gzip

from tests import styles
from tests.styles import KEPT, ROOT, WHOLE, trim

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
    sheets = [KEPT, ROOT / "static/css/desk.css"]
    scripts = [*(ROOT / "static/js").glob("*.js"), ROOT / "static/vendor/htmx/htmx.min.js"]

    for files, most in ((sheets, CSS), (scripts, JS)):
        assert sum(len(gzip.compress(one.read_bytes(), 9)) for one in files) <= most
