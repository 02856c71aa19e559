"""Bundles: a burst is one mail for each person, with everything in it, and nothing in it twice."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from servicedesk.notifications import effects
from servicedesk.notifications.bundles import bundle, bundled, close
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, message_id, send
from servicedesk.notifications.models import Bundle, BundledEvent, OutboxMessage
from servicedesk.notifications.outbox import (
    DELIVERED_KEPT_FOR,
    forget_delivered,
    message,
    publish,
    publish_all,
    put,
    replay,
)
from servicedesk.records.models import Event
from servicedesk.records.row_security import serving
from tests.conftest import NOON
from tests.notifications.letters import drain_at
from tests.support.waiting import wait_until
from tickets.models import Incident

Make = Callable[..., Incident]
Mails = list[EmailMultiAlternatives]

KIND = "test.mail"
MINUTE = timedelta(minutes=1)
WINDOW = 2 * MINUTE


class Desk:
    """An app whose news is bundled: a fan-out for each event of the topic, and one effect that mails."""

    def __init__(self, record: Incident, audience: list[Person]) -> None:
        self.record = record
        self.audience = audience
        self.fails: Exception | None = None

    def news(self, number: int, *, name: str = "test.happened") -> list[Event]:
        """That many events, within a second. The later a row, the earlier its moment."""
        first = Event.objects.count()
        return Event.objects.bulk_create(
            Event(
                record_id=self.record.pk,
                name=name,
                at=NOON - timedelta(milliseconds=first + count),
                facts={"text": f"No. {first + count}"},
            )
            for count in range(number)
        )

    def publish(self, events: list[Event]) -> None:
        """As an action does."""
        with transaction.atomic():
            publish_all(events)

    def fan_out(self, row: OutboxMessage) -> str:
        """The app's own effect, one for each event."""
        assert row.event_id
        pairs = [(person.pk, row.event_id) for person in self.audience]
        bundle(KIND, pairs, at=row.created_at, leaves_at=row.created_at + WINDOW)
        return "told"

    def deliver(self, row: OutboxMessage, events: list[Event]) -> str:
        """The app's mail."""
        person = Person.objects.get(pk=row.recipient_id)
        text = "".join(f"{event.facts['text']}\n" for event in events)
        send(Letter(to=person.email, subject="News", text=text, html=text), key=row.key)
        if self.fails:
            raise self.fails
        return f"sent: {len(events)}"


@pytest.fixture
def desk(incident: Make, rita: Person, ned: Person, ann: Person) -> Iterator[Desk]:
    """The app, which exists only meanwhile. Nothing else is in the outbox."""
    made = Desk(incident(), [rita, ned, ann])
    OutboxMessage.objects.all().delete()
    effect("test.fan_out", atomic=True, on=("test.happened",))(made.fan_out)
    bundled(KIND)(made.deliver)
    bundled("test.other")(made.deliver)
    yield made
    for name in ("test.fan_out", KIND, "test.other"):
        del effects._effects[name]
    del effects._subscribers["test.happened"]


def tell(people: Person | Iterable[Person], events: Iterable[Event], *, kind: str = KIND) -> None:
    """Bundle each of the events for each of the people, to leave after the window."""
    listeners = [people] if isinstance(people, Person) else list(people)
    with transaction.atomic():
        bundle(
            kind,
            [(person.pk, event.pk) for person in listeners for event in events],
            at=NOON,
            leaves_at=NOON + WINDOW,
        )


def lines(events: Iterable[Event]) -> list[str]:
    """What a mail about these says, oldest first."""
    return [event.facts["text"] for event in sorted(events, key=lambda event: (event.at, event.pk))]


def said(mail: EmailMultiAlternatives) -> list[str]:
    """The lines of a mail."""
    return str(mail.body).splitlines()


def mail_id(mail: EmailMultiAlternatives) -> str:
    """A mail's Message-ID."""
    return str(mail.message()["Message-ID"])


# --- One mail ------------------------------------------------------------------------------


def test_a_burst_of_three_hundred_events_for_three_people_is_three_mails(
    desk: Desk, mailoutbox: Mails
) -> None:
    burst = desk.news(300)
    desk.publish(burst)
    assert drain_at(NOON + MINUTE) == 300
    assert mailoutbox == []

    assert drain_at(NOON + WINDOW) == 3
    assert sorted(mail.to[0] for mail in mailoutbox) == [
        "ann@example.com",
        "ned@example.com",
        "rita@example.com",
    ]
    assert [said(mail) for mail in mailoutbox] == [lines(burst)] * 3
    assert set(OutboxMessage.objects.filter(effect=KIND).values_list("outcome", flat=True)) == {"sent: 300"}
    assert drain_at(NOON + timedelta(days=3)) == 0


