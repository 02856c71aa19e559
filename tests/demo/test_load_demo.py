"""The demo data: loaded once, through the real actions, with something on every page.

Loading takes its seconds, so the tests of this module read one load, which is rolled back at the end.
"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Model
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Invitation, Membership, Organization, OrgId, Person
from changes.models import (
    Category,
    ChangeSubscription,
    ConsultationAnswer,
    Decision,
    RequestForChange,
    Risk,
    ScheduleOverride,
    Stance,
)
from changes.transitions import ChangeClass, ChangeStatus
from servicedesk.demo.cast import Cast
from servicedesk.demo.loader import MAIL_OF, OUTCOME, load
from servicedesk.demo.order_performance import OrderActor
from servicedesk.demo.order_plan import OrderPlanner
from servicedesk.demo.order_script import OrderStory, Told
from servicedesk.demo.stories import STORIES
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Attachment, Comment, Draft, Event, Follower, Link, Relation
from servicedesk.schedule.models import DueRow
from tests.demo.conftest import DEMO
from tickets.actions.problem_faces import face_of, public_texts
from tickets.actions.requests import first_status
from tickets.catalogue.answers import shown
from tickets.drafts import ORDER
from tickets.models import (
    Approval,
    ApprovalState,
    CatalogueItem,
    Choice,
    Deflection,
    Delegation,
    DeskRules,
    Environment,
    Incident,
    ItemVersion,
    Problem,
    ProblemAffects,
    ProblemCandidate,
    ProblemNote,
    ServiceClock,
    ServiceRequest,
    Severity,
    Split,
    Team,
    Ticket,
)
from tickets.naming import named_in
from tickets.problem_transitions import ProblemStatus
from tickets.sla import rulebook
from tickets.sla.verification import differences
from tickets.transitions import OPEN, REQUEST_LIFECYCLE, SYSTEM, RequestStatus, Status

pytestmark = pytest.mark.slow
SignIn = Callable[[Person], Client]

TABLES: list[type[Model]] = [
    Organization, OrgId, Person, Membership, Invitation, Incident, Event, Comment, Attachment, Follower,
    Draft, DueRow, Notice, OutboxMessage, RequestForChange, Decision, ServiceRequest, Approval, Link, Problem,
]  # fmt: skip
EMAILS = [email for _label, email in DEMO["DEMO_SIGN_INS"]]

REAL_ONES = (
    "IESO|Hydro One|Toronto Hydro|Hydro Ottawa|Alectra|Elexicon|Enova|Enwin|GrandBridge|Oshawa Power|Oakville Hydro|"
    "Burlington Hydro|Milton Hydro|Halton Hills|London Hydro|Synergy North|Newmarket|Niagara Peninsula|PUC|"
    "Greater Sudbury|North Bay Hydro|Hydro-Qu|Algoma Power|Lakeland Power|Entegrus|Essex Power|Festival Hydro|"
    "Sensus|Itron|Landis|Trilliant|Elster|Honeywell|Oracle|SAP|Savage Data|Util-Assist|IBM|Microsoft"
)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The demo, loaded just now, after its worker has run."""
    words = {name: DEMO[name] for name in ("DEMO_PASSWORD", "DEMO_SIGN_INS")}
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(DEMO=True, **words),
        transaction.atomic(),
    ):
        assert load(at=timezone.now()) is True
        drain(now=timezone.now)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None, demo_settings: Settings) -> None:
    """The loaded demo, for one test."""


def rows() -> dict[str, list[tuple]]:
    """Everything there is."""
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in TABLES}  # type: ignore[attr-defined]


def test_loading_again_changes_nothing_and_says_who_can_sign_in(demo: None) -> None:
    before, out = rows(), StringIO()
    call_command("load_demo", stdout=out)

    assert rows() == before
    assert "was loaded" not in out.getvalue()
    assert [email for email in EMAILS if email not in out.getvalue()] == []
    assert DEMO["DEMO_PASSWORD"] in out.getvalue()


