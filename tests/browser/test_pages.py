"""Every page, on both sides of the desk: no barrier in light or dark, nothing to scroll sideways.

With SCREENSHOTS=<directory> each page also leaves pictures there, for a person to look at.
"""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Person
from tests.browser.conftest import Visit, Visitor, screenshots
from tests.browser.looking import OF_COLOUR, Scheme, barriers, problems, take_pictures
from tests.ui.world import World, build
from tickets.models import Incident
from tickets.transitions import Status

pytestmark = pytest.mark.browser

SIGNED_OUT = [
    "/login/",
    "/password/reset/",
    "/password/reset/done/",
    "/password/reset/key/1-set-password/",
    "/inactive/",
    "/signup/",
    "/contact/",
    "/accessibility/",
    "/privacy/",
    "/invite/{invited}/",
    "/invite/made-up/",
    "/no/such/page/",
    "/unsubscribe/{way_out}/",
]
LDC = [
    "/",
    "/help/new/",
    "/help/new/incident/?draft={fresh_draft}",
    "/help/new/incident/?draft={draft}&checked=1",
    "/help/new/incident/check/?draft={ready_draft}",
    "/help/new/?q=gui+user",
    "/help/new/?q=nothing+is+called+that",
    "/help/new/choice/configuration/",
    "/help/new/gui-user-new/?draft={fresh_draft}",
    "/help/new/gui-user-new/?draft={order_draft}&checked=1",
    "/help/new/gui-user-new/check/?draft={order_draft}",
    "/help/new/gui-user-new/import/?draft={order_draft}",
    "/help/new/crossed-meters/?draft={fresh_draft}&checked=1",
    "/help/new/gui-user-remove/?draft={fresh_draft}",
    "/tickets/{ordered}/",
    "/tickets/{ordered}/submitted/",
    "/tickets/?view=all",
    "/tickets/?q=nothing+is+called+that",
    "/tickets/{ordinary}/",
    "/tickets/{ordinary}/submitted/",
    "/tickets/{ordinary}/contact/",
    "/tickets/{waiting}/",
    "/problems/",
    "/problems/?area=gui",
    "/problems/?q=nothing+is+called+that",
    "/problems/{known}/",
    "/tickets/{waiting}/why/",
    "/tickets/{resolved}/",
    "/tickets/{resolved}/why/",
    "/tickets/{closed}/",
    "/tickets/{twin}/",
    "/tickets/{twin}/print/",
    "/drafts/",
    "/notifications/",
    "/me/preferences/",
    "/contact/",
    "/me/",
    "/changes/calendar/",
    "/changes/calendar/?view=month",
    "/changes/calendar/?view=week",
    "/changes/feed/",
    "/2fa/",
    "/2fa/totp/activate/",
    "/2fa/webauthn/",
    "/2fa/webauthn/add/",
    "/sessions/",
    "/password/change/",
    "/reauthenticate/",
    "/logout/",
    "/tickets/INC-0/",
]
ORGANIZATION = [
    "/org/people/",
    "/reports/service-levels/",
    "/reports/times/",
    "/approvals/",
    "/requests/{asked}/approvals/{approval}/",
    "/tickets/{asked}/",
    "/tickets/{asked}/edit/",
]
DESK = [
    "/desk/",
    "/desk/components/",
    "/desk/q/triage/",
    "/desk/q/all/",
    "/desk/q/due/",
    "/desk/bulk/{bulk}/",
    "/desk/bulk/{bulk_done}/",
    "/desk/bulk/{bulk_reply}/?template={reply_template}",
    "/desk/q/snoozed/",
    "/desk/v/{view}/",
    "/desk/v/{view}/edit/",
    "/desk/v/{deleted_view}/",
    "/desk/tickets/{ordinary}/",
    "/desk/tickets/{waiting}/",
    "/desk/tickets/{resolved}/",
    "/desk/tickets/{twin}/",
    "/desk/tickets/{double}/?alone=1",
    "/tickets/{ordinary}/merge/",
    "/tickets/{ordinary}/merge/?into={twin}",
    "/tickets/{twin}/split/",
    "/tickets/{ordinary}/print/?notes=yes",
    "/tickets/{late}/why/",
    "/tickets/?view=all",
    "/tickets/?view=all&clock=respond:met&ended=2027-01..2027-03",
    "/reports/service-levels/",
    "/reports/service-levels/?from=2021-01&to=2021-03",
    "/reports/times/",
    "/reports/volumes/",
    "/help/new/incident/?draft={fresh_draft}",
    "/help/new/gui-user-new/?draft={fresh_draft}",
    "/help/new/gui-user-new/?draft={fresh_draft}&organization={lakeshore}",
    "/notifications/",
    "/me/",
]
MANAGER = [
    "/problems/",
    "/problems/new/?incident={ordinary}",
    "/problems/candidates/",
    "/problems/{known}/",
    "/problems/{known}/edit/",
    "/problems/{known}/internals/",
    "/problems/{known}/publish/",
    "/problems/{known}/notes/",
    "/problems/{known}/resolve/",
    "/problems/{unpublished}/publish/",
]
CHANGES = [
    "/changes/?view=all",
    "/changes/?q=nothing+is+called+that",
    "/changes/new/?draft={fresh_draft}",
    "/changes/new/?draft={change_draft}&checked=1",
    "/changes/new/check/?draft={change_ready}",
    "/changes/subscriptions/",
    "/changes/{change_own}/",
    "/changes/{change_own}/submitted/",
    "/changes/{change_own}/edit/",
    "/changes/{change_open}/",
]
CHANGE_MANAGER = [
    "/changes/?view=decide",
    "/changes/new/?draft={fresh_draft}",
    "/changes/{change_open}/",
    "/changes/{change_own}/edit/",
    "/changes/{change_own}/risk/",
    "/changes/{change_own}/plan/",
    "/changes/{change_own}/publish/",
    "/changes/{change_open}/unpublish/",
]
ADMIN = [
    "/admin/",
    "/admin/tickets/incident/",
    "/admin/changes/freeze/",
    "/admin/changes/freeze/add/",
    "/admin/tickets/servicecalendar/",
    "/admin/tickets/policyversion/",
    "/admin/tickets/catalogueitem/",
    "/admin/tickets/catalogueitem/add/",
    "/admin/tickets/itemversion/",
    "/admin/tickets/itemversion/add/",
    "/admin/tickets/problem/",
    "/admin/tickets/arearule/",
    "/admin/tickets/serviceclock/",
    "/admin/tickets/servicecalendar/simulator/",
    "/admin/accounts/person/",
    "/admin/notifications/outboxmessage/",
    "/admin/changes/requestforchange/",
    "/admin/changes/changetemplate/add/",
    "/admin/changes/riskformula/add/",
]
STATUSES = {"/no/such/page/": 404, "/tickets/INC-0/": 404, "/invite/made-up/": 410}
"""Pages that say no. All others are there."""


