"""Each item of the catalogue from the form to the closing, by the proper people and by nobody else.

The items, their questions, approvals and tasks come from the published catalogue. A client has no
scripts, so this is also the road of a browser without any.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from servicedesk.records.models import Attachment, Visibility
from servicedesk.ui.moments import absolute
from tests.conftest import key, person
from tests.tickets.inventing import EMAILS, Invented, invent, roads
from tests.tickets.ordering import filled, item, text
from tests.tickets.orders import now_on, version_of
from tests.tickets.pages import buttons, fields, main, messages, words
from tests.tickets.requests import CHOSEN, ROADS, request_in
from tickets.catalogue.answers import shown
from tickets.migrations.catalogue_2026_11 import ITEMS
from tickets.models import Approval, ApprovalState, CatalogueItem, ItemVersion, ServiceRequest, Ticket
from tickets.sla.promises import promise_request
from tickets.sla.verification import differences
from tickets.transitions import RequestStatus

Cast = dict[str, Person]
SLUGS = [one["slug"] for one in ITEMS if one["slug"] != "request-for-change"]  # retired: changes are RFCs
OWN = "This is your own request, so somebody else has to decide."
NOT_HERS = {
    "organization_admin": "Only your organization's administrators, or those who stand in for them, can decide",
    "sme_approver": "Only the approvers of the Smart Metering Entity can decide on this.",
}
DESK_ONLY = "Only the Service Desk can do this."
LDC_ONLY = "Only your organization can do this."
NOT_YET = "“Fulfil” is not possible while this is “Waiting for approval”"
NOT_FOUND = (404, "")


@dataclass(frozen=True, slots=True)
class World:
    """Everybody at a browser of their own, and what they talk about."""

    browsers: dict[str, Client]
    people: Cast
    lakeshore: Organization

    def answers(self, version: ItemVersion, *, choose: dict[str, str], optional: bool = True) -> Invented:
        """Answers to its form: Dana is whom it is about, Olga whom she replaces."""
        codes = list(self.lakeshore.org_ids.order_by("code").values_list("code", flat=True))
        return invent(
            version,
            people=[self.people["dana"], self.people["olga"]],
            org_ids=codes,
            today=timezone.localdate(),
            choose=CHOSEN.get(version.item.slug, {}) | choose,
            optional=optional,
        )


@pytest.fixture
def world(cast: Cast, lakeshore: Organization, pineridge: Organization, sme: Organization) -> World:
    """The cast, a user whom requests are about, an approver of the SME, and two administrators of the other LDC.

    One of those two works for Lakeshore Hydro too, and so sees its requests.
    """
    people = cast | {
        "pete": person("Pete", (pineridge, Role.LDC_ADMIN)),
        "pam": person("Pam", (pineridge, Role.LDC_ADMIN), (lakeshore, Role.LDC_STAFF)),
        "dana": person("Dana", (lakeshore, Role.LDC_STAFF)),
        "ivan": person("Ivan", (sme, Role.CONFIGURATION_APPROVER)),
    }
    OrgId.objects.bulk_create(OrgId(organization=lakeshore, code=code) for code in ("LAKE1", "LAKE2"))
    browsers = {}
    for name, member in people.items():
        browsers[name] = Client()
        browsers[name].force_login(member)
    return World(browsers, people, lakeshore)


def fill(world: World, version: ItemVersion, given: Invented, **said: Any) -> HttpResponse:
    """Rita sends the form."""
    files = {"files": [SimpleUploadedFile("evidence.csv", b"a,b\n")]} if given.needs_file else {}
    form = filled(world.lakeshore, title=f"For {version.name}", **given.typed, **files, **said)
    return world.browsers["rita"].post(f"/help/new/{version.item.slug}/", form)


def order(world: World, version: ItemVersion, given: Invented) -> tuple[HttpResponse, ServiceRequest]:
    """Rita fills in the form, checks, and sends. Answers the page that she checked, and what was stored."""
    rita, slug = world.browsers["rita"], version.item.slug
    continued = fill(world, version, given)
    assert continued.status_code == 303, messages(continued)
    checked = rita.get(continued["Location"])
    form = {name: values[-1] for name, values in fields(checked).items()}
    sent = rita.post(f"/help/new/{slug}/check/", form)
    assert sent.status_code == 303, words(sent)
    made = ServiceRequest.objects.latest("pk")
    assert sent["Location"] == f"/tickets/{made.reference}/submitted/"
    assert rita.get(sent["Location"]).status_code == 200
    return checked, made


def tried(world: World, who: str, address: str, **said: object) -> tuple[int, str]:
    """A form made by hand: its status, and the page's words."""
    answer = world.browsers[who].post(address, {"request_id": key(), **said})
    return answer.status_code, "" if answer.status_code == 404 else words(answer)


