"""What people write is read in a time that grows with its length, whatever letters they choose."""

from collections.abc import Callable, Iterator

import pytest

from servicedesk.records.files import clean_name
from servicedesk.records.markup import in_one_line, to_html
from servicedesk.records.search import reference_in, words_in
from tests.support.growth import grows_evenly
from tickets.admin.hours import read_hours
from tickets.areas import Areas
from tickets.catalogue.lines import read_emails, read_lines
from tickets.catalogue.tables import read_rows
from tickets.models import AreaRule
from tickets.problem_matching import telling
from tickets.writing.second_look import speaks_of_a_file
from tickets.writing.variables import variables_in

HALF, WHOLE = 20_000, 40_000
AREAS = Areas([AreaRule(area="reads", words="meter read\nVEE")])
READERS: dict[Callable[[str], object], str] = {
    to_html.__wrapped__: "*a `a [a]( ~~a",
    in_one_line: "_ * ` | # > -",
    reference_in: "INC-",
    words_in: "a _",
    clean_name: ". / \u200b",
    variables_in: "{{ {{a }}",
    speaks_of_a_file: "> attached en",
    telling: "a 1 _",
    AREAS.area_of: "meter V",
    read_emails: "a@ a@a. , @",
    lambda text: read_lines(text, r"\d{5}"): "1 , ;",
    lambda text: read_rows(text, ()): '" , "" ;',
}
"""Everything that reads people's text, and the pieces that it looks for."""


def made_hard(pieces: str) -> Iterator[tuple[str, str]]:
    """Each piece over and over, and what ends no word: short and long texts, with a letter at both ends or none."""
    for piece in [*pieces.split(), "\n", " ", "\t", "\n "]:
        half, whole = ((piece * size)[:size] for size in (HALF, WHOLE))
        yield half, whole
        yield f"a{half}a", f"a{whole}a"


@pytest.mark.parametrize("read", READERS)
def test_twice_as_much_text_takes_about_twice_as_long(read: Callable[[str], object]) -> None:
    uneven = [half[:8] for half, whole in made_hard(READERS[read]) if not grows_evenly(read, half, whole)]

    assert uneven == []


def test_the_hours_of_a_day_too() -> None:
    def read(text: str) -> None:
        with pytest.raises(Exception, match="cannot be read"):
            read_hours(text, "Monday")

    assert grows_evenly(read, f"8{' ' * HALF}x", f"8{' ' * WHOLE}x")