def test_events_of_the_same_moment_come_in_the_order_they_were_written(desk: Desk, rita: Person) -> None:
    events = Event.objects.bulk_create(
        Event(record_id=desk.record.pk, name="test.happened", at=NOON) for _ in range(5)
    )
    tell(rita, reversed(events))

    assert close(OutboxMessage.objects.get(), at=NOON) == events


def test_what_comes_later_goes_into_the_next_bundle(desk: Desk, rita: Person, mailoutbox: Mails) -> None:
    first, joining, later = desk.news(3)
    tell(rita, [first])
    tell(rita, [joining])
    drain_at(NOON + WINDOW)
    tell(rita, [later])
    drain_at(NOON + 2 * WINDOW)

    assert [said(mail) for mail in mailoutbox] == [lines([first, joining]), lines([later])]
    assert len({mail_id(mail) for mail in mailoutbox}) == 2
    assert not Bundle.objects.filter(closed_at=None).exists()


def test_each_person_is_told_what_is_theirs(
    desk: Desk, rita: Person, stan: Person, mailoutbox: Mails
) -> None:
    hers, his, both = desk.news(3)
    pairs = [(rita.pk, hers.pk), (stan.pk, his.pk), (rita.pk, both.pk), (stan.pk, both.pk)]
    bundle(KIND, pairs, at=NOON, leaves_at=NOON)
    drain_at(NOON)

    assert {mail.to[0]: said(mail) for mail in mailoutbox} == {
        rita.email: lines([hers, both]),
        stan.email: lines([his, both]),
    }


def test_each_mail_leaves_at_its_persons_moment_and_later_news_does_not_move_it(
    desk: Desk, rita: Person, ned: Person
) -> None:
    first, second = desk.news(2)
    moments = {rita.pk: NOON + MINUTE, ned.pk: NOON + timedelta(hours=20)}
    bundle(KIND, [(rita.pk, first.pk), (ned.pk, first.pk)], at=NOON, leaves_at=moments)
    bundle(KIND, [(rita.pk, second.pk)], at=NOON, leaves_at=NOON + timedelta(days=9))

    rows = OutboxMessage.objects.filter(effect=KIND)
    assert dict(rows.values_list("recipient", "available_at")) == moments
    assert {(row.key, row.created_at) for row in rows} == {
        (f"bundle:{made.pk}", NOON) for made in Bundle.objects.all()
    }


# --- Crashes -------------------------------------------------------------------------------


def test_a_mail_that_is_repeated_after_a_crash_says_the_same_under_the_same_message_id(
    desk: Desk, rita: Person, mailoutbox: Mails
) -> None:
    told, meanwhile = desk.news(3), desk.news(2)
    tell(rita, told)
    desk.fails = ConnectionResetError("the worker died after the mail server took it")
    drain_at(NOON + WINDOW)
    desk.fails = None
    tell(rita, meanwhile)
    drain_at(NOON + WINDOW + MINUTE)

    sent, following, repeated = mailoutbox
    first, second = Bundle.objects.order_by("pk")
    assert said(sent) == said(repeated) == lines(told)
    assert mail_id(sent) == mail_id(repeated) == message_id(f"bundle:{first.pk}")
    assert (said(following), mail_id(following)) == (lines(meanwhile), message_id(f"bundle:{second.pk}"))
    assert first.closed_at == NOON + WINDOW


def test_a_worker_that_died_between_closing_and_sending_left_everything_to_the_next(
    desk: Desk, rita: Person, mailoutbox: Mails
) -> None:
    told, meanwhile = desk.news(3), desk.news(1)
    tell(rita, told)
    (row,) = OutboxMessage.objects.claim(at=NOON + WINDOW)
    assert close(row, at=row.claimed_at) == sorted(told, key=lambda event: event.at)
    tell(rita, meanwhile)  # and the first worker is dead

    drain_at(NOON + 10 * MINUTE)
    assert sorted(said(mail) for mail in mailoutbox) == sorted([lines(told), lines(meanwhile)])