def is_told(answer: tuple[int, str], status: int, reason: str) -> bool:
    """Was somebody refused with that status, in these words?"""
    return answer[0] == status and reason in answer[1]


def address_of(request: ServiceRequest, act: str) -> str:
    return f"/tickets/{request.reference}/{act}/"


# --- The forms ------------------------------------------------------------------------------


def test_these_are_the_items_that_are_offered(db: None) -> None:
    assert set(CatalogueItem.objects.offered().values_list("slug", flat=True)) == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_of_an_item_can_be_answered_and_what_is_not_asked_is_dropped(
    world: World, slug: str
) -> None:
    version, met = version_of(slug), set()
    for road in roads(version):
        given = world.answers(version, choose=road)
        checked, made = order(world, version, given)

        assert made.answers == given.answers
        assert Attachment.objects.filter(record=made.pk).exists() == given.needs_file
        page = words(checked)
        for one in shown(version, given.answers):
            assert f"{one.label} " in page
        met |= {one.name for one in given.shown}
    assert met == {one.name for one in version.fields_in_order()}


@pytest.mark.parametrize("slug", SLUGS)
def test_an_item_asks_for_no_more_than_it_says_and_names_all_that_is_missing(world: World, slug: str) -> None:
    version = version_of(slug)
    empty = fill(world, version, Invented())
    named = " ".join(messages(empty))

    assert empty.status_code == 422
    for one in version.fields_in_order():
        if one.required and not one.show_field:
            assert f"“{one.label}”" in named
    least = world.answers(version, choose=roads(version)[0], optional=False)
    _checked, made = order(world, version, least)
    assert made.answers == least.answers


# --- The whole road -------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_an_item_from_the_form_to_the_closing(world: World, slug: str) -> None:
    version = version_of(slug)
    checked, made = order(world, version, world.answers(version, choose=roads(version)[0]))
    steps = [one.asks for one in version.approval_steps.order_by("position")]
    _is_promised(world, checked, made, approved=bool(steps))
    _is_seen_by_the_right_people(world, made)
    for asks in steps:
        _decide(world, made, asks)
    if not steps:
        _start(world, made)
    _fulfil(world, made, version)
    _has_happened(world, version)
    _close(world, made)


def _is_promised(world: World, checked: HttpResponse, made: ServiceRequest, *, approved: bool) -> None:
    """What the page said before it was sent is what is stored."""
    promised = promise_request(
        made.item, made.status, organization_id=made.organization_id, start=made.created_at
    )
    assert made.status == ("waiting_approval" if approved else "submitted")
    if approved:
        assert (made.finish_due_at, promised.fulfil_by) == (None, None)
        assert "once it is approved by" in words(checked)
        return
    assert f"Fulfilled by {absolute(made.finish_due_at)}" in words(checked)
    # the clock began when the page was drawn, a moment before it was sent
    assert abs(made.finish_due_at - promised.fulfil_by) < timedelta(minutes=1)
    assert absolute(made.finish_due_at) in words(
        world.browsers["rita"].get(f"/tickets/{made.reference}/submitted/")
    )