def test_there_is_some_of_every_kind(demo: None) -> None:
    told = Incident.objects.all()
    assert told.count() == 203  # one was testing feedback before, one is a duplicate, one was split off
    assert (told.exclude(merged_into=None).count(), Split.objects.count()) == (1, 1)
    assert set(told.values_list("status", flat=True)) == set(Status)
    assert set(told.values_list("severity", flat=True)) == set(Severity)
    assert set(told.values_list("environment", flat=True)) == set(Environment)
    assert set(told.values_list("visibility", flat=True)) == {"organization", "restricted"}
    assert set(told.exclude(resolution="").values_list("resolution", flat=True)) == {"fix", "workaround"}
    assert Person.objects.count() == 44
    assert set(Organization.objects.values_list("kind", flat=True)) == {"ldc", "sme", "vendor"}


def test_there_are_problems_in_every_state_with_incidents_organizations_and_followers(demo: None) -> None:
    assert Problem.objects.count() == 12
    assert set(Problem.objects.values_list("status", flat=True)) == set(ProblemStatus)
    assert Link.objects.filter(relation=Relation.CAUSED_BY).values("target").distinct().count() >= 10
    assert ProblemAffects.objects.live().values("organization").distinct().count() >= 6
    assert Follower.objects.filter(record__kind="problem").count() > 15
    assert Deflection.objects.count() >= 3
    assert ProblemNote.objects.filter(state="waiting").exists()
    assert ProblemCandidate.objects.filter(decided_at=None).exists()
    assert not named_in(
        text
        for problem in Problem.objects.filter(visibility="everyone")
        for text in public_texts(face_of(problem))
    )


def test_there_are_changes_in_every_status_and_class_and_on_the_calendar(demo: None) -> None:
    told = RequestForChange.objects.all()
    assert told.count() == 18
    assert set(told.values_list("status", flat=True)) == set(ChangeStatus)
    assert set(told.values_list("change_class", flat=True)) == set(ChangeClass)
    assert set(told.values_list("category", flat=True)) == set(Category)
    assert set(told.exclude(risk="").values_list("risk", flat=True)) == set(Risk)
    assert told.filter(starts_at__gt=timezone.now()).count() == 2
    assert ScheduleOverride.objects.exists()
    assert told.exclude(release=None).values("release").distinct().count() == 2
    assert set(Decision.objects.values_list("state", flat=True)) >= {
        "open",
        "approved",
        "declined",
        "deferred",
    }
    assert set(ConsultationAnswer.objects.values_list("stance", flat=True)) == set(Stance)
    assert ChangeSubscription.objects.values("person").distinct().count() == 4


def test_the_desk_has_late_and_soon_due_assigned_and_unassigned_fresh_and_reopened_work(demo: None) -> None:
    now, open_ones = timezone.now(), Incident.objects.filter(status__in=OPEN)
    of_the_last_hours = open_ones.filter(created_at__gt=now - timedelta(hours=4))
    for some in (
        open_ones.filter(due_at__lt=now),
        open_ones.filter(due_at__gt=now, due_at__lt=now + timedelta(hours=1)),
        open_ones.filter(assignee=None),
        open_ones.exclude(assignee=None),
        of_the_last_hours,
        open_ones.filter(events__name="incident.reopen"),
        Incident.objects.filter(status=Status.CLOSED, events__name="incident.close", events__actor=None),
        open_ones.exclude(contact=None).exclude(backup_contact=None),
    ):
        assert some.exists()
    assert Incident.objects.earliest("created_at").created_at < now - timedelta(days=150)
    assert not Event.objects.filter(at__gt=now).exists()


def test_at_least_25_different_stories_in_which_people_talk(demo: None) -> None:
    assert len({story.description for story in STORIES}) == len(STORIES) >= 25
    assert Comment.objects.filter(internal=False).count() > 500
    assert Comment.objects.filter(internal=True).count() > 30
    assert set(Attachment.objects.values_list("content_type", flat=True)) == {
        "application/pdf", "application/zip", "image/png", "text/csv", "text/plain",
    }  # fmt: skip
    unfilled = [body for body in texts() if re.search(r"[{}]", body)]
    assert unfilled == []