@pytest.fixture
def world(committed: None, cast: dict[str, Person], incident: Callable[..., Incident]) -> World:
    """Tickets in every state, drafts, files, notices and invitations."""
    return build(cast, incident, timezone.now())


@pytest.fixture
def names(world: World, incident: Callable[..., Incident]) -> dict[str, str]:
    """What the addresses above name in braces."""
    tickets = {
        "waiting": incident(Status.WAITING_LDC, at=timezone.now()),
        "resolved": incident(Status.RESOLVED, at=timezone.now() - timedelta(hours=3)),
        "closed": incident(Status.CLOSED, at=timezone.now()),
        "late": incident(at=timezone.now() - timedelta(days=60), title="A long title " + "without end " * 8),
    }
    named = {name: ticket.reference for name, ticket in tickets.items()}
    return named | {
        "ordinary": world.ordinary.reference,
        "known": world.problems["known"].reference,
        "unpublished": world.problems["unpublished"].reference,
        "asked": world.things["asked"]["reference"],
        "approval": str(world.things["asked"]["public_id"]),
        "invited": str(world.things["invited"]["token"]),
        "way_out": str(world.things["way_out"]["token"]),
        "draft": str(world.things["draft"]["public_id"]),
        "fresh_draft": "11111111-1111-4111-8111-111111111111",
        "order_draft": str(world.things["order_draft"]["public_id"]),
        "ordered": str(world.things["ordered"]["reference"]),
        "lakeshore": str(world.ordinary.organization_id),
        "ready_draft": str(world.things["ready_draft"]["public_id"]),
        **{name: world.things[name]["reference"] for name in ("change_own", "change_open", "twin", "double")},
        **{name: str(world.things[name]["public_id"]) for name in ("change_draft", "change_ready")},
        **{
            name: str(world.things[name]["public_id"])
            for name in ("bulk", "bulk_done", "bulk_reply", "reply_template")
        },
        **{name: str(world.things[name]["public_id"]) for name in ("view", "deleted_view")},
    }


