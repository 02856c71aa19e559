"""Right recipients only (P15): event × visibility × preference, against an oracle that knows no query."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from servicedesk.notifications.groups import How, group_of, groups_for
from servicedesk.notifications.models import (
    Bundle,
    BundledEvent,
    MailHours,
    Notice,
    OutboxMessage,
    Preference,
)
from servicedesk.notifications.telling import DAILY, HELD, Hearer, tell
from servicedesk.records.models import Event
from servicedesk.records.refusals import Refused
from tests.conftest import NOON, person
from tests.notifications.letters import drain_at
from tickets.actions import add_note, assign, change_severity, move_ticket, reply, set_following
from tickets.groups import MINE, group_for
from tickets.models import Incident

Make = Callable[..., Incident]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CANARY = "innercanary"


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


# --- The oracle -----------------------------------------------------------------------------

LAKESHORE, ADMINISTRATORS = {"rita", "ned", "olga", "vera"}, {"olga"}
DESK, WORKERS, CRITICAL = {"ann", "bob", "cleo", "chang", "ada"}, {"ann", "bob", "cleo"}, {"cleo"}


@dataclass
class Facts:
    """What matters of a ticket and an event, as names."""

    what: str
    actor: str
    internal: bool
    from_ldc: bool
    raised: bool
    reporter: str
    contact: str
    backup: str
    assignee: str
    restricted: bool
    severity: int
    followers: set[str]


def hears(name: str, of: Facts) -> bool:
    """Is it their business at all?"""
    if name == of.actor:
        return False
    if name in DESK:
        grave = name in CRITICAL and of.severity <= 2 and (of.what == "submitted" or of.raised)
        nobodys = not of.assignee and name in WORKERS and (of.what == "submitted" or of.from_ldc)
        return name in of.followers or name == of.assignee or nobodys or grave
    if of.internal or name not in LAKESHORE:
        return False
    if of.contact:
        return name == of.contact or name in of.followers
    return not of.restricted or name in ADMINISTRATORS | of.followers | {of.reporter}


def group(name: str, of: Facts) -> str:
    """Which line of their preferences it falls under."""
    contacts = {of.contact, of.backup} - {""} or {of.reporter}
    arrives = of.what == "submitted" or of.raised
    if of.severity == 1 and (arrives if name in DESK else name in contacts):
        return "ticket.on_duty" if name in DESK else "ticket.critical"
    mine = name in contacts or name in {of.reporter, of.assignee}
    if mine or name in of.followers:
        if of.what in {"replied", "noted", "answer"}:
            return "ticket.messages"
        return "ticket.mine" if mine else "ticket.followed"
    return "ticket.queue" if name in DESK else "ticket.organization"


def expected(of: Facts, wish: dict[tuple[str, str], str], quiet: set[str]) -> dict[str, set[str]]:
    """Who gets what: bell, mail now, mail after quiet hours, mail with the day's."""
    got = defaultdict(set)
    for name in LAKESHORE | DESK | {"stan"}:
        if not hears(name, of):
            continue
        line = group(name, of)
        locked = line in {"ticket.critical", "ticket.on_duty"}
        how = "now" if locked else wish.get((name, line), "now")
        if how != "none":
            got["bell"].add(name)
        if how == "daily":
            got["daily"].add(name)
        if how == "now":
            got["held" if name in quiet and not locked else "now"].add(name)
    return got


# --- What really happens --------------------------------------------------------------------


def names(people: object) -> set[str]:
    """First names of people, by their keys."""
    return {name.lower() for name in Person.objects.filter(pk__in=people).values_list("name", flat=True)}


def dice_wishes(cast: dict[str, Person], dice: Random) -> tuple[dict[tuple[str, str], str], set[str]]:
    """Give everybody other preferences; some are quiet at noon."""
    Preference.objects.all().delete()
    MailHours.objects.all().delete()
    wish, quiet = {}, set()
    for name, member in cast.items():
        for one in groups_for(desk=member.standing().sees_all):
            if how := dice.choice(
                ["", "now", "daily", "bell", "none"]
            ):  # locked ones too: it must not matter
                wish[name, one.name] = how
                Preference.objects.create(person=member, group=one.name, how=how, since=NOON)
        if dice.random() < 0.3:
            quiet.add(name)
            MailHours.objects.create(person=member, quiet_from="09:00", quiet_until="18:00")
    return wish, quiet


