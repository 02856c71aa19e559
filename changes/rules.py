"""Which event of an RFC tells whom. One table: fan-out asks it, tests walk it, docs/changes.md shows it.

Nobody hears of their own act, nor of what they may not see; an edit tells nobody, unless it voids an approval.
"""

from collections.abc import Set
from dataclasses import dataclass

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.models import Person, holders, members_of
from accounts.roles import Permission
from changes.bench import bench_of, day_of
from changes.models import ChangeSubscription, DecisionState, RequestForChange
from servicedesk.records.models import Event, Visibility

REQUESTER, FOLLOWERS, SUBSCRIBERS = "requester", "followers", "subscribers"
MANAGERS, IMPLEMENTER, INSIDERS = "managers", "implementer", "insiders"
VOTERS = "voters"

PARTIES = {
    REQUESTER: "whoever asked for it",
    FOLLOWERS: "everybody who follows it, in whichever LDC",
    SUBSCRIBERS: "those who subscribed to all changes, or to those in one of its environments",
    INSIDERS: "its followers in the organization that asks and at the desk",
    MANAGERS: "change managers",
    IMPLEMENTER: "the person named as implementer",
    VOTERS: "whose vote on it is still out (changes.bench)",
}
"""Who can be told, as docs/changes.md explains it."""

ALL = frozenset({REQUESTER, FOLLOWERS, SUBSCRIBERS})
NOBODY: Set[str] = frozenset()

CORE: dict[str, Set[str]] = {
    "submitted": {MANAGERS},
    "edited": NOBODY,
    "rated": NOBODY,
    "planned": NOBODY,
    "published": ALL,
    "unpublished": {REQUESTER},
    "replied": {REQUESTER, INSIDERS, MANAGERS},
    "noted": {INSIDERS},
    "screen": {REQUESTER},
    "turn_away": ALL,
    "assess": {REQUESTER},
    "consult": ALL,
    "end_consultation": NOBODY,
    "put_to_board": {REQUESTER},
    "call_two": {REQUESTER},
    "take_back": {MANAGERS},
    "accept": ALL | {IMPLEMENTER},
    "approve": ALL | {IMPLEMENTER, MANAGERS},
    "decline": ALL | {MANAGERS},
    "defer": ALL | {MANAGERS},
    "void": ALL | {IMPLEMENTER, MANAGERS},
    "schedule": ALL | {IMPLEMENTER},
    "unschedule": ALL | {IMPLEMENTER},
    "moved_window": ALL | {IMPLEMENTER},
    "start": ALL | {MANAGERS},
    "finish": ALL | {MANAGERS},
    "back_out": ALL | {MANAGERS},
    "review": NOBODY,
    "plan_again": {REQUESTER, INSIDERS, IMPLEMENTER},
    "close": {REQUESTER},
    "withdraw": ALL | {IMPLEMENTER, MANAGERS},
}

DECIDING: dict[str, Set[str]] = {
    "put_to_board": {REQUESTER, VOTERS},
    "call_two": {REQUESTER, VOTERS},
    "voted": NOBODY,
    "decision_reminded": {VOTERS},
    "no_quorum": {MANAGERS, VOTERS},
    "minutes": {REQUESTER, INSIDERS},
    "consultation_answered": {MANAGERS},
    "review_written": NOBODY,
    "review_asked": {MANAGERS, VOTERS},
    "review_refused": {MANAGERS},
}

SCHEDULE: dict[str, Set[str]] = {
    "override": NOBODY,
    "conflict": {MANAGERS, IMPLEMENTER},
    "conflict_over": NOBODY,
}
"""Internal events of the schedule; scheduled and moved stand above."""

RULES: dict[str, Set[str]] = {**CORE, **DECIDING, **SCHEDULE}
"""By what happened: the parties that hear of it."""

