"""Looking inside a file is over soon, whatever somebody put there."""

import io
import re
import struct
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.records.content import content_type
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft
from servicedesk.records.refusals import TooMany, Unusable
from tests.conftest import NOON
from tests.support.growth import grows_evenly

PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<iframe", b"<body")
PATIENT = re.compile(
    rb"\A(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?\s*>)*", re.S | re.I
)
"""What may stand before a page, found by trying everything: right, and slow."""
BEGINNINGS = (b"", b"<!DOCTYPE", b"<!DOCTYPE [", b"<!DOCTYPE []", b"<!--", b"<?")
AWKWARD = (
    b" ",
    b"\n",
    b"[",
    b"]",
    b"] ",
    b"[]",
    b"<!--",
    b"<?",
    b"<!DOCTYPE",
    b"<!DOCTYPE ",
    b"<!DOCTYPE []>",
)
PIECES = st.sampled_from([*AWKWARD, b"-->", b"?>", b">", b" html", b"<svg", b"<html", b"x"])


def is_text(content: bytes) -> bool:
    """Is it taken as text?"""
    try:
        return content_type("reads.xml", io.BytesIO(content)) == "application/xml"
    except Unusable:
        return False


@given(st.lists(PIECES, max_size=10).map(b"".join))
def test_the_same_is_a_page_as_when_everything_is_tried(content: bytes) -> None:
    assert is_text(content) is not PATIENT.sub(b"", content, count=1).lower().startswith(PAGES)


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("piece", AWKWARD)
def test_a_text_of_awkward_pieces_takes_no_longer_than_it_is(beginning: bytes, piece: bytes) -> None:
    def made_of(size: int) -> bytes:
        return (beginning + piece * size)[:size]

    assert grows_evenly(is_text, made_of(32_768), made_of(65_536))


def archive(members: int, *, said: int) -> bytes:
    """A ZIP file of so many empty files, which says it has so many."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(members):
            made.writestr(zipfile.ZipInfo(f"{number}"), b"")
    content = bytearray(stream.getvalue())
    struct.pack_into("<HH", content, len(content) - 14, said, said)
    return bytes(content)


def test_an_archive_of_too_many_files_is_refused_before_they_are_listed() -> None:
    full = archive(10_000, said=10_000)
    assert content_type("all.zip", io.BytesIO(full)) == "application/zip"

    for said in (10_001, 1):  # it may lie about itself
        with pytest.raises(Unusable, match=r"more than 10,000 files in “all\.zip”\. Split it"):
            content_type("all.zip", io.BytesIO(archive(10_001, said=said)))


@pytest.fixture
def try_file(rita: Person) -> Callable[[str, bytes], object]:
    """Rita tries to put a file into her message."""
    draft: Draft = Draft.objects.create(person=rita, form="message", created_at=NOON, updated_at=NOON)
    return lambda name, content: attach_to_draft(SimpleUploadedFile(name, content), draft, by=rita, at=NOON)


def test_nothing_is_locked_while_a_file_is_looked_at(try_file: Callable[[str, bytes], object]) -> None:
    with CaptureQueriesContext(connection) as asked, pytest.raises(Unusable, match="does not contain"):
        try_file("page.txt", b"<html>")

    assert len(asked) == 0


def test_tries_that_failed_count_too(try_file: Callable[[str, bytes], object], settings: Settings) -> None:
    settings.UPLOADS_PER_HOUR = 2
    for _time in range(4):
        with pytest.raises(Unusable, match="does not contain"):
            try_file("page.txt", b"<html>")

    with pytest.raises(TooMany, match="2 files in an hour is the most we take"):
        try_file("page.txt", b"<html>")