def test_closing_again_changes_nothing(desk: Desk, rita: Person) -> None:
    tell(rita, desk.news(4))
    row = OutboxMessage.objects.get()

    assert close(row, at=NOON) == close(row, at=NOON + MINUTE) == close(row, at=NOON)
    assert Bundle.objects.get().closed_at == NOON


def test_a_mail_that_waited_for_days_still_has_its_48_hours(desk: Desk, rita: Person) -> None:
    monday = NOON + timedelta(days=5)
    bundle(KIND, [(rita.pk, desk.news(1)[0].pk)], at=NOON, leaves_at=monday)
    desk.fails = ConnectionRefusedError()

    drain_at(monday)
    assert OutboxMessage.objects.get().dead_at is None
    drain_at(monday + timedelta(hours=48))
    assert OutboxMessage.objects.get().dead_at == monday + timedelta(hours=48)

    replay(OutboxMessage.objects.all(), at=monday + timedelta(days=4))
    drain_at(monday + timedelta(days=4))
    assert OutboxMessage.objects.get().dead_at is None


def test_what_is_rolled_back_was_never_bundled(desk: Desk, rita: Person) -> None:
    with transaction.atomic():
        tell(rita, desk.news(1))
        transaction.set_rollback(True)

    assert (Bundle.objects.count(), BundledEvent.objects.count(), OutboxMessage.objects.count()) == (0, 0, 0)


# --- Never twice ---------------------------------------------------------------------------


def test_nobody_is_told_of_an_event_twice(desk: Desk, rita: Person, mailoutbox: Mails) -> None:
    old, new = desk.news(2)
    tell(rita, [old, old])
    tell(rita, [old])  # the fan-out ran again
    drain_at(NOON + WINDOW)
    tell(rita, [old, new])  # and again, after the mail had left
    drain_at(NOON + 2 * WINDOW)

    assert [said(mail) for mail in mailoutbox] == [lines([old]), lines([new])]


