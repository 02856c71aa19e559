"""The pages that are written from tables say what the tables say."""

from servicedesk.lifecycles import BEGINS, DOCS, ENDS, lifecycles_page, lives, rules_table, with_rules


def test_the_page_of_lifecycles_is_fresh() -> None:
    assert (DOCS / "lifecycles.md").read_text() == lifecycles_page(), "Run: make lifecycles"


def test_the_table_of_who_is_told_is_fresh() -> None:
    page = (DOCS / "changes.md").read_text()
    assert page == with_rules(page), "Run: make lifecycles"
    assert f"{BEGINS}\n\n{rules_table()}\n\n{ENDS}" in page


def test_every_move_stands_on_the_page_with_its_parties() -> None:
    page = lifecycles_page()
    for life in lives():
        assert f"## {life.name}\n" in page
        for move in life.lifecycle:
            assert f"(`{move.name}`)" in page
