"""Storing and opening attachments.

Bytes lie under FILES_DIR by their SHA-256, outside the web root; a row says what they are called
and to which record or draft they belong. A file is on disk, synced, before its row is committed.
"""

import hashlib
import os
import re
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from servicedesk.records.content import content_type
from servicedesk.records.models import Attachment, Comment, Draft, Record
from servicedesk.records.refusals import TooMany, Unusable

_HOUR = timedelta(hours=1)
_TRIES_FOR_ONE = 2
"""How often somebody may try, for each file that we would keep."""


def attach_to_draft(upload: UploadedFile, draft: Draft, *, by: AbstractBaseUser, at: datetime) -> Attachment:
    """Keep an uploaded file with a draft. Raises Unusable or TooMany with words for the person."""
    name, size = clean_name(upload.name or "file"), upload.size or 0
    _check_tries(by, at)
    _check_size(name, size)
    kind = content_type(name, upload)  # looked at before anything is locked: it is the slow part
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)  # two at once must not pass the limits together
        _check_pace(by, at)
        _check_room(name, size, draft)
        return Attachment.objects.create(
            draft=draft,
            uploaded_by_id=by.pk,
            name=name,
            content_type=kind,
            size=size,
            sha256=_keep(upload),
            created_at=at,
        )


def move_to_record(
    draft: Draft, record: Record, *, comment: Comment | None = None, internal: bool = False
) -> list[Attachment]:
    """Hand a draft's files over to a record. Raises Unusable when the record would get too full."""
    files = files_that_fit(draft, record)
    if files:
        Attachment.objects.filter(draft=draft).update(
            draft=None, record_id=record.pk, comment=comment, internal=internal
        )
    return files


def files_that_fit(draft: Draft, record: Record) -> list[Attachment]:
    """The files of a draft that is to become part of a record. Raises Unusable when it would get too full."""
    files = list(Attachment.objects.filter(draft=draft).order_by("pk"))
    if not files:
        return []
    total = sum(file.size for file in files) + Attachment.objects.filter(record_id=record.pk).total_bytes()
    if total > settings.RECORD_MAX_BYTES:
        raise Unusable(
            _(
                "The files on this ticket would be more than %(limit)s together. Remove one, or send a smaller version."
            )
            % {"limit": filesizeformat(settings.RECORD_MAX_BYTES)}
        )
    return files


def read_whole(attachment: Attachment) -> bytes:
    """The bytes of an attachment, proven to be those that were stored. Raises OSError otherwise."""
    content = path_of(attachment.sha256).read_bytes()
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise OSError(f"Attachment {attachment.public_id} is damaged on disk.")
    return content


def path_of(sha256: str) -> Path:
    """Where bytes of that digest lie."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def clean_name(name: str) -> str:
    """A file name without path, control or direction characters, at most 200 long, its ending kept."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    base = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(" .") or "file"
    stem, dot, suffix = base.rpartition(".")
    return base if len(base) <= 200 else f"{stem[: 199 - len(suffix)]}{dot}{suffix}"


def _check_tries(by: AbstractBaseUser, at: datetime) -> None:
    """Count a try, refused ones too: each costs us a look inside. Without a cache nothing is counted."""
    tries = f"files:tries:{by.pk}:{at:%Y%m%d%H}"
    cache.add(tries, 0, timeout=_HOUR.total_seconds())
    try:
        number = cache.incr(tries)
    except ValueError:
        return
    if number > _TRIES_FOR_ONE * settings.UPLOADS_PER_HOUR:
        raise _too_many()


def _check_pace(by: AbstractBaseUser, at: datetime) -> None:
    recent = Attachment.objects.filter(uploaded_by_id=by.pk, created_at__gt=at - _HOUR)
    if recent.count() >= settings.UPLOADS_PER_HOUR:
        raise _too_many()


def _too_many() -> TooMany:
    return TooMany(
        _("%(number)d files in an hour is the most we take. Put several into one ZIP file, or wait a while.")
        % {"number": settings.UPLOADS_PER_HOUR},
        retry_after=600,
    )


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise Unusable(_("“%(name)s” is empty. Choose a file with content.") % {"name": name})
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Unusable(
            _("“%(name)s” is %(size)s. A file may have up to %(limit)s: compress it or split it.")
            % {
                "name": name,
                "size": filesizeformat(size),
                "limit": filesizeformat(settings.ATTACHMENT_MAX_BYTES),
            }
        )


def _check_room(name: str, size: int, draft: Draft) -> None:
    present = Attachment.objects.filter(draft=draft)
    if present.count() >= settings.RECORD_MAX_FILES:
        raise Unusable(
            _("“%(name)s” is one file too many: %(limit)d is the most. Put several into one ZIP file.")
            % {"name": name, "limit": settings.RECORD_MAX_FILES}
        )
    if present.total_bytes() + size > settings.RECORD_MAX_BYTES:
        raise Unusable(
            _("With “%(name)s” the files would be more than %(limit)s together. Leave one out.")
            % {"name": name, "limit": filesizeformat(settings.RECORD_MAX_BYTES)}
        )


def _keep(upload: UploadedFile) -> str:
    """Write the bytes to their place, once, and answer their SHA-256."""
    root = Path(settings.FILES_DIR)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as scratch:
        for chunk in upload.chunks():
            digest.update(chunk)
            scratch.write(chunk)
        _sync(scratch)
    sha256 = digest.hexdigest()
    place = path_of(sha256)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    os.replace(scratch.name, place)
    return sha256


def _sync(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())
