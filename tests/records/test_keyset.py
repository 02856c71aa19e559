"""Keyset pages: every row once, in order, in both directions, whatever the ties."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.keyset import Page, paginate
from tests.conftest import NOON

ORDERS = [("available_at", "id"), ("-available_at", "-id")]
minutes = st.lists(st.integers(0, 4), max_size=25)


def make(offsets: list[int]) -> None:
    """Rows at these minutes: many of them at the same one."""
    OutboxMessage.objects.bulk_create(
        OutboxMessage(key=str(number), effect="x", created_at=NOON, available_at=_at(offset))
        for number, offset in enumerate(offsets)
    )


def _at(offset: int) -> datetime:
    return NOON + timedelta(minutes=offset)


def page(by: tuple[str, str], size: int, after: str = "", before: str = "") -> Page:
    """One page of all rows."""
    return paginate(OutboxMessage.objects.all(), by=by, after=after, before=before, size=size)


def forwards(by: tuple[str, str], size: int) -> Iterator[Page]:
    """Page after page to the end."""
    found = page(by, size)
    yield found
    while found.older:
        found = page(by, size, after=found.older)
        yield found


class Walk(TestCase):
    """Every example is rolled back."""

    @given(offsets=minutes, size=st.integers(1, 7), by=st.sampled_from(ORDERS))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_walking_forwards_is_the_sorted_list(
        self, offsets: list[int], size: int, by: tuple[str, str]
    ) -> None:
        make(offsets)
        pages = list(forwards(by, size))

        walked = [row.pk for found in pages for row in found.rows]
        assert walked == list(OutboxMessage.objects.order_by(*by).values_list("pk", flat=True))
        assert all(len(found.rows) == size for found in pages[:-1])
        assert [bool(found.newer) for found in pages] == [number > 0 for number in range(len(pages))]

    @given(offsets=minutes, size=st.integers(1, 7), by=st.sampled_from(ORDERS))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_walking_back_shows_the_same_rows(
        self, offsets: list[int], size: int, by: tuple[str, str]
    ) -> None:
        make(offsets)
        *before_last, last = forwards(by, size)

        seen, found = [row.pk for row in last.rows], last
        while found.newer:
            found = page(by, size, before=found.newer)
            seen = [row.pk for row in found.rows] + seen
        assert seen == list(OutboxMessage.objects.order_by(*by).values_list("pk", flat=True))
        if before_last:
            assert found.older


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["made-up", "WyIyMDI3Il0:1abc:xyz", ":::", "\x00", "é" * 300, "[]"])
def test_a_cursor_that_is_not_ours_shows_the_first_page(cursor: str) -> None:
    make([3, 1, 2])

    assert [row.key for row in page(ORDERS[0], 2, after=cursor).rows] == ["1", "2"]


@pytest.mark.django_db
def test_a_page_holds_its_place_when_rows_come_in_before_it() -> None:
    make([1, 2, 3, 4])
    first = page(ORDERS[1], 2)
    OutboxMessage.objects.create(key="new", effect="x", created_at=NOON, available_at=_at(9))

    assert [row.key for row in page(ORDERS[1], 2, after=first.older).rows] == ["1", "0"]


@pytest.mark.django_db
def test_no_rows_are_one_empty_page() -> None:
    assert page(ORDERS[0], 10) == Page([], newer="", older="")
