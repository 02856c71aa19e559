"""What forms do with their drafts: found by the id in the address, kept whatever happens, sent once."""

import uuid
from collections.abc import Mapping, Sequence

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from accounts.requests import SignedInRequest
from servicedesk.records.drafts import open_draft
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft
from servicedesk.records.refusals import Refused, Unusable

NO_ID = uuid.UUID(int=0)


def key_in(text: str) -> uuid.UUID:
    """The draft's id, or one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return NO_ID


def with_a_key(request: SignedInRequest) -> HttpResponse:
    """Lead on to the same page with a fresh draft's id in its address.

    It stands there from the start, so that going back to a form that was sent leads to what it became.
    """
    query = request.GET.copy()
    query["draft"] = str(uuid.uuid4())
    return redirect(f"{request.path}?{query.urlencode()}")


def draft_of(request: SignedInRequest, key: uuid.UUID, form: str) -> Draft | None:
    """This person's draft of that form and id, if there is one."""
    mine = Draft.objects.visible_to(request.user).filter(form=form)
    return mine.select_related("became").filter(public_id=key).first()


def own_draft(request: SignedInRequest, form: str) -> Draft:
    """The draft that was sent from; a new one where the id is no good, so that nothing typed is lost."""
    now = timezone.now()
    try:
        return open_draft(request.POST.get("draft", ""), form=form, by=request.user, at=now)
    except Unusable:
        return open_draft(str(uuid.uuid4()), form=form, by=request.user, at=now)


def take_files(request: SignedInRequest, draft: Draft) -> list[str]:
    """Keep the files that came with the form. Answers why some were not taken."""
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            attach_to_draft(upload, draft, by=request.user, at=timezone.now())
        except Refused as refusal:
            refused.append(str(refusal))
    return refused


def as_query(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    """What was typed, as a form takes it."""
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, list(values))
    return query