def texts() -> list[str]:
    """Everything that somebody wrote, or is called."""
    told = Incident.objects.values_list("title", "description", "references")
    asked = ServiceRequest.objects.select_related("item_version").prefetch_related("item_version__fields")
    answers = [one.text for request in asked for one in shown(request.item_version, request.answers)]
    titles = ServiceRequest.objects.values_list("title", flat=True)
    said = Comment.objects.values_list("body", flat=True)
    names = [
        *Person.objects.values_list("name", flat=True),
        *Organization.objects.values_list("name", flat=True),
    ]
    return [*(text for row in told for text in row), *answers, *titles, *said, *names]


def test_no_real_company_is_named_and_no_real_address_used(demo: None) -> None:
    assert [text for text in texts() if re.search(rf"\b(?:{REAL_ONES})\b", text)] == []
    emails = [
        *Person.objects.values_list("email", flat=True),
        *Invitation.objects.values_list("email", flat=True),
        *(found for text in texts() for found in re.findall(r"[\w.-]+@[\w.-]+\w", text)),
    ]
    assert [email for email in emails if not email.endswith(".example")] == []


def test_every_ticket_belongs_to_an_ldc_for_which_its_people_act(demo: None) -> None:
    acting = set(Membership.objects.active().values_list("person", "organization"))
    for ticket in Ticket.objects.select_related("organization"):
        ours = {ticket.reporter_id, ticket.contact_id, ticket.backup_contact_id} - {None}
        ours |= set(ticket.events.filter(facts__side="ldc").values_list("actor", flat=True))
        assert ticket.organization.kind == "ldc"
        assert [pk for pk in ours if (pk, ticket.organization_id) not in acting] == []


def test_everybody_of_the_sign_in_page_can_sign_in(demo: None) -> None:
    for email in EMAILS:
        person = Person.objects.get(email=email)
        assert person.check_password(DEMO["DEMO_PASSWORD"])
        assert person.standing().organizations
    administrator = Person.objects.get(email=EMAILS[-1])
    assert (administrator.is_staff, administrator.is_superuser) == (True, True)
    assert administrator.standing().is_administrator


@pytest.mark.parametrize("email", EMAILS)
def test_no_page_of_the_cast_is_empty(demo: None, sign_in: SignIn, email: str) -> None:
    person = Person.objects.get(email=email)
    browser, desk = sign_in(person), person.standing().sees_all
    pages = {
        view: browser.get(reverse("tickets:list"), {"view": view})
        for view in (
            ["open", "resolved", "all"]
            if desk
            else ["waiting", "open", "mine", "following", "resolved", "all"]
        )
    }
    if desk:
        names = ["triage", "due", "unassigned", "severe", "waiting", "all"]
        pages |= {name: browser.get(reverse("tickets:queue", args=[name])) for name in names}
    assert {name: bool(page.context["rows"]) for name, page in pages.items()} == dict.fromkeys(pages, True)
    if person.standing().decides:
        assert browser.get(reverse("tickets:approvals")).context["mine"].waiting
    if not desk:
        assert 'class="empty"' not in browser.get(reverse("home")).content.decode()
        assert any(entry.earlier for entry in browser.get(reverse("notices")).context["rows"])


@pytest.mark.parametrize("email", [email for email in EMAILS if email.startswith(("alison", "robert"))])
def test_who_works_on_tickets_has_work(demo: None, sign_in: SignIn, email: str) -> None:
    browser = sign_in(Person.objects.get(email=email))
    page = browser.get(reverse("tickets:desk"))
    assert page.context["mine"]
    assert page.context["due"]
    assert any(entry.earlier for entry in browser.get(reverse("notices")).context["rows"])