def facts(event: Event) -> Facts:
    ticket = Incident.objects.select_related("reporter", "contact", "backup_contact", "assignee").get(
        pk=event.record_id
    )
    named = [
        str(one.name).lower() if one else ""
        for one in (event.actor, ticket.reporter, ticket.contact, ticket.backup_contact, ticket.assignee)
    ]
    return Facts(
        what=event.what,
        actor=named[0],
        internal=event.internal,
        from_ldc=event.facts.get("side") == "ldc",
        raised=bool(event.facts.get("raised")),
        reporter=named[1],
        contact=named[2],
        backup=named[3],
        assignee=named[4],
        restricted=ticket.visibility == "restricted",
        severity=ticket.severity or 4,
        followers=names(ticket.followers.values("person")),
    )


STATED = {
    "everyone": {},
    "contact": {"contact": "olga", "backup_contact": "vera"},
    "restricted": {"visibility": "restricted"},
    "gravest": {"impact": "all", "urgency": "now"},
}


@pytest.mark.parametrize("stated", STATED)
def test_everybody_gets_exactly_what_the_oracle_says(
    incident: Make, cast: dict[str, Person], stated: str
) -> None:
    dice = Random(stated)
    said = {name: cast.get(value, value) for name, value in STATED[stated].items()}
    rita, ann, bob, ned = (cast[name] for name in ("rita", "ann", "bob", "ned"))
    deeds: list[Callable[[Incident], object]] = [
        lambda it: reply(it, "Any news?", by=rita, at=NOON),
        lambda it: reply(it, "We look at it.", by=ann, at=NOON),
        lambda it: add_note(it, CANARY, by=ann, at=NOON),
        lambda it: set_following(it, True, by=ned if stated != "restricted" else cast["olga"], at=NOON),
        lambda it: move_ticket(it, "start", by=ann, at=NOON, version=it.version, message="x"),
        lambda it: assign(it, bob, by=ann, at=NOON, version=it.version),
        lambda it: reply(it, "Here is the file.", by=rita, at=NOON),
        lambda it: add_note(it, CANARY, by=bob, at=NOON),
        lambda it: change_severity(
            it, 3 if it.severity == 1 else 1, "x", by=ann, at=NOON, version=it.version, accept_late=True
        ),
        lambda it: reply(it, "It is grave.", by=ann, at=NOON),
        lambda it: move_ticket(it, "ask", by=bob, at=NOON, version=it.version, message="Which file?"),
    ]
    wish, quiet = dice_wishes(cast, dice)
    mine = incident(**said)
    seen, wrong, customers = 0, [], LAKESHORE | {"stan"}
    for deed in [lambda it: it, *deeds * 2]:
        if seen:
            wish, quiet = dice_wishes(cast, dice)
        try:
            deed(Incident.objects.get(pk=mine.pk))
        except Refused:  # started twice, and the like
            continue
        mail.outbox.clear()
        drain_at(NOON + MINUTE)
        fresh = Event.objects.filter(pk__gt=seen, record=mine.pk).order_by("pk")
        fanned = [
            one for one in fresh if OutboxMessage.objects.filter(key=f"ticket.fan_out:{one.pk}").exists()
        ]
        for event in fanned:
            bundled = BundledEvent.objects.filter(event=event)
            got = {
                "bell": names(Notice.objects.filter(event=event).values("person")),
                "now": names(
                    OutboxMessage.objects.filter(effect="ticket.mail", event=event, outcome="sent").values(
                        "recipient"
                    )
                ),
                "held": names(bundled.filter(kind=HELD).values("person")),
                "daily": names(bundled.filter(kind=DAILY).values("person")),
            }
            right = expected(facts(event), wish, quiet)
            wrong += [(event.name, way, got[way] ^ right[way]) for way in got if got[way] != right[way]]
        wrote = {letter.to[0].partition("@")[0] for letter in mail.outbox if CANARY in str(letter.body)}
        assert not wrote & customers
        seen = fresh.last().pk if fresh else seen
    assert wrong == []

    Preference.objects.all().delete()
    mail.outbox.clear()
    drain_at(NOON + 2 * DAY)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    assert not Bundle.objects.filter(closed_at=None).exists()
    leaked = {letter.to[0] for letter in mail.outbox if CANARY in str(letter.message())}
    assert not {one.partition("@")[0] for one in leaked} & customers
    assert max(len([x for x in mail.outbox if x.to == [one]]) for one in {x.to[0] for x in mail.outbox}) <= 2


