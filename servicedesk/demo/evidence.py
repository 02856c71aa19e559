"""Small files to attach, made on the spot: CSV, text, a picture, a one-page PDF, an archive."""

import base64
import io
from collections.abc import Callable
from pathlib import PurePath
from random import Random
from zipfile import ZipFile, ZipInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def evidence(name: str, dice: Random) -> SimpleUploadedFile:
    """A file of that name, with content that fits its ending."""
    return SimpleUploadedFile(name, _MAKERS[PurePath(name).suffix](name, dice))


def _csv(name: str, dice: Random) -> bytes:
    lines = ["usdp,meter,date,hour,kwh,flag"]
    for hour in range(24):
        kwh = f"{dice.uniform(0.1, 4):.3f}"
        lines.append(
            f"{dice.randint(10**9, 10**10 - 1)},M{dice.randint(10000, 99999)},1,{hour:02}:00,{kwh},A"
        )
    return "\r\n".join(lines).encode()


def _text(name: str, dice: Random) -> bytes:
    lines = [f"# {name}"]
    for number in range(12):
        second, size = dice.randint(0, 59), dice.randint(2000, 900000)
        lines.append(f"0{number % 10}:15:{second:02} part {number + 1} of 12, {size} bytes, MDN received")
    return "\n".join(lines).encode()


def _png(name: str, dice: Random) -> bytes:
    """A bar for each hour of a day."""
    image = Image.new("RGB", (480, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.text((8, 6), name, fill="black")
    for hour in range(24):
        top = 190 - dice.randint(10, 150)
        draw.rectangle((8 + hour * 19, top, 22 + hour * 19, 190), fill="#2a6f97" if hour % 6 else "#c1666b")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _pdf(name: str, dice: Random) -> bytes:
    """One page with one line, written by hand, cross-reference table included."""
    line = name.replace("\\", "").replace("(", "").replace(")", "")
    drawing = f"BT /F1 14 Tf 72 720 Td ({line}, evidence no. {dice.randint(100, 999)}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table_at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    return out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table_at


def _zip(name: str, dice: Random) -> bytes:
    """An archive with what stands for the public part of a certificate."""
    out, body = io.BytesIO(), base64.encodebytes(dice.randbytes(600)).decode()
    with ZipFile(out, "w") as archive:
        member = ZipInfo(f"{PurePath(name).stem}.pem")  # its date is always the same
        archive.writestr(member, f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    return out.getvalue()


_MAKERS: dict[str, Callable[[str, Random], bytes]] = {
    ".csv": _csv,
    ".txt": _text,
    ".log": _text,
    ".png": _png,
    ".pdf": _pdf,
    ".zip": _zip,
}