def look_at(visitor: Visitor, side: str, addresses: Iterable[str], names: dict[str, str]) -> list[str]:
    """Open each page, and answer everything wrong with any of them."""
    visitor.expect("status of (404|410)")  # pages that say so are pages too
    found = []
    for address in addresses:
        page = visitor.go(address.format(**names))
        if "/reauthenticate/?next=" in page.url:
            visitor.confirm_password()
        found += [f"{side} {address} {problem}" for problem in problems(page)]
        arrived = (visitor.status, page.url.removeprefix(visitor.home), page.locator("h1").count())
        if arrived != (STATUSES.get(address, 200), address.format(**names), 1):
            found.append(f"{side} {address} is (status, address, headings) {arrived}")
        if directory := screenshots():
            take_pictures(page, directory, side + re.sub(r"\W+", "-", address).rstrip("-"))
    return found


def test_signed_out_pages(visit: Visit, names: dict[str, str]) -> None:
    assert look_at(visit(), "out", SIGNED_OUT, names) == []


def test_pages_of_an_organization(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["rita"]), "ldc", LDC, names) == []


def test_pages_of_an_organization_administrator(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["olga"]), "org", ORGANIZATION, names) == []


def test_pages_of_the_desk(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["ann"]), "desk", DESK, names) == []


def test_pages_of_changes(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["rita"]), "changes", CHANGES, names) == []


def test_pages_of_a_change_manager(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["chang"]), "changer", CHANGE_MANAGER, names) == []


def test_pages_of_a_problem_manager(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["pam"]), "manager", MANAGER, names) == []


def test_pages_of_the_administration(visit: Visit, names: dict[str, str], world: World) -> None:
    assert look_at(visit(world.people["ada"]), "admin", ADMIN, names) == []


@pytest.mark.parametrize(("theme", "scheme"), [("dark", "light"), ("light", "dark")])
def test_a_chosen_theme_wins_over_the_system_and_has_the_same_colours(
    visit: Visit, rita: Person, incident: Callable[..., Incident], theme: Scheme, scheme: Scheme
) -> None:
    visitor = visit(rita, color_scheme=scheme)
    address = f"/tickets/{incident(at=timezone.now()).reference}/"
    colours = (
        "() => ['body', '.card'].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor)"
    )
    page = visitor.go(address)
    by_the_system = {"with the system's": page.evaluate(colours)}
    page.emulate_media(color_scheme=theme)
    by_the_system["like the chosen"] = page.evaluate(colours)
    page.emulate_media(color_scheme=scheme)

    Person.objects.filter(pk=rita.pk).update(theme=theme)
    page = visitor.go(address)
    assert page.evaluate(colours) == by_the_system["like the chosen"] != by_the_system["with the system's"]
    assert barriers(page, *OF_COLOUR) == []