@pytest.mark.parametrize(
    ("what", "facts", "falls_under"),
    [
        ("noted", {"mentioned": [7]}, "ticket.messages"),
        ("noted", {"mentioned": [8]}, "ticket.queue"),
        ("not_sent", {"author": 7}, "ticket.not_sent"),
        ("approval_asked", {}, "decisions"),
    ],
)
def test_whoever_is_named_hears_of_a_message(what: str, facts: dict[str, object], falls_under: str) -> None:
    event, ticket = Event(name=f"incident.{what}", facts=facts), Incident(reporter_id=1, severity=3)
    assert group_for(event, ticket, 7, follows=False, at_desk=True) == falls_under


def test_telling_many_costs_as_many_statements_as_telling_one(
    incident: Make, lakeshore: Organization
) -> None:
    incident()
    event = Event.objects.earliest("pk")
    cost = []
    for number in (1, 30):
        crowd = [
            person(f"P{number}x{n}", (lakeshore, Role.LDC_STAFF))
            for n in range(number * 4)  # one of each way, and as many again
        ]
        for n, member in enumerate(crowd):
            how = [How.NOW, How.DAILY, How.BELL, How.NOW][n % 4]
            Preference.objects.create(person=member, group=MINE, how=how, since=NOON)
            if n % 4 == 3:
                MailHours.objects.create(person=member, quiet_from="09:00", quiet_until="18:00")
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            told = tell(
                [Hearer(one.pk, event, MINE) for one in crowd], letter="ticket.mail", at=NOON, now=NOON
            )
        cost.append(len(asked))
        assert told == f"{len(crowd)} told"
    assert cost[0] == cost[1] <= 16


def test_a_person_who_loses_sight_or_interest_gets_no_mail_of_what_waited(
    incident: Make, rita: Person, ned: Person, olga: Person, ann: Person
) -> None:
    for member in (rita, ned, olga):
        for name in ("ticket.messages", "ticket.organization"):
            Preference.objects.create(person=member, group=name, how=How.DAILY, since=NOON)
    one, other = incident(), incident(title="GUI slow")
    drain_at(NOON)
    mail.outbox.clear()
    for ticket, words in ((one, "First."), (other, "Second."), (one, "Third.")):
        reply(ticket, words, by=ann, at=NOON)
    drain_at(NOON)
    assert mail.outbox == []
    Membership.objects.filter(person=ned).delete()
    Preference.objects.filter(person=olga).update(how=How.BELL)
    drain_at(NOON + DAY)

    (letter,) = mail.outbox  # Rita's: 07:30 came, and the others' had nothing left to say
    assert letter.to == [rita.email]
    assert letter.subject == f"Your daily mail — 3 pieces of news: {one.reference}, {other.reference}"
    text = str(letter.body)
    places = [text.index(words) for words in (one.reference, "First.", "Third.", other.reference, "Second.")]
    assert places == sorted(places)  # by record
    assert str(group_of("ticket.messages").label) in text
    assert letter.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    outcomes = OutboxMessage.objects.filter(effect=DAILY).exclude(outcome__startswith="sent")
    assert {row.outcome for row in outcomes} == {"not sent: nothing that they may see and wish to hear of"}
