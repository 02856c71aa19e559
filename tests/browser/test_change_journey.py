"""The longest story: an incident, its problem, the change that mends it, and the way back to the incident.

Rita of Lakeshore Hydro reports. Ann resolves it by a workaround, and Pam publishes the problem behind it. Stan
of Pine Ridge Power follows the log and never reads whose incidents they were. Pam asks for the change; Chang
takes it through consultation, board and schedule, and Bob carries it out. Pam verifies, and tells Rita.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings

from accounts.models import Person
from changes.actions.scheduling import schedule
from changes.models import Freeze, Release, RequestForChange
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.schedule.sweep import sweep
from tests.browser.conftest import Visit, Visitor
from tests.browser.paths import DESCRIPTION, TITLE, check_and_send, fill_report, say
from tests.changes.asking import LOW, ask, fresh
from tests.changes.board import seat
from tickets.models import Incident, Problem
from tickets.transitions import Status

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KNOWN = "BQ responses lack accounts after a rerun"
AFFECTED = "Whoever asks for a cycle that was rerun."
STEPS = "1. Ask for the cycle again.\n2. Ask for what is missing by account."
CAUSE = "The rerun keeps the old list of accounts."
OTHER = "BQ responses missing for cycle 15"
CONCERN = "Not on a billing day, please."
REASON = "One outage for both is easier on the LDCs."
NIGHT = (datetime.now(ZoneInfo("America/Toronto")) + timedelta(days=20)).replace(
    hour=22, minute=0, second=0, microsecond=0
)
"""When the change is to be done, on Chang's clock."""


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def neighbour(rita: Person, chang: Person, ann: Person) -> RequestForChange:
    """Another change of the same service, which has that night already. No freeze stands in the way."""
    now = timezone.now()
    Freeze.objects.all().delete()
    made = ask(rita, at=now, title="Replace the disks of billing", interfaces=["billing"])
    RequestForChange.objects.filter(pk=made.pk).update(
        status="approved", implementer=ann, visibility="everyone"
    )
    made = fresh(made)
    return schedule(made, NIGHT, NIGHT + timedelta(hours=2), by=chang, at=now, version=made.version)


