"""What is done to many tickets at once is done to these too."""

from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from tests.conftest import NOON
from tests.tickets.many import HOLD
from tests.tickets.orders import FEEDBACK, order
from tickets.models import Incident, ServiceRequest


@pytest.fixture
def feedback(cast: dict[str, Person], lakeshore: Organization) -> ServiceRequest:
    """A request of Rita's that nobody has to approve."""
    return order("testing-feedback", FEEDBACK, by=cast["rita"], organization_id=lakeshore.pk, at=NOON)


@pytest.fixture
def strange(incident: Callable[..., Incident], cast: dict[str, Person], pineridge: Organization) -> Incident:
    """One of another LDC's."""
    return incident(by=cast["stan"], organization_id=pineridge.pk)


@pytest.fixture
def _held(settings: Settings) -> None:
    """Messages wait before they leave, as they do outside of tests."""
    settings.MESSAGE_HOLD = HOLD
