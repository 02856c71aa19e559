"""Requests for change in the access table's world: own, restricted, a stranger's, one that is published; drafts."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Person
from changes.actions.editing import edit_change
from changes.actions.filing import Document, Proposal, submit_change
from changes.actions.publishing import publish_change
from changes.actions.rating import rate_change
from changes.actions.talking import add_note, reply, set_following, subscribe
from changes.models import ChangeSubscription, RequestForChange
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft
from tests.changes.asking import LOW, TYPED

OPEN_TITLE = "Published for all"


def things(people: dict[str, Person], at: datetime) -> dict[str, dict[str, Any]]:
    """What there is. The published one is the stranger's: its words are for all, what is said on it is not."""
    rita, stan, ann, chang = (people[name] for name in ("rita", "stan", "ann", "chang"))
    own = ask(rita, at, title="Reports lakecanary", documents=[Document("lakecanary manual", "1", "2")])
    restricted = ask(rita, at, title="Reports quillfeather", visibility="restricted")
    strange = ask(stan, at, title="Reports pinecanary")
    published = ask(stan, at, title=OPEN_TITLE)
    edit_change(published, {"back_out_plan": "pinecanary"}, [], by=stan, at=at, version=1)
    say = {"at": at + timedelta(seconds=1)}
    reply(published, "pinecanary", by=stan, **say)
    add_note(published, "innercanary", by=ann, **say)
    rate_change(published, LOW, by=chang, at=at, version=published.version)
    publish_change(published, by=chang, at=at, version=published.version)
    reply(own, "lakecanary", by=rita, **say)
    set_following(published, True, by=stan, at=at)
    subscribe({"sandbox"}, digest=False, by=stan, at=at)
    assert ChangeSubscription.objects.exists()
    organization = min(rita.standing().organizations)
    ready = draft_of(
        rita, at, **as_lists(TYPED), title=["Reports draftcanary"], organization=[str(organization)]
    )
    begun = draft_of(rita, at, title=["draftcanary change"], organization=[str(organization)])
    attach_to_draft(SimpleUploadedFile("draftcanary-change.txt", b"draftcanary"), begun, by=rita, at=at)
    found = {
        "change_own": own,
        "change_restricted": restricted,
        "change_strange": strange,
        "change_open": published,
    }
    return {
        **{name: about(rfc) for name, rfc in found.items()},
        **{f"{move}_{name}": about(rfc) | {"name": move}
           for name, rfc in found.items() for move in ("withdraw", "screen", "schedule", "explode")},
        "change_ready": {"public_id": ready.public_id},
        "change_draft": {"public_id": begun.public_id},
    }  # fmt: skip


def form(thing: dict[str, Any]) -> dict[str, Any]:
    """What the forms of this app send besides what the others do."""
    return {
        **{name: value for name, value in TYPED.items() if name not in {"organization", "title"}},
        "version": thing.get("version", 1),
        "desired_on": "",
        "downtime": 5,
        "scopes": ["production"],
        "often": "daily",
        **{f"q_{name}": value for name, value in LOW.items()},
    }


def ask(by: Person, at: datetime, **stated: Any) -> RequestForChange:
    """An RFC that somebody submitted."""
    fields = {
        "organization_id": min(by.standing().organizations), "category": "software", "description": "So.",
        "reason": "So.", "environments": ["production"],
    } | stated  # fmt: skip
    return submit_change(Proposal(**fields), draft=draft_of(by, at), by=by, at=at)


def draft_of(by: Person, at: datetime, **data: list[str]) -> Draft:
    """An unsent RFC."""
    made: Draft = Draft.objects.create(
        public_id=uuid.uuid4(), person=by, form="change", data=data, created_at=at, updated_at=at
    )
    return made


def as_lists(typed: dict[str, Any]) -> dict[str, list[str]]:
    """What was typed, as a draft keeps it."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    return {name: value for name, value in lists.items() if name not in {"title", "desired_on"}}


def about(rfc: RequestForChange) -> dict[str, Any]:
    """How an address names it, and the version that its forms hold."""
    return {"reference": rfc.reference, "version": rfc.version}
