"""Loading the demo: people, six months of tickets, problems and changes, and the traces they left. Once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import F

from accounts.actions import invite
from accounts.models import Organization
from accounts.roles import Role
from servicedesk.demo.cast import Cast, assemble
from servicedesk.demo.merging import merge_and_split
from servicedesk.demo.order_performance import deeds_of_orders
from servicedesk.demo.order_plan import OrderPlanner
from servicedesk.demo.order_stories import ORDERS
from servicedesk.demo.performance import Deed, deeds_of, play
from servicedesk.demo.problem_performance import deeds_of_problems
from servicedesk.demo.rfc_performance import deeds_of_changes
from servicedesk.demo.rfc_schedule import play_schedule
from servicedesk.demo.stories import STORIES
from servicedesk.demo.timeline import REACHES_BACK, Planner
from servicedesk.demo.wishes import wish
from servicedesk.demo.workspace import furnish
from servicedesk.demo.writing import ask_by_name, offer_templates
from servicedesk.notifications.effects import effect_of
from servicedesk.notifications.models import Bundle, Notice, OutboxMessage
from servicedesk.notifications.waking import wake_workers
from servicedesk.records.drafts import open_draft, save_draft
from servicedesk.schedule.sweep import sweep
from tickets.actions import delegate_approvals
from tickets.actions.service_levels import TELL, excuse
from tickets.approving import day_of
from tickets.catalogue.carrying import VERSION
from tickets.catalogue.offers import current_version
from tickets.drafts import order_form
from tickets.models import DeskRules, Incident, ServiceClock, SeverityRule
from tickets.sla import rulebook
from tickets.sla.calendar import Calendar
from tickets.sla.clock import State, Target

SEED = 2027
MAIL_OF = timedelta(days=2)
"""Mail of what happened in these last days leaves by the worker; older mail counts as delivered."""
BELL_OF = timedelta(days=14)
UNREAD_OF = timedelta(days=1)
OUTCOME = "demo history"
FAN_OUTS = ("ticket.fan_out", "problem.fan_out", "rfc.fan_out", TELL)
LEAVE = -1
"""The number of the deed with which an administrator's leave begins."""
UNSAID = {"description": [""], "environment": ["production"]}
BEGUN: list[tuple[str, str, dict[str, list[str]]]] = [
    ("Dana Whitfield", "incident", {"title": ["Exception report of Sunday is empty"]} | UNSAID),
    (
        "Stephen Nootchtai",
        "incident",
        {"title": ["Net-metering channel missing after meter exchange"]} | UNSAID,
    ),
    ("Marie-Ève Charbonneau", "incident", {"title": ["Le rapport d'exceptions arrive deux fois"]} | UNSAID),
    (
        "Dana Whitfield",
        order_form("report-subscription"),
        {"title": ["Weekly billing summary by file transfer"], "f_report": ["Weekly billing summary"]},
    ),
    (
        "Stephen Nootchtai",
        order_form("crossed-meters"),
        {"title": ["Crossed meters on Larch Street"], "f_org_id": ["PRP01"], "f_billed": ["no"]},
    ),
]
"""Drafts: whose, of which form, and what was typed so far."""


def is_loaded() -> bool:
    """Is there a Smart Metering Entity already? Then the demo, or somebody's work, is there."""
    return Organization.objects.filter(kind=Organization.Kind.SME).exists()


def load(*, at: datetime) -> bool:
    """Load the demo as of a moment, unless it is there. Answers whether it was loaded."""
    with transaction.atomic():
        if is_loaded():
            return False
        cast = assemble(since=(at - REACHES_BACK - timedelta(days=14)).date(), until=at.date())
        wish(cast, at - REACHES_BACK)
        play(
            [
                *_incidents(cast, at),
                *_requests(cast, at),
                *_leave(cast, at),
                *deeds_of_problems(cast, at),
                *deeds_of_changes(cast, at, Random(SEED + 2)),  # nosec B311 - invented data
            ]
        )
        sweep(at=at)
        play_schedule(by=cast.managers[Role.CHANGE_MANAGER], at=at)
        merge_and_split(at=at)
        _excuse(cast, at)
        offer_templates()
        ask_by_name(cast, at=at)
        _begin_drafts(cast, at)
        furnish(cast, at)
        _invite(cast, at)
        _ring_bells(at)
        _close_old_mail(at)
        _wake_once()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # so that the first pages are planned for what is there now
    return True