def mails_to(person: Person) -> list[str]:
    """Do what is due and send what waits. Answers what this person got since the last time: the headlines."""
    mail.outbox.clear()
    for _again in range(2):  # what is sent may make something due, and the other way round
        sweep(at=timezone.now())
        drain(now=timezone.now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    letters = [one for one in mail.outbox if one.to == [person.email]]
    for one in letters:
        assert not names_of_others(f"{one.subject}\n{one.body}"), one.subject
    return sorted(one.subject.rpartition(" — ")[2] for one in letters)


def names_of_others(text: str) -> list[str]:
    """Which of Lakeshore's names stand in a text."""
    return re.findall(r"Lakeshore|\bRita\b", text)


def composer(page: Page, move: str) -> Locator:
    """A move's form on an RFC's page, unfolded."""
    form = page.locator(f"#move-{move}")
    form.locator("summary").click()
    return form


def press(page: Page, button: str, *, then: str) -> None:
    """Press a button, and read the status that it leads to."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".page-head")).to_contain_text(then)


def test_from_an_incident_to_the_change_that_mends_its_cause_and_back(
    visit: Visit,
    cast: dict[str, Person],
    pam: Person,
    incident: Callable[..., Incident],
    neighbour: RequestForChange,
) -> None:
    rita, stan, ann, bob, cleo, chang = (
        cast[name] for name in ("rita", "stan", "ann", "bob", "cleo", "chang")
    )
    seat(ann, cleo, chang)
    Release.objects.create(name="8.3")
    still_open = incident(Status.IN_PROGRESS, at=timezone.now(), title=OTHER)
    reporter, desk, problems, outside = visit(rita), visit(ann), visit(pam), visit(stan)

    reference = report(reporter)
    resolve_by_workaround(desk.go(f"/desk/tickets/{reference}/"))
    problem = Problem.objects.get()
    expect(reporter.go(f"/tickets/{reference}/").locator(".turn")).to_contain_text("We resolved it.")
    assert problem.reference not in reporter.page.content()

    follow_the_area(outside)
    publish(problems, problem, still_open)
    assert mails_to(stan) == ["New in the problem log"]
    read_and_follow(outside, problem)
    timeline = reporter.go(f"/tickets/{still_open.reference}/").locator("#timeline")
    expect(timeline).to_contain_text("Ask for the cycle again.")
    expect(reporter.page.locator("#main")).to_contain_text(problem.reference)

    ask_for_the_change(problems, problem)
    change = RequestForChange.objects.get(title=KNOWN)
    manager = visit(chang)
    assess_and_publish(manager, change, problem)
    assert mails_to(stan) == []  # he follows the problem, and not the change yet
    follow_the_change(outside, problem, change)
    consult(manager, outside, change, stan=stan)
    press(manager.go(change.get_absolute_url()), "Put to the board", then="Awaiting decision")
    for member in (desk, visit(cleo), manager):
        vote(member, change)
    assert mails_to(stan) == ["Approved"]

    schedule_beside(manager, change, neighbour)
    assert mails_to(stan) == ["Fix scheduled", "Scheduled"]
    page = outside.go(problem.get_absolute_url())
    expect(page.locator(".page-head")).to_contain_text("Fix scheduled")
    expect(page.locator("dl.facts")).to_contain_text(
        f"8.3 Planned for {NIGHT:%-d %B %Y}", use_inner_text=True
    )

    implement(visit(bob), change)
    assert mails_to(stan) == ["Implementation begins", "Implemented", "Resolved"]
    expect(outside.go(problem.get_absolute_url()).locator(".page-head")).to_contain_text("Fixed")
    notes = outside.go("/changes/releases/8.3/")
    expect(notes.locator("#main")).to_contain_text(KNOWN)
    expect(notes.get_by_role("link", name=problem.reference)).to_be_visible()
    assert not names_of_others(notes.locator("#main").inner_text())

    close_the_loop(problems, problem, still_open)
    expect(reporter.go(f"/tickets/{still_open.reference}/").locator(".turn")).to_contain_text(
        "We resolved it."
    )
    expect(reporter.page.locator("#timeline")).to_contain_text("is fixed, and we have verified the fix")
    assert mails_to(stan) == []
    page = outside.go(problem.get_absolute_url())
    expect(page.locator("#history + ol")).to_contain_text("closed it")
    assert not names_of_others(page.locator("#main").inner_text())


# --- The incident and its problem -----------------------------------------------------------------


def report(reporter: Visitor) -> str:
    """Rita reports what she sees."""
    fill_report(reporter.go("/help/new/incident/"))
    return check_and_send(reporter.page)


def resolve_by_workaround(page: Page) -> None:
    """Ann takes it, works on it, and is asked what becomes of the cause."""
    expect(page.locator("#main")).to_contain_text(DESCRIPTION)
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator("#timeline")).to_contain_text("Ann assigned it to Ann")
    press(page, "Acknowledge", then="Acknowledged")
    press(page, "Start work", then="In progress")
    say(page, "Resolve", "We sent the rest by hand.", resolution="workaround")
    expect(page.locator(".page-head")).to_contain_text("Resolved")
    expect(page.locator("#main")).to_contain_text(f"is caused by {Problem.objects.get().reference}")


def follow_the_area(outside: Visitor) -> None:
    """Stan wants to hear of every problem about billing. There is none to read yet."""
    page = outside.go("/problems/?area=billing")
    expect(page.locator("#main")).to_contain_text("No problem matches.")
    page.get_by_role("button", name="Follow this area").click()
    expect(page.locator("#main")).to_contain_text("You hear of every problem about “Billing quantities”.")


def publish(problems: Visitor, problem: Problem, still_open: Incident) -> None:
    """Pam finds what the incident said, writes both faces, and sees what others will read before they do."""
    page = problems.go("/problems/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator(".page-head")).to_contain_text("Not published – no LDC can see it")
    expect(page.locator(".internal-face")).to_contain_text("Lakeshore Hydro")
    expect(page.locator("#main")).to_contain_text(DESCRIPTION)

    page.get_by_role("link", name="Edit the public text").click()
    page.get_by_label("Title").fill(KNOWN)
    page.get_by_label("Service area").select_option(label="Billing quantities")
    page.get_by_label("Who is affected?").fill(AFFECTED)
    page.get_by_label("Workaround").fill(STEPS)
    page.get_by_role("button", name="Save the text").click()
    page.locator(".internal-face").get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Root cause").fill(CAUSE)
    page.get_by_role("button", name="Save the internal text").click()
    press(page, "Root cause is known", then="Root cause known")

    page.locator("summary", has_text="Link an incident").click()
    page.get_by_label("Incident", exact=True).fill(still_open.reference)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator(".internal-face")).to_contain_text(OTHER)

    page.get_by_role("link", name="Preview and publish").click()
    expect(page.locator("#main")).to_contain_text("hear of it at once")
    assert not names_of_others(page.locator("#main").inner_text())
    page.get_by_role("button", name="Publish to every organization").click()
    press(page, "Declare a known error", then="Known error")
    page.get_by_role("link", name="Look at them, and send them").click()
    page.get_by_role("button", name="Send to those ticked").click()
    expect(page.get_by_role("status", name="What came of it")).to_contain_text(f"{still_open.reference} done")


def read_and_follow(outside: Visitor, problem: Problem) -> None:
    """Stan reads of it, says that it affects his LDC too, and follows it. He sees a number, and no name."""
    page = outside.go("/notifications/")
    expect(page.locator("#main")).to_contain_text("New in the problem log")
    page = outside.go("/problems/")
    page.get_by_role("link", name=KNOWN).click()
    expect(page.locator(".page-head")).to_contain_text("Workaround available")
    expect(page.get_by_role("region", name="Workaround")).to_contain_text("Ask for the cycle again.")
    page.get_by_role("button", name="This affects us").click()
    expect(page.locator("#main")).to_contain_text("2 organizations are affected. Yours is one of them.")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Stop following", exact=True)).to_be_visible()
    assert not names_of_others(page.content())
    assert CAUSE not in page.content()


# --- The change -------------------------------------------------------------------------------------


def ask_for_the_change(problems: Visitor, problem: Problem) -> None:
    """Pam asks for the change from the problem's page: its public face is filled in."""
    page = problems.go(problem.get_absolute_url())
    page.get_by_role("link", name="Request a change from this problem").click()
    expect(page.get_by_label("What is to change, in a few words?")).to_have_value(KNOWN)
    expect(page.get_by_label("Who is affected?")).to_have_value(AFFECTED)
    expect(page.get_by_label("Production", exact=True)).to_be_checked()
    assert CAUSE not in page.content()
    page.get_by_label("How does it work today, and how should it?").fill(
        "A rerun keeps the old list. It should read it anew."
    )
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("dl.summary")).to_contain_text(f"{problem.reference} {KNOWN}")
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.locator("h1")).to_have_text("Your request for change is with the service desk")
    page.get_by_role("link", name="View the request").click()
    page.get_by_role("region", name="What is to change").get_by_role("link", name="Edit").click()
    page.get_by_label("Implementation plan").fill("Install, restart, rerun one cycle.")
    page.get_by_label("Back-out plan").fill("Install the version before.")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator("#main")).to_contain_text("Install the version before.")


