"""RFCs for tests to talk about."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Person
from changes.models import RequestForChange
from servicedesk.records.models import Kind
from tests.conftest import NOON

MakeChange = Callable[..., RequestForChange]


@pytest.fixture
def rfc(rita: Person) -> MakeChange:
    """Make an RFC of Rita's (or whose it is said to be), as it stands in the tables: no history, no news."""

    def make(*, by: Person | None = None, **columns: Any) -> RequestForChange:
        by = by or rita
        stated = {
            "organization_id": min(by.standing().organizations),
            "title": "Deliver exception reports once",
            "status": "submitted",
            "change_class": "normal",
            "category": "software",
            "description": "The exception report is written twice when a cycle is rerun.",
            "reason": "Billing analysts reconcile each report by hand.",
            "environments": ["production"],
            "interfaces": ["reports"],
        } | columns
        return RequestForChange.objects.create(
            kind=Kind.RFC,
            reference=RequestForChange.next_reference(Kind.RFC),
            reporter=by,
            created_at=NOON,
            updated_at=NOON,
            **stated,
        )

    return make