def _incidents(cast: Cast, at: datetime) -> Iterator[Deed]:
    """What happens to the incidents, up to a moment."""
    dice = Random(SEED)  # nosec B311 - invented data, not secrets
    rules = {(rule.impact, rule.urgency): rule.severity for rule in SeverityRule.objects.all()}
    planner = Planner(cast=cast, stories=STORIES, rules=rules, hours=_hours(), now=at, dice=dice)
    return deeds_of(planner.tickets(), cast, dice)


def _requests(cast: Cast, at: datetime) -> Iterator[Deed]:
    """What happens to the requests. Their dice are their own, so neither kind of story moves the other."""
    dice = Random(SEED + 1)  # nosec B311 - likewise
    planner = OrderPlanner(cast=cast, stories=ORDERS, hours=_hours(), now=at, dice=dice)
    return deeds_of_orders(planner.orders(), cast, dice)


def _leave(cast: Cast, at: datetime) -> Iterator[Deed]:
    """An organization's administrator is on leave, and a colleague decides in her place."""
    begins_at = at - timedelta(days=2)

    def delegate(moment: datetime) -> None:
        delegate_approvals(
            cast.people["Colleen Farquhar"],
            starts_on=day_of(moment),
            ends_on=day_of(at) + timedelta(days=9),
            by=cast.people["Wei-Lin Chau"],
            at=moment,
        )

    yield Deed(begins_at, LEAVE, delegate)


def _hours() -> Calendar:
    return rulebook.current_calendar(DeskRules.objects.get().calendar_id)


def _excuse(cast: Cast, at: datetime) -> None:
    """A regional power cut, agreed on in the quarterly review: two late restorations are excused."""
    late = ServiceClock.objects.filter(target=Target.RESTORE, state=State.MISSED, ended_at__lt=at - MAIL_OF)
    for clock in late.select_related("record").order_by("-ended_at")[:2]:
        excuse(
            Incident.objects.get(pk=clock.record_id),
            clock.target,
            clock.started_at,
            clock.due_at,
            "Regional power cut at the provider’s site, agreed in the quarterly review.",
            by=cast.managers[Role.SERVICE_LEVEL_MANAGER],
            at=clock.ended_at + timedelta(days=1),
        )


def _begin_drafts(cast: Cast, at: datetime) -> None:
    """Leave some reports and requests unsent."""
    for number, (name, form, typed) in enumerate(BEGUN):
        person, when = cast.people[name], at - timedelta(hours=5 + 20 * number)
        if (slug := form.partition(":")[2]) and (version := current_version(slug)):
            organization = next(iter(person.standing().organizations))
            typed = typed | {VERSION: [str(version.pk)], "organization": [str(organization)]}
        draft = open_draft(f"00000000-0000-4000-8000-{number + 1:012d}", form=form, by=person, at=when)
        save_draft(draft, typed, at=when)


def _invite(cast: Cast, at: datetime) -> None:
    """Leave some invitations open."""
    for slug, inviter, email, name in (
        ("lakeshore-hydro", "Marcus Oyelaran", "ruth.kettlewell@lakeshorehydro.example", "Ruth Kettlewell"),
        (
            "pine-ridge-power",
            "Wei-Lin Chau",
            "adrien.bellegarde-roy@pineridgepower.example",
            "Adrien Bellegarde-Roy",
        ),
    ):
        invite(
            email,
            organization=cast.organizations[slug],
            role=Role.LDC_STAFF,
            by=cast.people[inviter],
            at=at - timedelta(hours=3),
            name=name,
        )


def _ring_bells(at: datetime) -> None:
    """Tell everybody of the last two weeks, as the worker would have; the older of it was read."""
    heard = OutboxMessage.objects.waiting().filter(
        effect__in=["ticket.fan_out", "problem.fan_out", TELL],
        created_at__gt=at - BELL_OF,
        created_at__lte=at - MAIL_OF,
    )
    for row in heard.order_by("created_at", "pk"):
        effect_of(row.effect).deliver(row)
    Notice.objects.filter(at__lte=at - UNREAD_OF - MAIL_OF).update(read_at=F("at") + timedelta(hours=1))


def _close_old_mail(at: datetime) -> None:
    Bundle.objects.filter(closed_at=None).update(closed_at=at)  # of the bells just rung
    OutboxMessage.objects.waiting().filter(created_at__lte=at - MAIL_OF).update(
        done_at=F("created_at"), outcome=OUTCOME
    )


def _wake_once() -> None:
    """One nudge at the end instead of one for each of a thousand actions.

    They are in this transaction alone, and the loader is the only one that acts in bulk.
    """
    connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1] is not wake_workers]
    transaction.on_commit(wake_workers, robust=True)
