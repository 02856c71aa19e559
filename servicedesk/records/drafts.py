"""Opening and keeping drafts."""

import uuid
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from servicedesk.records.models import Draft
from servicedesk.records.refusals import Unusable
from servicedesk.records.scope import Reader

MOST_OPEN = 300
"""Unsent drafts that one person may have of one form."""
_BOOKKEEPING = {"csrfmiddlewaretoken", "request_id", "draft"}


def open_draft(
    public_id: str, *, form: str, by: AbstractBaseUser, at: datetime, most: int = MOST_OPEN
) -> Draft:
    """The person's draft of that id, made now if it is new.

    Raises Unusable for an id that is not theirs, and for one draft too many: an old one never gives way.
    """
    try:
        key = uuid.UUID(public_id)
        if present := Draft.objects.filter(public_id=key, person_id=by.pk, form=form).first():
            return present
        _check_room(form, by, most)
        with transaction.atomic():
            draft, _made = Draft.objects.get_or_create(
                public_id=key, person_id=by.pk, form=form, defaults={"created_at": at, "updated_at": at}
            )
    except (ValueError, IntegrityError):
        raise Unusable(_("This page is out of date. Reload it and try again.")) from None
    return draft


def _check_room(form: str, by: AbstractBaseUser, most: int) -> None:
    kind = form.partition(":")[0]
    alike = Draft.objects.unsent().filter(Q(form=kind) | Q(form__startswith=f"{kind}:"), person_id=by.pk)
    if alike.count() >= most:
        raise Unusable(
            _(
                "Not saved: you have %(number)d unsent drafts of this kind, and that is the most we keep."
                " Send or discard some of them. What you typed stays on this page until you leave it."
            )
            % {"number": most}
        )


def begun_draft(public_id: str, *, form: str, by: Reader) -> Draft | None:
    """The person's unsent draft of that id. None where nothing was kept under it, or it is not theirs."""
    try:
        key = uuid.UUID(public_id)
    except ValueError:
        return None
    draft: Draft | None = Draft.objects.visible_to(by).unsent().filter(public_id=key, form=form).first()
    return draft


def typed_fields(posted: QueryDict) -> dict[str, list[str]]:
    """What was typed into a form: all but its bookkeeping, and without what PostgreSQL cannot keep."""
    return {
        name.replace("\x00", ""): [str(value).replace("\x00", "") for value in values]
        for name, values in posted.lists()
        if name not in _BOOKKEEPING
    }


def save_draft(draft: Draft, fields: dict[str, list[str]], *, at: datetime) -> None:
    """Keep what was typed. A draft that was sent stays as it was sent."""
    Draft.objects.unsent().filter(pk=draft.pk).update(data=fields, updated_at=at)
    draft.data = fields
