"""Asking for changes as tests need it: by the real actions, and by a browser."""

import uuid
from datetime import datetime
from typing import Any

from accounts.models import Person
from changes.actions.filing import Document, Proposal, submit_change
from changes.models import ChangeTemplate, RequestForChange
from servicedesk.records.models import Draft
from tests.conftest import NOON

LOW = {"reach": "one", "undo": "minutes", "known": "once", "outage": "none", "interfaces": "none"}
HIGH = {"reach": "all", "undo": "hours", "known": "never", "outage": "announced", "interfaces": "some"}
PLANS = ("implementation_plan", "test_plan", "communication_plan", "back_out_plan")
MANUAL = Document("File formats manual", "8.1", "8.2")
TYPED: dict[str, Any] = {
    "title": "Deliver exception reports once",
    "category": "software",
    "description": "Today it comes twice when a cycle is rerun. It should come once.",
    "reason": "Analysts reconcile each report by hand.",
    "affected": "Every LDC that reruns cycles.",
    "environments": ["quality", "production"],
    "interfaces": ["reports"],
    "desired_on": "2027-06-01",
    "change_class": "normal",
    "template": "",
    "visibility": "organization",
    "document_title": ["File formats manual", ""],
    "document_old": ["8.1", ""],
    "document_new": ["8.2", ""],
}
"""What a browser sends with the form of a new RFC, organization and draft apart."""


def draft_of(person: Person, at: datetime = NOON) -> Draft:
    """A fresh draft of an RFC."""
    made: Draft = Draft.objects.create(
        public_id=uuid.uuid4(), person=person, form="change", created_at=at, updated_at=at
    )
    return made


def ask(by: Person, *, at: datetime = NOON, **stated: Any) -> RequestForChange:
    """An RFC that somebody submitted."""
    fields = {
        "organization_id": min(by.standing().organizations),
        "title": "Deliver exception reports once",
        "category": "software",
        "description": "The exception report is written twice when a cycle is rerun.",
        "reason": "Billing analysts reconcile each report by hand.",
        "environments": ["production"],
        "interfaces": ["reports"],
    } | stated
    return submit_change(Proposal(**fields), draft=draft_of(by, at), by=by, at=at)


def template(by: Person, **stated: Any) -> ChangeTemplate:
    """A template that was approved, and counts until the end of 2027."""
    fields = {
        "title": "Renew an AS2 certificate",
        "description": "The partner's certificate is replaced.",
        "category": "software",
        "environments": ["production"],
        "implementation_plan": "Load the new certificate, keep the old one.",
        "back_out_plan": "Switch back to the old certificate.",
        "approved_on": "2027-01-01",
        "expires_on": "2027-12-31",
    } | stated
    made: ChangeTemplate = ChangeTemplate.objects.create(approved_by=by, **fields)
    made.refresh_from_db()
    return made


def fresh(rfc: RequestForChange) -> RequestForChange:
    """As it is in the tables now."""
    found: RequestForChange = RequestForChange.objects.get(pk=rfc.pk)
    return found