def test_history_is_told_under_the_bell_and_mailed_only_when_fresh(demo: None) -> None:
    now = timezone.now()
    mailed = OutboxMessage.objects.filter(effect="ticket.mail", outcome="sent")
    assert mailed.count() > 20
    assert not mailed.filter(event__at__lt=now - MAIL_OF - timedelta(minutes=5)).exists()
    waits = [
        "sla.mail",
        "sla.quiet_mail",
        "news.daily",
        "news.held",
    ]  # for more, for the morning, as people wish
    assert not OutboxMessage.objects.waiting().exclude(effect__in=waits).exists()
    assert OutboxMessage.objects.filter(effect="news.daily").exists()
    assert not OutboxMessage.objects.filter(failures__gt=0).exists()
    old = OutboxMessage.objects.filter(outcome=OUTCOME)
    assert old.count() > 1000
    assert Notice.objects.filter(at__lt=now - timedelta(days=7)).exclude(read_at=None).exists()
    assert not Notice.objects.filter(at__lt=now - timedelta(days=7), read_at=None).exists()
    assert Notice.objects.filter(read_at=None).exists()


def test_what_fell_due_in_the_past_has_happened(demo: None) -> None:
    assert not DueRow.objects.waiting().filter(due_at__lt=timezone.now() - timedelta(minutes=5)).exists()
    assert DueRow.objects.waiting().exists()
    assert not DueRow.objects.exclude(last_error="").exists()


def test_every_due_time_of_the_demo_follows_from_its_history(demo: None) -> None:
    assert differences(list(Ticket.objects.all())) == []
    assert ServiceClock.objects.filter(adjusted_state="met").exists()  # and some time is excused


def test_every_item_of_the_catalogue_was_ordered_and_requests_stand_everywhere(demo: None) -> None:
    told = ServiceRequest.objects.all()
    items = set(CatalogueItem.objects.offered().values_list("slug", flat=True))
    assert set(told.values_list("item", flat=True)) == items
    assert set(told.values_list("status", flat=True)) == set(RequestStatus)
    assert set(told.values_list("visibility", flat=True)) == {"organization", "restricted"}
    assert told.filter(reporter__language="fr").exists()
    assert set(Approval.objects.values_list("state", flat=True)) == set(ApprovalState)
    assert {team.slug for team in Team.objects.all() if team.members.exists()} == {
        "service-desk", "mdmr-operations", "data-billing", "environments",
    }  # fmt: skip


def test_requests_of_each_choice_stand_in_every_status_that_they_can_reach(demo: None) -> None:
    """But for requests for change: their catalogue item is to lead to RFCs, which have a life of their own."""
    offered = ItemVersion.objects.offered().exclude(item__choice=Choice.CHANGE).select_related("item")
    possible = {(one.item.choice, status) for one in offered for status in within_reach(first_status(one))}
    told = ServiceRequest.objects.exclude(item_version__item__choice=Choice.CHANGE)
    assert set(told.values_list("item_version__item__choice", "status")) == possible


def within_reach(first: str) -> set[str]:
    """Where a request that begins there can get to by what people do.

    The system's own moves follow an item's approvals: they lead to where requests for that item begin.
    """
    reached, left = {first}, [first]
    while left:
        ways = [move.target for move in REQUEST_LIFECYCLE.leaving(left.pop()) if move.parties != SYSTEM]
        left += set(ways) - reached
        reached.update(ways)
    return reached


def test_requests_take_every_turn_that_a_request_can_take(demo: None) -> None:
    now, told = timezone.now(), ServiceRequest.objects.all()
    waiting = told.filter(status=RequestStatus.WAITING_APPROVAL)
    for some in (
        waiting.filter(approvals__state=ApprovalState.WAITING, approvals__decide_by__lt=now),
        waiting.filter(approvals__round=2, approvals__state=ApprovalState.WAITING),
        told.filter(approvals__votes__cast_by__in=Delegation.objects.active(now.date()).values("delegate")),
        told.filter(status=RequestStatus.IN_FULFILMENT).exclude(tasks__done_at=None),  # only to be fulfilled
        told.filter(status=RequestStatus.IN_FULFILMENT, events__name="request.reopen"),
        told.filter(status=RequestStatus.CLOSED, events__name="request.close", events__actor=None),
        told.filter(status=RequestStatus.DECLINED, approvals__state=ApprovalState.DECLINED),
        told.filter(status=RequestStatus.DECLINED, approvals=None),
        told.filter(events__name="request.converted"),
        told.filter(events__name="request.submitted").exclude(events__actor=F("reporter")),
    ):
        assert some.exists(), some.query
    (became,) = Link.objects.filter(relation=Relation.CONTINUES).exclude(
        source__ticket__split_off__isnull=False
    )
    assert (became.source.kind, became.target.kind) == ("incident", "request")