OPEN = frozenset(what for what, parties in RULES.items() if SUBSCRIBERS in parties)
"""What other LDCs read on a published RFC's page: what they would be told, and nothing else."""
ASKED = frozenset(what for what, parties in RULES.items() if VOTERS in parties)
"""What asks for votes: members of the board read it too, in whichever LDC."""
SPOKEN = frozenset({"turn_away", "approve", "decline", "defer"})
"""Decisions: their reasons are read by everybody who reads of them. Other messages stay inside."""


NEAREST = (VOTERS, REQUESTER, IMPLEMENTER, FOLLOWERS, INSIDERS, MANAGERS, SUBSCRIBERS)
"""As which party somebody hears who is several: the first of these."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told, as which party; ``daily`` where their subscription asks for no more."""

    person_id: int
    party: str
    daily: bool


def who_hears(event: Event, rfc: RequestForChange) -> list[Told]:
    """Everybody who is told of an event, as the party that is nearest to it. One query."""
    parties = RULES.get(event.what, NOBODY)
    by_name = _parties(rfc)
    if VOTERS in parties:
        by_name[VOTERS] = Q(pk__in=_awaited(event, rfc))
    heard = Q(pk__in=[])
    for name in parties:
        heard |= by_name[name]
    people = Person.objects.active().filter(heard).filter(_may_see(event, rfc, by_name.get(VOTERS)))
    if event.actor_id:
        people = people.exclude(pk=event.actor_id)
    digest = Subquery(
        _subscriptions(rfc).filter(person=OuterRef("pk")).order_by("-environment").values("digest")[:1]
    )
    party = Case(
        *(When(by_name[name], then=Value(name)) for name in NEAREST if name in parties),
        default=Value(SUBSCRIBERS),
    )
    rows = people.annotate(party=party, daily=digest).order_by("pk")
    return [
        Told(pk, party, daily=bool(daily) and party == SUBSCRIBERS)
        for pk, party, daily in rows.values_list("pk", "party", "daily")
    ]


def _parties(rfc: RequestForChange) -> dict[str, Q]:
    followers = Q(pk__in=rfc.followers.values("person"))
    return {
        REQUESTER: Q(pk=rfc.reporter_id),
        FOLLOWERS: followers,
        INSIDERS: followers & (_desk() | _home(rfc)),
        SUBSCRIBERS: Q(pk__in=_subscriptions(rfc).values("person")),
        MANAGERS: holders(Permission.MANAGE_CHANGES),
        IMPLEMENTER: Q(pk=rfc.implementer_id),
    }


def _subscriptions(rfc: RequestForChange) -> QuerySet[ChangeSubscription]:
    """Those that fit an RFC. Only published ones are subscribed to."""
    if rfc.visibility != Visibility.EVERYONE:
        return ChangeSubscription.objects.none()
    return ChangeSubscription.objects.filter(environment__in=["", *rfc.environments])


def _awaited(event: Event, rfc: RequestForChange) -> frozenset[int]:
    """Whose vote is out when the event happens."""
    asked = rfc.decisions.filter(state=DecisionState.OPEN).select_related("rfc__organization").first()
    return bench_of(asked, on=day_of(event.at)).awaited if asked else frozenset()


def _may_see(event: Event, rfc: RequestForChange, voters: Q | None = None) -> Q:
    """What ``visible_to`` says of the RFC and its event, as a question about people."""
    if event.internal:
        return _desk()
    if rfc.visibility == Visibility.EVERYONE and event.what in OPEN:
        return Q()
    home = _home(rfc)
    if rfc.visibility == Visibility.EVERYONE and voters is not None:
        home |= voters
    if rfc.visibility == Visibility.RESTRICTED:
        administrators = Person.objects.acting_for(rfc.organization_id, Permission.MANAGE_PEOPLE)
        named = Q(pk=rfc.reporter_id) | Q(pk__in=rfc.followers.values("person"))
        home &= named | Q(pk__in=administrators.values("pk"))
    return _desk() | home


def _desk() -> Q:
    return holders(Permission.SEE_ALL)


def _home(rfc: RequestForChange) -> Q:
    return members_of(rfc.organization_id)
