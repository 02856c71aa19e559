"""Files: only allowed kinds, checked by looking inside; stored whole; handed out as downloads only."""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.records.content import EXTENSIONS
from servicedesk.records.files import attach_to_draft, clean_name, move_to_record, path_of, read_whole
from servicedesk.records.models import Attachment, Draft
from servicedesk.records.refusals import Unusable
from tests.conftest import NOON
from tickets.actions import reply
from tickets.models import Incident


def picture(kind: str) -> bytes:
    """A small true picture."""
    stream = io.BytesIO()
    Image.effect_noise((40, 40), 50).save(stream, kind)
    return stream.getvalue()


def archive(*names: str) -> bytes:
    """A ZIP file with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
PNG = picture("PNG")

GENUINE = [
    ("reads.png", PNG),
    ("reads.PNG", PNG),
    ("reads.jpg", picture("JPEG")),
    ("reads.jpeg", picture("JPEG")),
    ("reads.gif", picture("GIF")),
    ("reads.webp", picture("WEBP")),
    ("report.pdf", b"%PDF-1.7\n1 0 obj\n"),
    ("reads.txt", b"SDP 1001 has no reads."),
    ("reads.log", "2027-03-09 relevés manquants".encode()),
    ("reads.csv", b"sdp,read\n1001,12\n"),
    ("excel.csv", b"\xef\xbb\xbfsdp,read\n"),
    ("reads.tsv", b"sdp\tread\n"),
    ("reads.json", b'{"sdp": 1001}'),
    ("sync.xml", b'<?xml version="1.0"?><Synchronization/>'),
    ("thread.eml", b"From: rita@example.com\r\nSubject: reads\r\n\r\nHello"),
    ("letter.docx", archive("[Content_Types].xml", "word/document.xml")),
    ("sheet.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
    ("slides.pptx", archive("[Content_Types].xml", "ppt/presentation.xml")),
    ("all.zip", archive("reads.csv")),
]
HOSTILE = [
    ("page.html", HTML),
    ("page.htm", HTML),
    ("picture.svg", SVG),
    ("program.exe", EXE),
    ("script.js", b"alert(1)"),
    ("page.txt", HTML),
    ("page.csv", b"\xef\xbb\xbf  \r\n<HTML><body>"),
    ("page.xml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>'),
    ("picture.txt", SVG),
    ("picture.xml", SVG),
    ("declared.xml", b'<?xml version="1.0"?>' + SVG),
    ("commented.xml", b"<!-- a drawing -->" + SVG),
    ("page.png", HTML),
    ("picture.png", SVG),
    ("program.pdf", EXE),
    ("program.txt", EXE),
    ("late.pdf", bytes(2000) + b"%PDF-1.7"),
    ("jpeg.png", picture("JPEG")),
    ("cut.png", PNG[: len(PNG) // 2]),
    ("only-the-start.png", PNG[:8]),
    ("cut.jpg", picture("JPEG")[:20]),
    ("zip.docx", archive("reads.csv")),
    ("sheet.docx", archive("[Content_Types].xml", "xl/workbook.xml")),
    ("cut.zip", archive("reads.csv")[:20]),
    ("text.xlsx", b"sdp,read"),
    ("report.pdf.exe", b"%PDF-1.7"),
    ("report.pdf\u202e.exe", b"%PDF-1.7"),
    ("no-ending", b"text"),
    (".png", PNG),
    ("two.txt.html", b"text"),
]


def names(corpus: list[tuple[str, bytes]]) -> list[str]:
    """Test ids that any terminal can show."""
    return [name.encode("ascii", "backslashreplace").decode() for name, _content in corpus]


@pytest.fixture
def draft(rita: Person) -> Draft:
    """Rita's unsent message."""
    made: Draft = Draft.objects.create(person=rita, form="message", created_at=NOON, updated_at=NOON)
    return made


@pytest.fixture
def attach(draft: Draft, rita: Person) -> Callable[..., Attachment]:
    """Put a file into Rita's draft."""

    def go(name: str, content: bytes) -> Attachment:
        return attach_to_draft(SimpleUploadedFile(name, content), draft, by=rita, at=NOON)

    return go


@pytest.mark.parametrize(("name", "content"), GENUINE, ids=names(GENUINE))
def test_a_genuine_file_is_kept_whole(attach: Callable[..., Attachment], name: str, content: bytes) -> None:
    kept = attach(name, content)

    assert (kept.name, kept.size, kept.sha256) == (name, len(content), hashlib.sha256(content).hexdigest())
    assert read_whole(kept) == content


def test_every_allowed_kind_has_an_example() -> None:
    assert {f".{name.rpartition('.')[2].lower()}" for name, _content in GENUINE} == set(EXTENSIONS)


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=names(HOSTILE))
def test_what_could_run_or_is_not_what_it_says_is_refused(
    attach: Callable[..., Attachment], name: str, content: bytes
) -> None:
    with pytest.raises(Unusable):
        attach(name, content)
    assert not Attachment.objects.exists()


