"""What is kept for a while goes after it; what anybody needs stays."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Person
from servicedesk.records.models import Attachment, Draft, Event, Submission
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.tidying import tidy_up
from tests.conftest import NOON
from tickets.models import Incident
from tickets.transitions import Status

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("age", "stays"), [(71 * HOUR, True), (72 * HOUR, True), (73 * HOUR, False)])
def test_a_key_is_kept_for_72_hours(rita: Person, age: timedelta, stays: bool) -> None:
    Submission.objects.create(person=rita, key=uuid.uuid4(), digest="x", created_at=NOON - age)
    tidy_up(at=NOON)

    assert Submission.objects.exists() == stays


@pytest.mark.parametrize(
    ("sent", "age", "stays"),
    [(True, 7 * DAY, True), (True, 8 * DAY, False), (False, 30 * DAY, True), (False, 31 * DAY, False)],
)
def test_drafts_go_after_a_week_when_sent_and_after_thirty_days_when_forgotten(
    rita: Person, sent: bool, age: timedelta, stays: bool
) -> None:
    at = NOON - age
    Draft.objects.create(
        person=rita, form="message", created_at=at, updated_at=at, sent_at=at if sent else None
    )
    tidy_up(at=NOON)

    assert Draft.objects.exists() == stays


def test_a_draft_in_use_stays_however_old(rita: Person) -> None:
    Draft.objects.create(person=rita, form="incident", created_at=NOON - 90 * DAY, updated_at=NOON)
    tidy_up(at=NOON)

    assert Draft.objects.exists()


def test_a_forgotten_drafts_files_go_with_it(rita: Person) -> None:
    at = NOON - 31 * DAY
    old = Draft.objects.create(person=rita, form="message", created_at=at, updated_at=at)
    Attachment.objects.create(
        draft=old,
        uploaded_by=rita,
        name="x.txt",
        content_type="text/plain",
        size=1,
        sha256="0",
        created_at=at,
    )
    tidy_up(at=NOON)

    assert not Attachment.objects.exists()


def test_a_ticket_outlives_the_draft_it_was(incident: Callable[..., Incident]) -> None:
    incident(at=NOON - 90 * DAY)
    tidy_up(at=NOON)

    assert (Incident.objects.count(), Event.objects.count(), Draft.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize(("status", "stays"), [(Status.IN_PROGRESS, True), (Status.CANCELLED, False)])
def test_what_fired_stays_while_its_ticket_is_open_so_that_it_never_fires_again(
    incident: Callable[..., Incident], status: Status, stays: bool
) -> None:
    filed = incident(status, at=NOON - 200 * DAY)
    long_ago = NOON - 100 * DAY
    DueRow.objects.create(
        key="once",
        kind="sla.step",
        record_id=filed.pk,
        due_at=long_ago,
        available_at=long_ago,
        fired_at=long_ago,
    )
    tidy_up(at=NOON)

    assert DueRow.objects.filter(key="once").exists() == stays
