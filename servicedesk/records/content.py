"""What a file really is: an allow list of kinds, each checked by looking inside.

No HTML and no SVG (PROMISES, Security): a browser could run them. Text kinds must be text, and
must not begin like a page. Pictures must decode; office files must be the archive they claim.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from servicedesk.records.refusals import Unusable

_PAGE_MARKS = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<iframe", b"<body")
_BEFORE_THE_ROOT = re.compile(
    rb"\A(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>\[]*+(?:\[.*?\])?\s*+>)*", re.S | re.I
)
"""White space, declarations, comments and foreign document types: what may stand before a page's first tag.

What was taken once is not given back: a document type that never ends would be tried at each of its spaces.
"""
_ARCHIVES = frozenset({".docx", ".xlsx", ".pptx", ".zip"})
_MOST_MEMBERS = 10_000
_ENTRY = b"PK\x01\x02"
"""What each entry of an archive's directory begins with."""


def _picture(*formats: str) -> Callable[[IO[bytes]], bool]:
    def check(stream: IO[bytes]) -> bool:
        try:
            with Image.open(stream, formats=formats) as image:
                image.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            return False
        return True

    return check


def _archive(*members: str) -> Callable[[IO[bytes]], bool]:
    def check(stream: IO[bytes]) -> bool:
        try:
            with zipfile.ZipFile(stream) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError):
            return False
        return all(any(name.startswith(member) for name in names) for member in members)

    return check


def _is_crowded(stream: IO[bytes]) -> bool:
    """Are there more files in an archive than we read? Found without reading its directory.

    The number that an archive gives of itself may be wrong, so the beginnings of entries are counted,
    wherever they lie.
    """
    found, before = 0, b""
    while chunk := stream.read(1024 * 1024):
        found += (before + chunk).count(_ENTRY)
        before = chunk[1 - len(_ENTRY) :]
    return found > _MOST_MEMBERS


def _pdf(stream: IO[bytes]) -> bool:
    return b"%PDF-" in stream.read(1024)


def _text(stream: IO[bytes]) -> bool:
    head = stream.read(65536)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, as Excel's "Unicode text" writes it
        head = head.decode("utf-16", "ignore").encode()
    if b"\x00" in head:
        return False
    start = _BEFORE_THE_ROOT.sub(b"", head.removeprefix(b"\xef\xbb\xbf"), count=1).lower()
    return not start.startswith(_PAGE_MARKS)


_KINDS: dict[str, tuple[str, Callable[[IO[bytes]], bool]]] = {
    ".png": ("image/png", _picture("PNG")),
    ".jpg": ("image/jpeg", _picture("JPEG")),
    ".jpeg": ("image/jpeg", _picture("JPEG")),
    ".gif": ("image/gif", _picture("GIF")),
    ".webp": ("image/webp", _picture("WEBP")),
    ".pdf": ("application/pdf", _pdf),
    ".txt": ("text/plain", _text),
    ".log": ("text/plain", _text),
    ".csv": ("text/csv", _text),
    ".tsv": ("text/tab-separated-values", _text),
    ".json": ("application/json", _text),
    ".xml": ("application/xml", _text),
    ".eml": ("message/rfc822", _text),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _archive("[Content_Types].xml", "word/"),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _archive("[Content_Types].xml", "xl/"),
    ),
    ".pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _archive("[Content_Types].xml", "ppt/"),
    ),
    ".zip": ("application/zip", _archive()),
}

EXTENSIONS = tuple(_KINDS)


def content_type(name: str, stream: IO[bytes]) -> str:
    """The media type of a file, when its name and its content agree on an allowed one.

    Leaves the stream at its start. Raises Unusable, saying what to do.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in _KINDS:
        raise Unusable(
            _(
                "“%(name)s” is a kind of file we do not take. Send it as PDF, picture, text, CSV, Office file or ZIP."
            )
            % {"name": name}
        )
    media_type, check = _KINDS[suffix]
    stream.seek(0)
    if suffix in _ARCHIVES and _is_crowded(stream):
        raise Unusable(
            _("There are more than %(most)s files in “%(name)s”. Split it into several archives.")
            % {"most": f"{_MOST_MEMBERS:,}", "name": name}
        )
    stream.seek(0)
    genuine = check(stream)
    stream.seek(0)
    if not genuine:
        raise Unusable(
            _(
                "“%(name)s” does not contain what its ending %(suffix)s says. Save it in that format, or rename it."
            )
            % {"name": name, "suffix": suffix}
        )
    return media_type