def test_an_old_story_opens_no_bundle(desk: Desk, rita: Person) -> None:
    events = desk.news(3)
    tell(rita, events)
    drain_at(NOON + WINDOW)
    tell(rita, events)
    tell(rita, [])

    assert (Bundle.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_another_kind_and_another_person_are_told_of_it_too(desk: Desk, rita: Person, ned: Person) -> None:
    events = desk.news(2)
    tell(rita, events)
    tell(rita, events, kind="test.other")
    tell([rita, ned], events)

    assert sorted(Bundle.objects.values_list("person__name", "kind")) == [
        ("Ned", "test.mail"),
        ("Rita", "test.mail"),
        ("Rita", "test.other"),
    ]
    assert BundledEvent.objects.count() == 6


def test_a_bundle_that_was_left_empty_sends_nothing(desk: Desk, rita: Person, mailoutbox: Mails) -> None:
    empty = Bundle.objects.create(kind=KIND, person=rita, opened_at=NOON)
    put([message(effect=KIND, key="bundle:x", at=NOON, recipient_id=rita.pk, bundle_id=empty.pk)])
    drain_at(NOON)

    assert (OutboxMessage.objects.get().outcome, mailoutbox) == ("not sent: told already", [])


def test_the_database_allows_one_open_bundle_for_a_person_and_kind(desk: Desk, rita: Person) -> None:
    Bundle.objects.create(kind=KIND, person=rita, opened_at=NOON, closed_at=NOON)
    Bundle.objects.create(kind=KIND, person=rita, opened_at=NOON)
    with pytest.raises(IntegrityError, match="bundle_one_open"), transaction.atomic():
        Bundle.objects.create(kind=KIND, person=rita, opened_at=NOON)


def test_the_database_keeps_an_event_in_one_bundle_for_a_person_and_kind(desk: Desk, rita: Person) -> None:
    (event,) = desk.news(1)
    tell(rita, [event])
    other = Bundle.objects.create(kind=KIND, person=rita, opened_at=NOON, closed_at=NOON)
    with pytest.raises(IntegrityError, match="bundled_once"), transaction.atomic():
        BundledEvent.objects.create(bundle=other, kind=KIND, person=rita, event=event)


# --- What it asks --------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "events"), [(1, 1), (30, 100)])
def test_thousands_of_pairs_cost_as_many_statements_as_one(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries, people: int, events: int
) -> None:
    audience = Person.objects.bulk_create(
        Person(email=f"reader{number}@example.com", name=f"Reader {number}") for number in range(people)
    )
    pairs = [(person.pk, event.pk) for person in audience for event in desk.news(events)]
    with django_assert_num_queries(4):
        bundle(KIND, pairs, at=NOON, leaves_at=NOON)

    assert (Bundle.objects.count(), OutboxMessage.objects.count()) == (people, people)
    assert BundledEvent.objects.count() == people * events


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_outside_a_transaction_nothing_is_bundled(desk: Desk, rita: Person) -> None:
    (event,) = desk.news(1)
    with pytest.raises(RuntimeError, match="in the transaction of the change"):
        bundle(KIND, [(rita.pk, event.pk)], at=NOON, leaves_at=NOON)
    assert not Bundle.objects.exists()


def test_a_kind_that_nobody_would_deliver_is_refused(desk: Desk, rita: Person) -> None:
    with pytest.raises(KeyError, match=r"gone\.mail"):
        tell(rita, desk.news(1), kind="gone.mail")
    assert not Bundle.objects.exists()


# --- At the same time ----------------------------------------------------------------------

together = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def started(act: Callable[[], object]) -> threading.Thread:
    """Run something in a thread of its own, with its own connection."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def seen_waiting() -> None:
    """Go on as soon as somebody waits for this connection's transaction."""

    def is_waited_for() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            return bool(cursor.fetchone()[0])

    wait_until(is_waited_for, what="somebody waits for this transaction")


@together
def test_two_who_open_at_once_open_one_bundle(desk: Desk, rita: Person) -> None:
    one, other = desk.news(2)
    with transaction.atomic():
        tell(rita, [one])
        second = started(lambda: tell(rita, [other]))
        seen_waiting()
    second.join()

    assert close(OutboxMessage.objects.get(), at=NOON) == [other, one]


@together
def test_two_who_tell_the_same_at_once_tell_it_once(desk: Desk, rita: Person) -> None:
    events = desk.news(3)
    with transaction.atomic():
        tell(rita, events)
        second = started(lambda: tell(rita, reversed(events)))
        seen_waiting()
    second.join()

    assert (Bundle.objects.count(), BundledEvent.objects.count(), OutboxMessage.objects.count()) == (1, 3, 1)


@together
def test_closing_waits_for_an_event_that_is_on_its_way(desk: Desk, rita: Person) -> None:
    one, other = desk.news(2)
    tell(rita, [one])
    row, answers = OutboxMessage.objects.get(), []
    with transaction.atomic():
        tell(rita, [other])
        closing = started(lambda: answers.append(close(row, at=NOON)))
        seen_waiting()
    closing.join()

    assert answers == [[other, one]]


@together
def test_an_event_that_comes_while_a_bundle_is_closing_opens_the_next(desk: Desk, rita: Person) -> None:
    one, other = desk.news(2)
    tell(rita, [one])
    row = OutboxMessage.objects.get()
    with transaction.atomic():
        assert close(row, at=NOON) == [one]
        second = started(lambda: tell(rita, [other]))
        seen_waiting()
    second.join()

    assert close(row, at=NOON) == [one]
    assert close(OutboxMessage.objects.exclude(pk=row.pk).get(), at=NOON) == [other]


@pytest.mark.slow
@together
def test_with_many_writers_and_two_workers_everybody_is_told_everything_once(
    desk: Desk, rita: Person, ned: Person, ann: Person, bob: Person
) -> None:
    """Bundles leave at once here, so openings and closings meet all the time."""
    told: defaultdict[int, Counter[int]] = defaultdict(Counter)
    audience, news, failed = [rita, ned, ann, bob], desk.news(120), []
    done = threading.Event()

    def note(row: OutboxMessage, events: list[Event]) -> str:
        assert row.recipient_id
        told[row.recipient_id].update(event.pk for event in events)
        return "told"

    def write(mine: int) -> None:
        try:
            for event in news[mine::4] + news[mine::12]:  # some of it twice
                with transaction.atomic():
                    bundle(
                        "test.other", [(person.pk, event.pk) for person in audience], at=NOON, leaves_at=NOON
                    )
        except DatabaseError as error:
            failed.append(error)

    def work() -> None:
        while not done.is_set():
            drain_at(NOON)

    bundled("test.other")(note)
    workers = [started(work) for _ in range(2)]
    writers = [started(lambda mine=mine: write(mine)) for mine in range(4)]  # type: ignore[misc]
    for writer in writers:
        writer.join()
    done.set()
    for worker in workers:
        worker.join()
    drain_at(NOON)

    assert failed == []
    everything = Counter(event.pk for event in news)
    assert told == {person.pk: everything for person in audience}
    assert Bundle.objects.count() > len(audience)
    assert not OutboxMessage.objects.exclude(failures=0).exists()


# --- Kept for a while, for oneself ---------------------------------------------------------


def test_bundles_are_forgotten_with_their_delivered_mails(desk: Desk, rita: Person, ned: Person) -> None:
    tell(rita, desk.news(2))
    drain_at(NOON + WINDOW)
    tell(ned, desk.news(1))
    still_known = NOON + WINDOW + DELIVERED_KEPT_FOR
    forget_delivered(at=still_known)
    assert Bundle.objects.count() == 2

    forget_delivered(at=still_known + MINUTE)
    assert [kept.person for kept in Bundle.objects.all()] == [ned]
    assert BundledEvent.objects.count() == 1
    assert Event.objects.filter(name="test.happened").count() == 3


def test_a_bundle_whose_mail_was_given_up_stays_and_can_be_sent_again(
    desk: Desk, rita: Person, mailoutbox: Mails
) -> None:
    events = desk.news(2)
    tell(rita, events)
    desk.fails = ConnectionRefusedError()
    drain_at(NOON + WINDOW)
    drain_at(NOON + timedelta(hours=49))
    much_later = NOON + timedelta(days=200)
    forget_delivered(at=much_later)

    desk.fails = None
    mailoutbox.clear()
    assert replay(OutboxMessage.objects.all(), at=much_later) == 1
    drain_at(much_later)
    assert [said(mail) for mail in mailoutbox] == [lines(events)]


@pytest.mark.parametrize("model", [Bundle, BundledEvent])
def test_without_any_filter_a_reader_finds_what_is_their_own(
    desk: Desk, rita: Person, stan: Person, ned: Person, model: type[Bundle] | type[BundledEvent]
) -> None:
    tell([rita, stan], desk.news(2))

    for reader, names in ((rita, {"Rita"}), (stan, {"Stan"}), (ned, set())):
        with serving(reader):
            found = set(model._default_manager.values_list("person", flat=True))
        assert set(Person.objects.filter(pk__in=found).values_list("name", flat=True)) == names


def test_without_a_reader_the_web_role_finds_no_bundle(desk: Desk, rita: Person) -> None:
    tell(rita, desk.news(1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE servicedesk_web")
        assert (Bundle.objects.count(), BundledEvent.objects.count()) == (0, 0)
        cursor.execute("RESET ROLE")


def test_nobody_outside_the_desk_bundles_for_somebody_else(desk: Desk, rita: Person, stan: Person) -> None:
    events = desk.news(1)
    with pytest.raises(DatabaseError, match="row-level security"), serving(stan):
        tell(rita, events)


def test_an_administrator_sees_who_was_told_what(
    desk: Desk, rita: Person, ada: Person, sign_in: Callable[[Person], Client]
) -> None:
    tell(rita, desk.news(2))
    made, browser = Bundle.objects.get(), sign_in(ada)

    page = browser.get(reverse("admin:notifications_bundle_change", args=[made.pk])).content.decode()
    assert page.count(f"{desk.record.reference} test.happened at ") == 2
    assert f"bundle:{made.pk}" in page
    for state, number in (("open", 1), ("closed", 0)):
        listed = browser.get(reverse("admin:notifications_bundle_changelist"), {"state": state})
        assert len(listed.context["cl"].result_list) == number


# --- What the outbox learned for it --------------------------------------------------------


def test_many_events_are_published_in_one_statement_as_they_would_be_one_by_one(
    desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    events = [*desk.news(20), *desk.news(3, name="test.nobody_listens")]
    for event in events:
        publish(event)
    fields = ("effect", "key", "event", "created_at", "available_at", "held_until")
    one_by_one = set(OutboxMessage.objects.values_list(*fields))
    OutboxMessage.objects.all().delete()
    with django_assert_num_queries(1):
        publish_all(events)

    assert set(OutboxMessage.objects.values_list(*fields)) == one_by_one
    assert len(one_by_one) == 20


def test_a_message_may_be_told_when_to_leave(db: None) -> None:
    at_once = message(effect=KIND, key="one", at=NOON)
    later = message(effect=KIND, key="two", at=NOON, available_at=NOON + WINDOW)

    assert (at_once.available_at, later.available_at, later.created_at) == (NOON, NOON + WINDOW, NOON)