def _is_seen_by_the_right_people(world: World, made: ServiceRequest) -> None:
    """Its organization, or the people on it and the administrators; the desk; never a stranger."""
    restricted = made.visibility == Visibility.RESTRICTED
    seen = {
        who: world.browsers[who].get(f"/tickets/{made.reference}/", follow=True).status_code
        for who in ("rita", "ned", "olga", "stan", "ann", "chang")
    }
    assert seen == {
        "rita": 200, "ned": 404 if restricted else 200, "olga": 200, "stan": 404, "ann": 200, "chang": 200,
    }  # fmt: skip


def _decide(world: World, made: ServiceRequest, asks: str) -> None:
    """The approval that waits: refused to whoever may not, given by whoever may, and then over."""
    approval = Approval.objects.get(request=made, state=ApprovalState.WAITING)
    page = f"/requests/{made.reference}/approvals/{approval.public_id}/"
    right = {"organization_admin": "olga", "sme_approver": "ivan"}[asks]
    wrong = {"organization_admin": "ivan", "sme_approver": "olga"}[asks]

    assert is_told(
        tried(world, "ann", address_of(made, "move/fulfil"), version=made.version, message="x"), 409, NOT_YET
    )
    assert is_told(tried(world, "rita", page, decision="approve"), 403, OWN)
    for who in ("stan", "pete"):
        assert tried(world, who, page, decision="approve") == NOT_FOUND
    for who in ("ned", "pam"):
        neighbour = tried(world, who, page, decision="approve")
        if made.visibility == Visibility.RESTRICTED:
            assert neighbour == NOT_FOUND
        else:
            assert is_told(neighbour, 403, NOT_HERS[asks])
    for who in (wrong, "ann", "chang"):
        assert is_told(tried(world, who, page, decision="approve"), 403, NOT_HERS[asks])

    shown_to = world.browsers[right].get(page)
    assert buttons(shown_to) == ["Approve this request", "Decline this request"]
    assert not approval.votes.exists()
    assert tried(world, right, page, decision="approve")[0] == 303
    assert is_told(tried(world, right, page, decision="decline", reason="No."), 409, "This was approved on")


def _start(world: World, made: ServiceRequest) -> None:
    """Nobody has to agree: an agent begins."""
    address, said = address_of(made, "move/start"), {"version": now_on(made).version}
    assert is_told(tried(world, "rita", address, **said), 403, DESK_ONLY)
    assert tried(world, "stan", address, **said) == NOT_FOUND
    assert tried(world, "ann", address, **said)[0] == 303


def _fulfil(world: World, made: ServiceRequest, version: ItemVersion) -> None:
    """All its tasks are ticked off by an agent; before that it cannot be fulfilled, and never by the LDC."""
    made = now_on(made)
    assert (made.status, made.finish_due_at is None) == (RequestStatus.IN_FULFILMENT, False)
    assert absolute(made.finish_due_at) in words(world.browsers["rita"].get(f"/tickets/{made.reference}/"))
    tasks = list(made.tasks.order_by("position", "pk"))
    assert [str(task.template) for task in tasks] == [
        one.title for one in version.tasks.order_by("position", "pk")
    ]
    address = address_of(made, "move/fulfil")
    said = {"version": made.version, "message": "It is done, and we looked that it works."}
    assert is_told(tried(world, "ann", address, **said), 409, f"“{tasks[0].template}”")
    first = f"/tickets/{made.reference}/tasks/{tasks[0].pk}/"
    assert is_told(tried(world, "rita", first, done="yes"), 403, DESK_ONLY)
    assert tried(world, "stan", first, done="yes") == NOT_FOUND
    for task in tasks:
        assert tried(world, "ann", f"/tickets/{made.reference}/tasks/{task.pk}/", done="yes")[0] == 303

    said["version"] = now_on(made).version
    assert is_told(tried(world, "rita", address, **said), 403, DESK_ONLY)
    assert tried(world, "stan", address, **said) == NOT_FOUND
    assert tried(world, "ann", address, **said)[0] == 303
    assert now_on(made).status == RequestStatus.FULFILLED


