"""Lists and tables that come as a file beside their box, without scripts too."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from servicedesk.records.refusals import Unusable
from tickets.catalogue.definitions import PREFIX
from tickets.catalogue.text_files import read_text
from tickets.models import FieldKind, ItemVersion

READABLE = frozenset({FieldKind.SDP_LIST, FieldKind.TABLE})


def file_name(name: str) -> str:
    """What the file control beside a box is called."""
    return f"file_{name}"


def read_into(
    typed: dict[str, list[str]], version: ItemVersion, files: "MultiValueDict[str, UploadedFile]"
) -> dict[str, str]:
    """Put what came as files below what stands in their boxes. Answers why some could not be read, by box."""
    unread = {}
    for field in version.fields_in_order():
        name = f"{PREFIX}{field.name}"
        upload = files.get(file_name(name))
        if field.kind not in READABLE or upload is None:
            continue
        try:
            more = read_text(upload)
        except Unusable as refusal:
            unread[name] = str(refusal)
            continue
        typed[name] = ["\n".join(part for part in (typed.get(name, [""])[-1].rstrip(), more) if part)]
    return unread
