"""Each item of the catalogue in real browsers: filled in, approved by the mail's link, fulfilled, closed.

The items, their questions and approvals come from the published catalogue. Who is refused at each of
these steps, and with which words, is tests/tickets/test_every_item.py's business.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from accounts.models import Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from servicedesk.notifications.outbox import drain
from tests.browser.conftest import Visit, Visitor
from tests.browser.filling import fill_in, send_request
from tests.browser.paths import text_file
from tests.conftest import person
from tests.tickets.inventing import EMAILS, invent, roads
from tests.tickets.requests import CHOSEN
from tickets.models import Choice, ItemVersion, ServiceRequest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAKEN = {**CHOSEN, "desk-user-remove": {"urgent": "yes"}}
"""What has to be chosen besides the last: access that ends today, so that it can be seen to."""
OFFERED = [one for one in Choice if one not in {Choice.INCIDENT, Choice.CHANGE}]
DECIDES = {"organization_admin": "olga", "sme_approver": "ivan"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ivan(sme: Organization) -> Person:
    """An approver of the SME."""
    return person("Ivan", (sme, Role.CONFIGURATION_APPROVER))


@pytest.fixture
def letters(settings: Settings) -> Iterator[list[mail.EmailMessage]]:
    """The mail that was sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def items_of(choice: Choice) -> list[ItemVersion]:
    """What is offered under a choice."""
    offered = ItemVersion.objects.offered().with_form().filter(item__choice=choice)
    return sorted(offered, key=lambda one: one.item.position)


def link_for(decider: Person, letters: list[mail.EmailMessage], reference: str) -> str:
    """The address in the letter that asks somebody to decide on a request."""
    drain(now=lambda: timezone.now() + MINUTE)
    asked = [
        str(one.body)
        for one in letters
        if one.to == [decider.email] and reference in one.subject and "decision is needed" in one.subject
    ]
    return next(urlsplit(word).path for word in asked[-1].split() if "/approvals/" in word)


def decide(visitor: Visitor, address: str) -> None:
    """Open what the letter leads to, and agree."""
    page = visitor.go(address)
    page.get_by_role("button", name="Approve this request").click()
    expect(page.get_by_role("status").filter(has_text="You approved")).to_be_visible()


def fulfil(page: Page, tasks: int) -> None:
    """Begin if nobody had to agree, tick everything off, fulfil."""
    start = page.get_by_role("button", name="Start fulfilment")
    if start.count():
        start.click()
    expect(page.locator(".page-head")).to_contain_text("In fulfilment")
    for done in range(tasks):
        page.get_by_role("button", name="Tick off").first.click()
        expect(page.locator("#ticket")).to_contain_text(f"{done + 1} of {tasks} done")
    page.get_by_role("link", name="All is done: fulfil the request").click()
    form = page.locator("#move-fulfil")
    form.get_by_label("Message").fill("It is done, and we looked that it works.")
    form.get_by_role("button", name="Fulfil").click()
    expect(page.locator(".page-head")).to_contain_text("Fulfilled")


@pytest.mark.parametrize("choice", OFFERED)
def test_every_item_from_the_form_to_the_closing(
    visit: Visit, lakeshore: Organization, rita: Person, olga: Person, ivan: Person, ann: Person, choice: Choice,
    letters: list[mail.EmailMessage], tmp_path: Path,
) -> None:  # fmt: skip
    OrgId.objects.bulk_create(OrgId(organization=lakeshore, code=code) for code in ("LAKE1", "LAKE2"))
    file, people = text_file(tmp_path), {"olga": olga, "ivan": ivan}
    ldc, desk = visit(rita), visit(ann)
    deciding: dict[str, Visitor] = {}
    for number, version in enumerate(items_of(choice)):
        subject = person(f"Dana-{number}", (lakeshore, Role.LDC_STAFF))
        given = invent(
            version, people=[subject, olga], org_ids=["LAKE1", "LAKE2"], today=timezone.localdate(),
            choose=roads(version)[-1] | TAKEN.get(version.item.slug, {}),
        )  # fmt: skip
        page = ldc.go(f"/help/new/{version.item.slug}/")
        fill_in(page, version, given, file=file)
        reference = send_request(page)
        made = ServiceRequest.objects.get(reference=reference)
        assert made.answers == given.answers

        for step in version.approval_steps.order_by("position"):
            who = DECIDES[step.asks]
            address = link_for(people[who], letters, reference)
            ldc.go(address)
            expect(page.locator("#main")).to_contain_text("This is your own request")
            expect(page.get_by_role("button", name="Approve this request")).to_have_count(0)
            if who not in deciding:
                deciding[who] = visit(people[who])
            decide(deciding[who], address)
        fulfil(desk.go(f"/desk/tickets/{reference}/"), version.tasks.count())
        ldc.go(f"/tickets/{reference}/")
        page.get_by_role("button", name="Yes, it is solved: close it").click()
        expect(page.locator(".page-head")).to_contain_text("Closed")
        assert has_happened(version, subject) == EFFECTS.get(version.item.slug, (set(), {"ldc_staff"}))
        if version.item.slug == "desk-administrator-change":  # Olga is a user again: nobody is left to ask
            break


EFFECTS: dict[str, tuple[set[str], set[str]]] = {
    "desk-user-new": ({EMAILS[0]}, {"ldc_staff"}),
    "desk-user-change": (set(), {"ldc_admin"}),
    "desk-user-remove": (set(), set()),
    "desk-administrator-change": (set(), {"ldc_admin"}),
}
"""Who was invited, and what the person whom it was about is now."""


def has_happened(version: ItemVersion, subject: Person) -> tuple[set[str], set[str]]:
    """What came of a request: who was invited by it, and what its subject is now."""
    invited = Invitation.objects.all() if version.effect == "invite" else Invitation.objects.none()
    held = Membership.objects.active().filter(person=subject)
    return set(invited.values_list("email", flat=True)), set(held.values_list("role", flat=True))