def _close(world: World, made: ServiceRequest) -> None:
    """Rita closes it, and then nothing more can be done to it."""
    made = now_on(made)
    address, said = address_of(made, "move/close"), {"version": made.version}
    assert tried(world, "stan", address, **said) == NOT_FOUND
    assert is_told(tried(world, "ann", address, **said), 403, LDC_ONLY)
    page = world.browsers["rita"].get(f"/tickets/{made.reference}/")
    assert f'action="{address}"' in main(page)
    assert tried(world, "rita", address, **said)[0] == 303

    closed = now_on(made)
    assert (closed.status, closed.resolution) == (RequestStatus.CLOSED, "fulfilled")
    assert closed.done_at is not None
    again = tried(world, "ann", address_of(made, "move/fulfil"), version=closed.version, message="Again.")
    assert again[0] == 409


def _has_happened(world: World, version: ItemVersion) -> None:
    """What a request really does to accounts, and that the others do nothing."""
    dana, olga = world.people["dana"], world.people["olga"]
    held = Membership.objects.active().filter(organization=world.lakeshore)
    now = {
        "invited": list(Invitation.objects.values_list("email", "role")),
        "dana": set(held.filter(person=dana).values_list("role", flat=True)),
        "olga": set(held.filter(person=olga).values_list("role", flat=True)),
        "may come in": world.browsers["dana"].get("/tickets/").status_code == 200,
    }
    before = {"invited": [], "dana": {"ldc_staff"}, "olga": {"ldc_admin"}, "may come in": True}
    assert now == before | EFFECTS.get(version.item.slug, {})


EFFECTS: dict[str, dict[str, Any]] = {
    "desk-user-new": {"invited": [(EMAILS[0], "ldc_staff")]},
    "desk-user-change": {"dana": {"ldc_admin"}},
    "desk-user-remove": {"dana": set(), "may come in": False},
    "desk-administrator-change": {"dana": {"ldc_admin"}, "olga": {"ldc_staff"}},
}


# --- Every state ----------------------------------------------------------------------------


def can_be(version: ItemVersion, status: str) -> bool:
    """Is there such a request? Whatever needs an approval waits for it, and nothing else does."""
    needs = version.approval_steps.exists()
    return {"submitted": not needs, "waiting_approval": needs}.get(status, True)


@pytest.mark.parametrize("status", RequestStatus)
def test_every_item_is_read_in_every_state_by_both_sides(world: World, status: RequestStatus) -> None:
    people, at = world.people, timezone.now()
    versions = [one for one in ItemVersion.objects.offered().with_form() if can_be(one, status)]
    assert versions
    for number, version in enumerate(versions):
        subjects = [
            person(f"{name}-{number}", (world.lakeshore, role))
            for name, role in (("Emil", Role.LDC_STAFF), ("Fay", Role.LDC_ADMIN))
        ]
        made = request_in(
            status, version.item.slug, by=people["rita"], agent=people["ann"],
            approvers={"organization_admin": people["olga"], "sme_approver": people["ivan"]},
            people=subjects, organization_id=world.lakeshore.pk, at=at,
        )  # fmt: skip

        assert made.status == status
        for who in ("rita", "ann"):  # the desk reads the status by its name
            page = world.browsers[who].get(f"/tickets/{made.reference}/", follow=True)
            assert (page.status_code, version.name in words(page)) == (200, True), (version, who)
        assert str(status.label) in words(page)
    assert [str(one) for one in differences(list(Ticket.objects.all()), at=at)] == []


def test_the_roads_lead_to_every_state() -> None:
    assert set(ROADS) == set(RequestStatus)


def test_a_request_that_was_sent_reads_as_it_was_asked_when_its_item_is_changed(world: World) -> None:
    version = version_of("vee-profile")
    _checked, made = order(world, version, world.answers(version, choose={}))
    item("vee-profile", text("weather", label="How is the weather?"), name="Weather")

    rita = world.browsers["rita"]
    page, edit = words(rita.get(f"/tickets/{made.reference}/")), words(rita.get(address_of(made, "edit")))

    for one in version.fields_in_order():
        assert one.label in page
        assert one.label in edit
    assert "How is the weather?" not in page + edit
    assert now_on(made).answers == made.answers
    assert now_on(made).item_version == version
