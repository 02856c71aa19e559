"""A promise that a page has shown, sealed into its form: it holds for whoever sends the form soon enough."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta

from django.core import signing

from tickets.sla.promises import Promise, RequestPromise

SALT = "tickets.promise"
HOLDS_FOR = timedelta(minutes=15)
"""How long a page may lie open before its promise is made anew."""


def seal(promised: Promise | RequestPromise, at: datetime) -> str:
    """What was promised at that moment, as text that nobody else can write."""
    return signing.dumps(_said(promised, at), salt=SALT)


def promised_at(sealed: str, anew: Callable[[datetime], Promise | RequestPromise]) -> datetime | None:
    """When a sealed promise was made, if it still holds: not long ago, and ``anew`` says the same for then."""
    try:
        said = signing.loads(sealed, salt=SALT, max_age=HOLDS_FOR)
    except signing.BadSignature:
        return None
    at = datetime.fromisoformat(said["at"])
    return at if said == _said(anew(at), at) else None


def _said(promised: Promise | RequestPromise, at: datetime) -> dict[str, str]:
    """All that people read of it: not by which versions it was said."""
    told = {one.name: str(getattr(promised, one.name)) for one in fields(promised) if one.name != "versions"}
    return {"at": at.isoformat(), **told}
