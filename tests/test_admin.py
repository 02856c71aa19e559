"""Django admin: who gets in, what every page holds and costs, and what may be done there.

The pages are read from the site's registry: a new one has to be given rows in ``ONE_MORE``.
"""

import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountEvent, Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from changes.models import (
    Ballot,
    Board,
    BoardMember,
    CalendarFeed,
    ChangeReview,
    ChangeSubscription,
    ChangeTemplate,
    Consultation,
    ConsultationAnswer,
    Decision,
    Freeze,
    Release,
    RequestForChange,
    RiskFormula,
    ScheduleOverride,
    ScheduleRules,
)
from servicedesk.notifications.models import Bundle, Notice, OutboxMessage, Preference
from servicedesk.records.admin_base import DeskModelAdmin
from servicedesk.records.models import Attachment, Comment, Draft, Event, Record, Submission
from servicedesk.schedule.models import DueRow, Heartbeat, Job
from tests.conftest import NOON
from tests.tickets.requesting import item, order, waiting
from tests.ui.schedule_world import change
from tickets.models import (
    Approval,
    AreaRule,
    CalendarDay,
    CalendarVersion,
    CatalogueItem,
    Deflection,
    Delegation,
    DeskRules,
    EscalationStep,
    Incident,
    ItemVersion,
    PolicyRule,
    PolicyVersion,
    Problem,
    ProblemAffects,
    ProblemCandidate,
    ProblemInternals,
    ProblemNote,
    ProblemSubscription,
    ReplyTemplate,
    RolloutShift,
    ServiceCalendar,
    ServiceClock,
    ServiceRequest,
    SeverityRule,
    Team,
    Vote,
)
from tickets.sla import rulebook

SignIn = Callable[[Person], Client]
Make = Callable[..., Incident]

PAGES = {model._meta.label_lower: (model, page) for model, page in admin.site._registry.items()}
INLINE = re.compile(
    r"""<script(?![^>]*\s(?:src=|type="application/json"))[^>]*>|<style\b|<[^>]*\s(?:style|on[a-z]+)=|javascript:"""
)
FIXED = {SeverityRule, DeskRules, AreaRule, Board, ScheduleRules}
"""Their rows are the desk's own: none is added, none is taken away."""


def organization(n: int) -> Organization:
    made = Organization.objects.create(kind="ldc", name=f"Utility {n}", slug=f"utility-{n}")
    OrgId.objects.create(organization=made, code=f"ORG{n}")
    return made


def somebody(n: int) -> Person:
    made = Person.objects.create(email=f"somebody{n}@example.com", name=f"Somebody {n}")
    Membership.objects.create(person=made, organization=organization(n), role=Role.LDC_STAFF)
    return made


def event(n: int) -> Event:
    return Event.objects.create(
        record=Record.objects.earliest("pk"), name="record.told", at=NOON, actor=somebody(n)
    )


def one_incident(n: int) -> Incident:
    versions = rulebook.current_versions()
    return Incident.objects.create(
        kind="incident", reference=f"INC-{n}", title=f"Reads missing {n}", organization=organization(n),
        reporter=somebody(1000 + n), assignee=somebody(2000 + n), status="new", severity=3, impact="part",
        urgency="week", environment="production", description="Since Monday.", created_at=NOON,
        updated_at=NOON, clock_started_at=NOON, respond_due_at=NOON, policy_version_id=versions.policy,
        calendar_version_id=versions.calendar,
    )  # fmt: skip


def calendar_draft(n: int) -> CalendarVersion:
    calendar = ServiceCalendar.objects.create(name=f"Calendar of draft {n}")
    return CalendarVersion.objects.create(
        calendar=calendar,
        effective_on=date(2027, 3, 1),
        windows=[[["08:00", "17:00"]]] * 7,
        note=f"Draft {n}",
    )


def item_draft(n: int) -> ItemVersion:
    item = CatalogueItem.objects.create(slug=f"item-{n}", choice="data", position=n)
    return ItemVersion.objects.create(
        item=item, name=f"Item {n}", summary="Such as this one.", note=f"Draft {n}"
    )


def ended_clock(n: int) -> ServiceClock:
    incident = one_incident(n)
    version = CalendarVersion.objects.published().latest("number")
    return ServiceClock.objects.create(
        record=incident, target="respond", cycle=1, leg=1, severity=3, policy_version_id=incident.policy_version_id,
        calendar_version=version, calendar_id=version.calendar_id, within=timedelta(hours=4), started_at=NOON,
        ended_at=NOON, due_at=NOON, elapsed=timedelta(), state="met",
    )  # fmt: skip