def assess_and_publish(manager: Visitor, change: RequestForChange, problem: Problem) -> None:
    """Chang reads which problem it mends, rates and plans it, and lets every LDC read it."""
    page = manager.go("/changes/")
    page.get_by_role("link", name=KNOWN).click()
    expect(page.get_by_role("region", name="Details")).to_contain_text(f"{problem.reference}")
    press(page, "Start screening", then="Screening")
    press(page, "Start impact assessment", then="Impact assessment")
    manager.go(f"{change.get_absolute_url()}risk/")
    for name, value in LOW.items():
        page.locator(f"input[name=q_{name}][value={value}]").check()
    page.get_by_role("button", name="Rate the risk").click()
    page.get_by_role("link", name="Class, implementer and release").click()
    page.get_by_label("Implementer").select_option(label="Bob")
    page.get_by_label("Release").select_option(label="8.3")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("link", name="Publish to every LDC").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.locator("#main")).to_contain_text("Bob")


def follow_the_change(outside: Visitor, problem: Problem, change: RequestForChange) -> None:
    """Stan comes to it from the problem, and follows it too."""
    page = outside.go(problem.get_absolute_url())
    expect(page.get_by_role("region", name="Linked")).to_contain_text(f"is fixed by {change.reference}")
    page.get_by_role("link", name=change.reference).click()
    expect(page.locator("h1")).to_have_text(KNOWN)
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator("#main")).to_contain_text("You follow this change")
    assert "Install the version before." not in page.content()