def test_fulfilled_requests_really_changed_who_has_access(demo: None) -> None:
    invitation = Invitation.objects.get(email="jolene.bannatyne@grandtrunkhydro.example")
    assert OutboxMessage.objects.get(key=f"invitation:{invitation.pk}").outcome == "sent"
    assert not Person.objects.get(name="Leslie Amundsen").is_active
    roles = Membership.objects.active().filter(person__name="Mei Fong Leung").values_list("role", flat=True)
    assert list(roles) == ["ldc_admin"]


def test_the_administrator_and_the_approver_of_the_sign_in_page_have_something_to_decide(
    demo: None, sign_in: SignIn
) -> None:
    for email in ("marcus.oyelaran@lakeshorehydro.example", "nadia.featherstone-cruz@sme.example"):
        page = sign_in(Person.objects.get(email=email)).get(reverse("tickets:approvals"))
        assert len(page.context["mine"].waiting) >= 2


def test_requests_that_name_people_are_seen_by_few_and_never_by_another_organization(demo: None) -> None:
    restricted = ServiceRequest.objects.filter(visibility="restricted")
    for person in Person.objects.active().filter(memberships__organization__kind="ldc").distinct():
        standing = person.standing()
        for request in restricted.visible_to(person):
            assert request.organization_id in standing.organizations
            assert (
                request.organization_id in standing.administers
                or person.pk in {request.reporter_id, request.contact_id, request.backup_contact_id}
                or request.followers.filter(person=person).exists()
            )
    dana, tom = (Person.objects.get(name=name) for name in ("Dana Whitfield", "Tom Kowalczyk"))
    hers = restricted.filter(reporter=dana)
    assert hers.visible_to(dana).exists()
    assert not hers.visible_to(tom).exists()


def test_unsent_requests_wait_among_the_drafts(demo: None) -> None:
    unsent = Draft.objects.unsent().filter(form__startswith=f"{ORDER}:")
    assert sorted(unsent.values_list("person__name", "form")) == [
        ("Dana Whitfield", "request:report-subscription"),
        ("Stephen Nootchtai", "request:crossed-meters"),
    ]


def test_a_request_of_every_status_opens_for_its_requester_and_for_the_desk(
    demo: None, sign_in: SignIn
) -> None:
    desk = sign_in(Person.objects.get(name="Alison Brightwater"))
    one_of_each = ServiceRequest.objects.order_by("status", "-created_at").distinct("status")
    for request in one_of_each.select_related("reporter"):
        page = sign_in(request.reporter).get(reverse("tickets:detail", args=[request.reference]))
        at_the_desk = desk.get(reverse("tickets:desk_detail", args=[request.reference]))
        assert (page.status_code, at_the_desk.status_code) == (200, 200)
        assert request.title in html.unescape(page.content.decode())


def test_a_story_that_does_not_fit_its_form_any_more_stops_the_loading_with_words(demo: None) -> None:
    cast = Cast(
        organizations={one.slug: one for one in Organization.objects.all()},
        org_ids={one.pk: ["LSH01"] for one in Organization.objects.all()},
        people={one.name: one for one in Person.objects.all()},
        agents=list(Person.objects.filter(name="Alison Brightwater")),
    )
    dana, lakeshore = cast.people["Dana Whitfield"], cast.organizations["lakeshore-hydro"]
    cast.reporters[lakeshore.pk] = [dana]
    story = OrderStory("report-subscription", "A report", {"repport": "Daily"}, (Told(dana.name, 1, ""),), ())
    hours = rulebook.current_calendar(DeskRules.objects.get().calendar_id)
    (order,) = OrderPlanner(cast, (story,), hours, timezone.now(), Random(1)).orders()
    with pytest.raises(ValueError, match=r"does not fit the form report-subscription.*repport"):
        OrderActor(order, cast, Random(1)).send(order.sent_at)