def approval(n: int) -> Approval:
    requester = somebody(n)
    request = order(
        item("organization_admin"),
        by=requester,
        organization=requester.memberships.get().organization,
        at=NOON,
    )
    return waiting(request)


def problem(n: int) -> Problem:
    made = Problem.objects.create(
        kind="problem", reference=f"PRB-{n}", title=f"Reads missing {n}", organization=organization(4000 + n),
        reporter=somebody(5000 + n), assignee=somebody(6000 + n), status="logged", area="gui", symptom="Gone.",
        created_at=NOON, updated_at=NOON, changed_at=NOON,
    )  # fmt: skip
    ProblemInternals.objects.create(problem=made)
    return made


def vote(n: int) -> Vote:
    return Vote.objects.create(
        approval=approval(n), person=somebody(1000 + n), cast_by=somebody(2000 + n), agrees=True, at=NOON
    )


def one_rfc(n: int) -> RequestForChange:
    return RequestForChange.objects.create(
        kind="rfc", reference=f"RFC-{n}", title=f"Reports once {n}", organization=organization(n),
        reporter=somebody(1000 + n), status="submitted", category="software", description="Once.", reason="Twice.",
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip


def one_formula(n: int) -> RiskFormula:
    first = RiskFormula.objects.get(number=1)
    first.pk, first.number = None, 100 + n
    first.save()
    return first


def decision(n: int) -> Decision:
    return Decision.objects.create(
        rfc=one_rfc(n), kind="board", round=1, digest="0" * 64, opened_at=NOON, decide_by=NOON
    )


def consultation(n: int) -> Consultation:
    return Consultation.objects.create(
        rfc=one_rfc(n), opened_at=NOON, opened_by=somebody(3000 + n), closes_at=NOON + timedelta(days=10)
    )


def freeze(n: int) -> Freeze:
    return Freeze.objects.create(
        name=f"Freeze {n}",
        starts_at=NOON,
        ends_at=NOON + timedelta(days=1),
        environments=["sandbox"],
        reason="So.",
    )


ONE_MORE: dict[type[Model], Callable[[int], Model]] = {
    ReplyTemplate: lambda n: ReplyTemplate.objects.create(title=f"Answer {n}", body="{{ contact }}"),
    Freeze: freeze,
    ScheduleOverride: lambda n: ScheduleOverride.objects.create(
        rfc=change(somebody(n), NOON, title=f"Change {n}"), freeze=freeze(n), starts_at=NOON, ends_at=NOON,
        token="x", reason="So.", by=somebody(1000 + n), at=NOON,
    ),
    CalendarFeed: lambda n: CalendarFeed.objects.create(
        person=somebody(n), token_hash=f"keycanary{n}", created_at=NOON
    ),
    Organization: organization,
    Person: somebody,
    Invitation: lambda n: Invitation.objects.create(
        email=f"new{n}@example.com", organization=organization(n), role=Role.LDC_STAFF,
        invited_by=somebody(1000 + n), created_at=NOON, expires_at=NOON,
    ),
    AccountEvent: lambda n: AccountEvent.objects.create(
        at=NOON, name="person.joined", actor=somebody(n), person=somebody(1000 + n), organization=organization(2000 + n)
    ),
    UserSession: lambda n: UserSession.objects.create(
        user=somebody(n), ip="192.0.2.1", session_key=f"keycanary{n}", user_agent="Firefox"
    ),
    Event: event,
    Incident: one_incident,
    OutboxMessage: lambda n: OutboxMessage.objects.create(
        key=f"told:{n}", effect="accounts.mail", event=event(n), recipient=somebody(1000 + n),
        payload={"text": "https://desk.example/reset/linkcanary"}, created_at=NOON, available_at=NOON,
    ),
    Bundle: lambda n: Bundle.objects.create(kind="test.mail", person=somebody(n), opened_at=NOON),
    Preference: lambda n: Preference.objects.create(
        person=somebody(n), group="ticket.mine", how="daily", since=NOON
    ),
    Job: lambda n: Job.objects.create(
        kind="test.long_work", created_by=somebody(n), created_at=NOON, available_at=NOON, total=n, done=1
    ),
    DueRow: lambda n: DueRow.objects.create(
        key=f"due:{n}", kind="incident.close", record=one_incident(n), due_at=NOON, available_at=NOON
    ),
    Heartbeat: lambda n: Heartbeat.objects.create(name=f"heart {n}", at=NOON),
    ServiceCalendar: lambda n: ServiceCalendar.objects.create(name=f"Calendar {n}"),
    CalendarVersion: calendar_draft,
    PolicyVersion: lambda n: PolicyVersion.objects.create(note=f"Draft {n}"),
    ServiceClock: ended_clock,
    CatalogueItem: lambda n: item_draft(n).item,
    ItemVersion: item_draft,
    Team: lambda n: Team.objects.create(slug=f"team-{n}", name=f"Team {n}"),
    Approval: approval,
    ServiceRequest: lambda n: approval(n).request,
    Vote: vote,
    Delegation: lambda n: Delegation.objects.create(
        person=somebody(n), delegate=somebody(1000 + n), starts_on=NOON.date(), ends_on=NOON.date()
    ),
    RequestForChange: one_rfc,
    ChangeTemplate: lambda n: ChangeTemplate.objects.create(
        title=f"Template {n}", description="As ever.", category="software", environments=["sandbox"],
        implementation_plan="Do it.", back_out_plan="Undo it.", approved_by=somebody(n), approved_on=NOON.date(),
        expires_on=NOON.date() + timedelta(days=300),
    ),
    Release: lambda n: Release.objects.create(name=f"8.{n}"),
    RiskFormula: one_formula,
    ChangeSubscription: lambda n: ChangeSubscription.objects.create(person=somebody(n), since=NOON),
    Problem: problem,
    ProblemAffects: lambda n: ProblemAffects.objects.create(
        problem=problem(n), organization=organization(1000 + n), person=somebody(2000 + n), at=NOON
    ),
    ProblemSubscription: lambda n: ProblemSubscription.objects.create(person=somebody(n), area="gui", since=NOON),
    ProblemNote: lambda n: ProblemNote.objects.create(
        problem=problem(n), incident=one_incident(1000 + n), offered_at=NOON
    ),
    ProblemCandidate: lambda n: ProblemCandidate.objects.create(
        area="gui", week_starts_on=NOON.date() + timedelta(days=n), number=3, baseline=1, found_at=NOON,
        decided_at=NOON, decided_by=somebody(1000 + n), problem=problem(n),
    ),
    Deflection: lambda n: Deflection.objects.create(
        problem=problem(n), person=somebody(1000 + n), organization=organization(3000 + n), draft_key=uuid.uuid4(),
        ended=True, at=NOON,
    ),
    BoardMember: lambda n: BoardMember.objects.create(person=somebody(n), starts_on=NOON.date()),
    Decision: decision,
    Ballot: lambda n: Ballot.objects.create(
        decision=decision(n), person=somebody(4000 + n), choice="approve", at=NOON
    ),
    Consultation: consultation,
    ConsultationAnswer: lambda n: ConsultationAnswer.objects.create(
        consultation=consultation(n), organization=organization(5000 + n), person=somebody(6000 + n),
        stance="no_objection", at=NOON,
    ),
    ChangeReview: lambda n: ChangeReview.objects.create(
        rfc=one_rfc(n), text="It went well.", outcome="successful", by=somebody(4000 + n), at=NOON
    ),
}  # fmt: skip


@pytest.fixture
def everything(incident: Make) -> None:
    """An incident with its history, and one more row of whatever can have more."""
    incident()
    for n, (model, make) in enumerate(ONE_MORE.items()):
        if not model._default_manager.exists() or model is UserSession:
            make(90_000 + n)


@pytest.fixture
def administration(ada: Person, sign_in: SignIn, everything: None) -> Client:
    """An administrator's browser."""
    return sign_in(ada)


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def act(browser: Client, model: type[Model], action: str, *rows: Model) -> HttpResponse:
    """Choose rows of a list and an action."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return browser.post(address(model, "changelist"), chosen, follow=True)


every_page = pytest.mark.parametrize("label", PAGES)


# --- What there is, and for whom -----------------------------------------------------------


def test_only_the_desks_own_pages_are_registered() -> None:
    assert {model for model, _page in PAGES.values()} == set(ONE_MORE) | FIXED
    assert all(isinstance(page, DeskModelAdmin) for _model, page in PAGES.values())


@pytest.mark.parametrize(
    "model", [Authenticator, EmailAddress, Group, Draft, Submission, Attachment, Comment, Notice]
)
def test_secrets_and_private_things_have_no_page(model: type[Model]) -> None:
    assert not admin.site.is_registered(model)


@every_page
def test_every_page_opens_for_an_administrator_without_inline_code(
    label: str, administration: Client
) -> None:
    model, page = PAGES[label]
    row = model._default_manager.order_by("pk").last()
    opened = [
        address(model, "changelist"),
        address(model, "change", row.pk),
        address(model, "history", row.pk),
    ]
    if page.may_add:
        opened.append(address(model, "add"))

    for path in opened:
        response = administration.get(path)
        html = response.content.decode()
        assert response.status_code == 200, path
        assert INLINE.findall(html) == [], path
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert re.findall("keycanary|linkcanary|argon2", html) == [], path


@every_page
def test_every_list_can_be_searched_and_filtered(label: str, administration: Client) -> None:
    model, page = PAGES[label]
    assert page.search_fields
    chosen = administration.get(address(model, "changelist"), {"q": "INC-1 told.them"})
    assert chosen.status_code == 200
    for spec in chosen.context["cl"].filter_specs:
        for choice in list(spec.choices(chosen.context["cl"]))[:4]:
            found = administration.get(address(model, "changelist") + choice["query_string"])
            assert found.status_code == 200, choice
        for nonsense in ("nowhere", "9" * 30):
            asked = dict.fromkeys(spec.expected_parameters(), nonsense)
            assert administration.get(address(model, "changelist"), asked).status_code in {200, 302}


@pytest.mark.parametrize("name", ["index", "app_list"])
def test_the_front_pages_open_without_inline_code(name: str, administration: Client) -> None:
    response = administration.get(reverse(f"admin:{name}", args=["accounts"] if name == "app_list" else []))

    assert response.status_code == 200
    assert INLINE.findall(response.content.decode()) == []


OWN_PAGES = ["publish", "what_would_change", "new_version", "holidays"]


@pytest.mark.parametrize("who", ["rita", "olga", "ann", "chang"])
def test_nobody_else_gets_to_the_desks_own_pages(
    who: str, cast: dict[str, Person], sign_in: SignIn, everything: None
) -> None:
    draft, policy = calendar_draft(1), ONE_MORE[PolicyVersion](1)
    job = ONE_MORE[Job](1)
    paths = [
        *(address(CalendarVersion, page, draft.pk) for page in OWN_PAGES),
        *(address(PolicyVersion, page, policy.pk) for page in OWN_PAGES[:3]),
        reverse("admin:tickets_simulator"),
        reverse("admin:tickets_shifts", args=[job.public_id]),
        reverse("admin:tickets_shifts_csv", args=[job.public_id]),
    ]
    browser = sign_in(cast[who])

    for path in paths:
        assert browser.get(path, follow=True).status_code == 403, path
        assert browser.post(path, {"checked": "on"}, follow=True).status_code == 403, path
    assert CalendarVersion.objects.filter(pk=draft.pk, number=None).exists()


@every_page
def test_nobody_else_gets_in(
    label: str, everything: None, sign_in: SignIn, rita: Person, ann: Person, olga: Person
) -> None:
    model, _page = PAGES[label]
    row = model._default_manager.order_by("pk").last()
    pages = [("changelist",), ("add",), ("change", row.pk), ("delete", row.pk), ("history", row.pk)]

    for path in (address(model, *page) for page in pages):
        for stranger in (rita, ann, olga):
            assert sign_in(stranger).get(path, follow=True).status_code == 403
            assert sign_in(stranger).post(path, follow=True).status_code == 403
        assert Client().get(path, follow=True).redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_role_opens_the_door_and_djangos_flags_do_not(
    sme: Organization, sign_in: SignIn, everything: None, ann: Person
) -> None:
    amy = Person.objects.create(email="amy@example.com", name="Amy")
    role = Membership.objects.create(person=amy, organization=sme, role=Role.ADMINISTRATOR)
    browser = sign_in(amy)
    Person.objects.filter(pk=ann.pk).update(is_staff=True, is_superuser=True)
    ann.refresh_from_db()

    assert browser.get(address(Person, "changelist")).status_code == 200
    assert sign_in(ann).get(address(Person, "changelist"), follow=True).status_code == 403

    Membership.objects.filter(pk=role.pk).update(
        starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=2)
    )
    assert browser.get(address(Person, "changelist"), follow=True).status_code == 403


@pytest.mark.parametrize("state", ["waiting", "done", "dead"])
def test_the_outbox_is_read_by_state(ada: Person, sign_in: SignIn, everything: None, state: str) -> None:
    waiting, done, dead = (ONE_MORE[OutboxMessage](n) for n in range(3))
    OutboxMessage.objects.exclude(pk__in=[waiting.pk, done.pk, dead.pk]).delete()
    OutboxMessage.objects.filter(pk=done.pk).update(done_at=NOON)
    OutboxMessage.objects.filter(pk=dead.pk).update(dead_at=NOON)

    listed = (
        sign_in(ada).get(address(OutboxMessage, "changelist"), {"state": state}).context["cl"].result_list
    )

    assert [row.key for row in listed] == [{"waiting": waiting, "done": done, "dead": dead}[state].key]


def test_an_incident_leads_to_its_own_page(administration: Client) -> None:
    incident = Incident.objects.earliest("pk")

    page = administration.get(address(Incident, "change", incident.pk)).content.decode()

    assert f'<a href="{incident.get_absolute_url()}">Open the ticket</a>' in page


def test_history_is_found_by_reference_in_any_case(administration: Client) -> None:
    incident = Incident.objects.earliest("pk")

    def found(words: str) -> set[str]:
        listed = administration.get(address(Event, "changelist"), {"q": words}).context["cl"].result_list
        return {event.record.reference for event in listed}

    assert found(incident.reference.lower()) == {incident.reference}
    assert found("Incident.Submit") | found("incident.submitted") == {incident.reference}
    assert found("INC-1") == set()


# --- What it costs -------------------------------------------------------------------------


def queries(browser: Client, path: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as spent:
        assert browser.get(path).status_code == 200
    return len(spent)


@every_page
def test_a_list_costs_the_same_with_one_row_and_with_thirty(label: str, administration: Client) -> None:
    model, _page = PAGES[label]
    path = address(model, "changelist")
    rows = list(model._default_manager.order_by("-pk"))
    if model in FIXED:
        for row in rows[1:]:
            row.delete()
    queries(administration, path)
    few = queries(administration, path)
    if model in FIXED:
        model._default_manager.bulk_create(rows[1:])
    else:
        for n in range(30):
            ONE_MORE[model](n)

    assert queries(administration, path) == few


def test_an_organizations_page_costs_the_same_with_one_person_and_with_thirty(
    administration: Client, rita: Person, lakeshore: Organization
) -> None:
    path = address(Organization, "change", lakeshore.pk)
    queries(administration, path)
    few = queries(administration, path)
    for n in range(30):
        Membership.objects.create(person=somebody(n), organization=lakeshore, role=Role.LDC_STAFF)

    assert queries(administration, path) == few


def test_a_list_of_very_many_says_that_it_did_not_count_them_all(
    administration: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicedesk.records.admin_base.COUNTED", 10)
    for n in range(11):
        ONE_MORE[Heartbeat](n)

    assert "10+ heartbeats" in administration.get(address(Heartbeat, "changelist")).content.decode()


def days_of(version: CalendarVersion, some: range) -> None:
    """More days that differ, each for an organization of its own."""
    CalendarDay.objects.bulk_create(
        CalendarDay(version=version, day=date(2030, 1, 1), name=f"Day {n}", organization=organization(n))
        for n in some
    )


def promises_of(version: PolicyVersion, some: range) -> None:
    """More promises, each to an organization of its own, and more steps."""
    office = ServiceCalendar.objects.get(name="Business hours")
    PolicyRule.objects.bulk_create(
        PolicyRule(
            version=version, organization=organization(n), respond_minutes=60, respond_calendar=office,
            update_minutes=60, update_calendar=office, finish_minutes=600, finish_calendar=office,
        )
        for n in some
    )  # fmt: skip
    EscalationStep.objects.bulk_create(
        EscalationStep(
            version=version, target="respond", percent=1 + n % 100, tells="team", quiet_calendar=office
        )
        for n in some
    )


def shifts_of(job: Job, some: range) -> None:
    """Due times that move, each of a ticket of its own."""
    RolloutShift.objects.bulk_create(
        RolloutShift(job=job, record=one_incident(n), target="respond", due_at=NOON, newly_late=True)
        for n in some
    )


@pytest.mark.parametrize(
    ("page", "state"), [("change", "draft"), ("change", "published"), ("publish", "draft")]
)
@pytest.mark.parametrize(
    ("make", "more"), [(calendar_draft, days_of), (ONE_MORE[PolicyVersion], promises_of)]
)
def test_a_versions_page_costs_the_same_with_one_row_and_with_thirty(
    administration: Client,
    make: Callable[[int], Any],
    more: Callable[[Any, range], None],
    page: str,
    state: str,
) -> None:
    few, many = make(1), make(2)
    more(few, range(100, 101))
    more(many, range(200, 230))
    if state == "published":
        for number, version in enumerate((few, many), start=900):
            type(version).objects.filter(pk=version.pk).update(number=number, published_at=NOON)
    queries(administration, address(type(few), page, few.pk))

    few_queries, many_queries = (
        queries(administration, address(type(one), page, one.pk)) for one in (few, many)
    )

    assert few_queries == many_queries


def test_what_would_change_costs_the_same_with_one_move_and_with_thirty(administration: Client) -> None:
    job = Job.objects.create(
        kind="sla.preview", payload={"policy_version": PolicyVersion.objects.get().pk}, created_at=NOON,
        available_at=NOON, started_at=NOON, finished_at=NOON,
    )  # fmt: skip
    path = reverse("admin:tickets_shifts", args=[job.public_id])
    shifts_of(job, range(9000, 9001))
    queries(administration, path)
    few = queries(administration, path)
    shifts_of(job, range(9100, 9130))

    assert queries(administration, path) == few


def test_what_would_change_shows_the_first_of_very_many_and_counts_them_all(
    administration: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.admin.what_would_change.SHOWN", 3)
    job = Job.objects.create(
        kind="sla.preview", payload={"policy_version": PolicyVersion.objects.get().pk}, created_at=NOON,
        available_at=NOON, started_at=NOON, finished_at=NOON,
    )  # fmt: skip
    shifts_of(job, range(9000, 9005))

    page = administration.get(reverse("admin:tickets_shifts", args=[job.public_id])).content.decode()

    assert "The first 3 of 5 due times" in page
    assert "5 rows as CSV" in page


def test_the_simulator_costs_the_same_however_long_the_proof(administration: Client) -> None:
    path = reverse("admin:tickets_simulator")
    asked = {**rulebook.current_versions()._asdict(), "opened": "2027-03-12T16:30", "zone": "America/Toronto"}
    queries(administration, f"{path}?{urlencode(asked | {'severity': 1})}")

    short, long = (queries(administration, f"{path}?{urlencode(asked | {'severity': n})}") for n in (1, 4))

    assert short == long <= 12


# --- What nobody may do --------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        Event,
        Incident,
        AccountEvent,
        OutboxMessage,
        Bundle,
        Preference,
        DueRow,
        Job,
        Heartbeat,
        UserSession,
        ServiceClock,
    ],
    ids=lambda m: m.__name__,
)
def test_what_the_desk_writes_itself_cannot_be_added_changed_or_deleted(
    model: type[Model], administration: Client
) -> None:
    row = model._default_manager.order_by("pk").last()
    before = list(model._default_manager.order_by("pk").values())

    page = administration.get(address(model, "change", row.pk)).content.decode()
    assert re.findall(r'<(?:input|select|textarea)[^>]*name="(?!csrfmiddlewaretoken)\w+', page) == []
    assert administration.get(address(model, "add")).status_code == 403
    for path in (address(model, "add"), address(model, "change", row.pk), address(model, "delete", row.pk)):
        assert administration.post(path, {"name": "made up", "post": "yes"}).status_code == 403
    act(administration, model, "delete_selected", row)

    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "model",
    [Organization, Person, Invitation, *sorted(FIXED, key=lambda model: model.__name__)],
    ids=lambda m: m.__name__,
)
def test_what_history_hangs_on_is_never_deleted(model: type[Model], administration: Client) -> None:
    row = model._default_manager.order_by("pk").last()

    assert administration.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


def test_autocomplete_answers_administrators_alone(
    administration: Client, sign_in: SignIn, ann: Person
) -> None:
    path = reverse("admin:autocomplete")
    asked = {
        "app_label": "accounts",
        "model_name": "membership",
        "field_name": "organization",
        "term": "Lakesh",
    }

    assert [one["text"] for one in administration.get(path, asked).json()["results"]] == ["Lakeshore Hydro"]
    assert sign_in(ann).get(path, asked, follow=True).status_code == 403