def consult(manager: Visitor, outside: Visitor, change: RequestForChange, *, stan: Person) -> None:
    """Chang asks the LDCs; Pine Ridge answers, and the desk reads what it says."""
    page = manager.go(change.get_absolute_url())
    page.get_by_role("link", name="Open consultation").click()
    page.get_by_label("What do you ask them?").fill("Which nights suit you?")
    page.get_by_role("button", name="Open the consultation").click()
    expect(page.locator(".page-head")).to_contain_text("LDC consultation")
    assert mails_to(stan) == ["Consultation opened"]

    theirs = outside.go(change.get_absolute_url())
    theirs.get_by_role("link", name="Answer for your organization").click()
    expect(theirs.locator("#main")).to_contain_text("Which nights suit you?")
    theirs.get_by_label("Concern").check()
    theirs.get_by_label("In your words").fill(CONCERN)
    theirs.get_by_role("button", name="Send the answer").click()
    expect(theirs.locator(".notice", has_text="Your answer is with the Service Desk.")).to_be_visible()
    mails_to(stan)

    manager.go(change.get_absolute_url())
    page.get_by_role("link", name="Open the consultation").click()
    expect(page.locator("#main")).to_contain_text("Pine Ridge Power")
    expect(page.locator("#main")).to_contain_text(CONCERN)
    press(manager.go(change.get_absolute_url()), "End consultation", then="Impact assessment")


def vote(member: Visitor, change: RequestForChange) -> None:
    """One member of the board reads what is decided, and approves."""
    page = member.go("/desk/changes/board/")
    page.get_by_role("link", name=KNOWN).click()
    expect(page.get_by_role("region", name="What is decided")).to_contain_text(AFFECTED)
    page.get_by_label("Approve", exact=True).check()
    page.get_by_role("button", name="Give your vote").click()
    expect(page.locator(".notice", has_text="You voted on")).to_be_visible()


def schedule_beside(manager: Visitor, change: RequestForChange, neighbour: RequestForChange) -> None:
    """Chang sees whom the window meets, and accepts it with a reason that stands there with his name."""
    page = manager.go(change.get_absolute_url())
    expect(page.locator(".page-head")).to_contain_text("Approved")
    page.get_by_role("link", name="Schedule", exact=True).click()
    page.get_by_label("Start").fill(f"{NIGHT:%Y-%m-%dT%H:%M}")
    page.get_by_label("Length in minutes").fill("120")
    page.get_by_role("button", name="Check for conflicts").click()
    met = page.locator("#met")
    expect(met).to_contain_text(neighbour.title)
    for box in met.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Why these conflicts are accepted").fill(REASON)
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.locator(".page-head")).to_contain_text("Scheduled")
    expect(page.get_by_role("region", name="Window")).to_contain_text(f"Accepted by Chang: {REASON}")


def implement(hands: Visitor, change: RequestForChange) -> None:
    """Bob reads what to do, begins, and says how it went."""
    page = hands.go(change.get_absolute_url())
    expect(page.locator("#main")).to_contain_text("Install, restart, rerun one cycle.")
    press(page, "Start implementation", then="Implementing")
    form = composer(page, "finish")
    form.get_by_label("Successful", exact=True).check()
    form.get_by_role("button", name="Implemented").click()
    expect(page.locator(".page-head")).to_contain_text("Implemented")


# --- The way back -----------------------------------------------------------------------------------


def close_the_loop(problems: Visitor, problem: Problem, still_open: Incident) -> None:
    """Pam verifies the fix, looks at what it caused and is still open, resolves that, and closes the problem."""
    page = problems.go(problem.get_absolute_url())
    expect(page.locator(".page-head")).to_contain_text("Resolved")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_disabled()
    page.get_by_role("button", name="The fix is verified").click()
    page.get_by_role("link", name="Resolve them").click()
    expect(page.get_by_role("row", name=OTHER)).to_contain_text("Lakeshore Hydro")
    expect(page.get_by_label("What they read")).to_have_value(re.compile("is fixed, and we have verified"))
    page.get_by_role("button", name="Resolve those ticked").click()
    expect(page.get_by_role("status", name="What came of it")).to_contain_text(f"{still_open.reference} done")
    press(problems.go(problem.get_absolute_url()), "Close", then="Closed")