def test_a_polyglot_is_only_ever_a_download(
    attach: Callable[..., Attachment], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    both = attach("both.gif", picture("GIF") + HTML)
    answer = sign_in(rita).get(reverse("file_download", args=[both.public_id, both.name]))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_empty_file_is_refused(attach: Callable[..., Attachment]) -> None:
    with pytest.raises(Unusable, match="is empty"):
        attach("reads.txt", b"")


def test_a_file_of_26_megabytes_is_refused(attach: Callable[..., Attachment]) -> None:
    with pytest.raises(Unusable, match=r"is 26.0.MB. A file may have up to 25.0.MB"):
        attach("reads.txt", b"x" * 26 * 1024 * 1024)


def test_the_21st_file_is_one_too_many(attach: Callable[..., Attachment]) -> None:
    for number in range(20):
        attach(f"{number}.txt", b"reads")
    with pytest.raises(Unusable, match="one file too many: 20 is the most"):
        attach("20.txt", b"reads")


def test_a_draft_holds_so_much_and_no_more(attach: Callable[..., Attachment], settings: Settings) -> None:
    settings.RECORD_MAX_BYTES = 10
    attach("one.txt", b"123456")
    with pytest.raises(Unusable, match=r"more than 10.bytes together"):
        attach("two.txt", b"12345")
    attach("three.txt", b"1234")


def test_a_ticket_holds_so_much_over_all_its_messages(
    attach: Callable[..., Attachment],
    incident: Callable[..., Incident],
    rita: Person,
    draft: Draft,
    settings: Settings,
) -> None:
    settings.RECORD_MAX_BYTES = 10
    filed = incident()
    attach("one.txt", b"123456")
    reply(filed, "One.", by=rita, at=NOON, draft=draft)
    again = Draft.objects.create(person=rita, form="message", created_at=NOON, updated_at=NOON)
    attach_to_draft(SimpleUploadedFile("two.txt", b"12345"), again, by=rita, at=NOON)

    with pytest.raises(Unusable, match=r"more than 10.bytes together"):
        move_to_record(again, filed)
    assert Attachment.objects.get(name="two.txt").draft == again


NAMES = [
    ("../../etc/passwd.txt", "passwd.txt"),
    ("C:\\Users\\rita\\reads.csv", "reads.csv"),
    ("reads\u202egpj.exe.txt", "readsgpj.exe.txt"),
    ("re\x00ads\r\n.txt", "reads.txt"),
    ("  reads.txt. ", "reads.txt"),
    ("\u200breads\ufeff.txt", "reads.txt"),
    ("Rele\u0301ve\u0301.txt", "Relévé.txt"),
    ("..", "file"),
    ("///", "file"),
    ("x" * 300 + ".csv", "x" * 196 + ".csv"),
]


@pytest.mark.parametrize(("given_name", "kept"), NAMES, ids=range(len(NAMES)))
def test_a_name_loses_what_is_not_a_name(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text(max_size=400))
def test_whatever_it_was_a_name_fits_and_shows_what_it_is(given_name: str) -> None:
    kept = clean_name(given_name)

    assert 0 < len(kept) <= 200
    assert not {"/", "\\"} & set(kept)
    assert all(unicodedata.category(char)[0] != "C" for char in kept)


def test_the_same_bytes_lie_once(attach: Callable[..., Attachment]) -> None:
    one, two = attach("one.txt", b"the same bytes"), attach("two.txt", b"the same bytes")

    assert one.sha256 == two.sha256
    assert [path.name for path in path_of(one.sha256).parent.glob(one.sha256)] == [one.sha256]
    assert (read_whole(one), read_whole(two)) == (b"the same bytes",) * 2


def test_no_scraps_are_left_of_what_was_kept(
    attach: Callable[..., Attachment], settings: Settings, tmp_path: object
) -> None:
    settings.FILES_DIR = tmp_path
    kept = attach("one.txt", b"reads")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [path_of(kept.sha256)]  # type: ignore[attr-defined]


def test_a_download_is_never_shown_by_the_browser(
    attach: Callable[..., Attachment], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    kept = attach("Relevés 9 mars.csv", b"sdp,read\n")
    answer = sign_in(rita).get(reverse("file_download", args=[kept.public_id, "called-otherwise.html"]))

    assert answer.content == b"sdp,read\n"
    expected = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=utf-8''Relev%C3%A9s%209%20mars.csv",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer[name] for name in expected} == expected
    policies = answer["Content-Security-Policy"]
    assert "sandbox" in policies
    assert "default-src 'none'" in policies


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b"evil!"), lambda path: path.unlink()], ids=["changed", "gone"]
)
def test_a_damaged_file_is_an_error_and_not_a_download(
    attach: Callable[..., Attachment],
    rita: Person,
    sign_in: Callable[[Person], Client],
    damage: Callable[..., None],
) -> None:
    kept = attach("reads.txt", b"reads that get damaged")
    damage(path_of(kept.sha256))
    browser = sign_in(rita)
    browser.raise_request_exception = False

    assert browser.get(reverse("file_download", args=[kept.public_id, kept.name])).status_code == 500
    with pytest.raises(OSError, match=r"damaged|No such file"):
        read_whole(kept)


def test_a_refused_upload_answers_with_the_reason(
    rita: Person, sign_in: Callable[[Person], Client], draft: Draft
) -> None:
    address = reverse("file_upload", query={"form": "message"})
    answer = sign_in(rita).post(
        address, {"draft": str(draft.public_id), "file": SimpleUploadedFile("page.html", HTML)}
    )

    assert answer.status_code == 422
    assert "is a kind of file we do not take" in answer.content.decode()


def test_a_taken_out_file_leaves_the_draft(
    attach: Callable[..., Attachment], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    kept = attach("reads.txt", b"reads")

    assert sign_in(rita).post(reverse("file_remove", args=[kept.public_id])).status_code == 200
    assert not Attachment.objects.exists()
