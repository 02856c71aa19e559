"""Lists and tables that come as a file: text, whichever program wrote it."""

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servicedesk.records.refusals import Unusable

MOST = 2 * 1024 * 1024
"""Bytes: more than the longest list needs."""


def read_text(upload: UploadedFile) -> str:
    """The text of a CSV or TXT file. Raises Unusable, in words, for what is none or is too long."""
    name = upload.name or ""
    if (upload.size or 0) > MOST:
        raise Unusable(
            _("“%(name)s” is too long: a list may have up to %(most)s. Split it into several requests.")
            % {"name": name, "most": filesizeformat(MOST)}
        )
    text = _decoded(upload.read())
    if text is None:
        raise Unusable(
            _("“%(name)s” is not a text file. Save the list as CSV or TXT, then choose that file.")
            % {"name": name}
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str | None:
    """As text; None for what is none. Windows programs write UTF-16 with a mark, or an alphabet of their own."""
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None
