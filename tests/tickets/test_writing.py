"""The agent's composer: templates, who will be told, and messages that can be taken back for a while."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.actions import deactivate
from accounts.models import Person
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.notifications.wording import address as leads_to
from servicedesk.records.models import Attachment, Comment, Event, Visibility
from servicedesk.records.refusals import Forbidden, IllegalMove, TooMany
from tests.conftest import NOON, key
from tests.tickets.pages import cost, fields, messages, words
from tickets import limits, policy
from tickets.actions import move_ticket, reply, send, set_following, take_back
from tickets.actions.merging import merge
from tickets.models import HeldMessage, Incident, ReplyTemplate, Team, Ticket
from tickets.sla.verification import differences
from tickets.transitions import Status
from tickets.writing.recipients import message_event
from tickets.writing.variables import written_for

Make = Callable[..., Incident]
Cast = dict[str, Person]
SignIn = Callable[[Person], Client]
HOLD = timedelta(seconds=15)


def act(browser: Client, ticket: Ticket, name: str, *args: object, **said: object) -> HttpResponse:
    """Send one of the page's forms."""
    address = reverse(f"tickets:{name}", args=[ticket.reference, *args])
    return browser.post(address, {"request_id": key(), "version": ticket.version, **said})


def desk_page(ticket: Ticket) -> str:
    """The address for the desk."""
    return reverse("tickets:desk_detail", args=[ticket.reference])


def template(title: str, body: str, **columns: Any) -> ReplyTemplate:
    """A reply template."""
    made: ReplyTemplate = ReplyTemplate.objects.create(title=title, body=body, **columns)
    return made


@pytest.fixture
def filed(incident: Make) -> Incident:
    """A new incident of Rita's, filed just now."""
    return incident(at=timezone.now() - timedelta(minutes=5))


# --- Templates ------------------------------------------------------------------------------

GREETING = (
    "Hello {{ contact }}, {{reference}} of {{ organization }} is {{ status }}; due {{ due }}. {{ agent }}"
)
GREETING_FR = "Bonjour {{ contact }}, {{ reference }} : {{ severity }}. {{ due }}"


def test_a_template_is_filled_in_for_the_ticket_in_its_contacts_language_and_zone(
    incident: Make, cast: Cast
) -> None:
    made = template("First answer", GREETING, body_fr=GREETING_FR)
    known = incident(contact=cast["olga"], backup_contact=cast["rita"], title="{{ agent }} 7*7")
    nobody = incident()

    text = written_for(made, known, cast["ann"])
    assert text.startswith(f"Hello Olga, {known.reference} of Lakeshore Hydro is New; due Tue 9 Mar 2027, ")
    assert text.endswith(" EST. Ann")
    assert written_for(made, nobody, cast["ann"]).startswith("Hello {{ contact }}, INC-")
    assert written_for(template("What", "{{ title }}"), known, cast["ann"]) == "{{ agent }} 7*7"

    Person.objects.filter(pk=cast["olga"].pk).update(language="fr", time_zone="America/Winnipeg")
    french = written_for(made, Incident.objects.get(pk=known.pk), cast["ann"])
    assert re.fullmatch(rf"Bonjour Olga, {known.reference} : .+\. mar\. 9 mars 2027, \d+ h \d\d HNC", french)


def test_it_is_put_below_what_was_typed_and_decides_who_reads_it(
    filed: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser, note = sign_in(ann), template("Vendor", "Asked about {{ reference }}.", audience="internal")
    draft = fields(browser.get(desk_page(filed)))["draft"]
    page = act(browser, filed, "template", template=note.pk, message="Mine.", kind="public", draft=draft[0])

    assert page.status_code == 200
    assert fields(page)["message"][0] == f"Mine.\n\nAsked about {filed.reference}."
    assert (fields(page)["kind"], fields(page)["draft"]) == (["internal"], draft)
    assert 'data-focus="" ' in page.content.decode()
    assert act(browser, filed, "template", message="Mine.").status_code == 422
    assert act(browser, filed, "template", template=0).status_code == 404
    assert not Comment.objects.exists()


def test_what_is_not_filled_in_is_named_and_not_sent(filed: Incident, ann: Person, sign_in: SignIn) -> None:
    for said in ({"kind": "public"}, {"kind": "internal"}, {"kind": "public", "then": "ask"}):
        page = act(sign_in(ann), filed, "write", message="Hello {{contact}}, {{ 7*7 }} {{ due }}", **said)
        told = (
            "Still to be filled in: {{ contact }}, {{ due }}. Write the words in their place, then send it."
        )
        assert (page.status_code, messages(page)) == (422, [told])
        assert fields(page)["message"][0] == "Hello {{contact}}, {{ 7*7 }} {{ due }}"
    assert not Comment.objects.exists()


def test_a_teams_templates_are_offered_to_its_members(filed: Incident, cast: Cast, sign_in: SignIn) -> None:
    team = Team.objects.create(slug="vee", name="VEE")
    team.members.set([cast["ann"]])
    template("For all", "x")
    ours = template("For VEE", "x", team=team)
    template("Old", "x", is_active=False)
    for who, offered in (("ann", ["For VEE", "For all"]), ("bob", ["For all"])):
        page = sign_in(cast[who]).get(desk_page(filed)).content.decode()
        assert re.findall(r"<option[^>]*data-number[^>]*>\d\. ([^<]*)", page) == offered
    assert act(sign_in(cast["bob"]), filed, "template", template=ours.pk).status_code == 404
    for who, status in (("rita", 403), ("chang", 403), ("stan", 404)):
        assert act(sign_in(cast[who]), filed, "template", template=ours.pk).status_code == status


def test_an_administrator_is_told_of_unknown_variables(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(Person.objects.get(pk=cast["ada"].pk))
    said = {
        "title": "T",
        "audience": "public",
        "body": "{{ contact }} {{ oops }}",
        "body_fr": "",
        "is_active": "on",
    }
    refused = browser.post(reverse("admin:tickets_replytemplate_add"), said)
    assert "There is no variable {{ oops }}. Use one of {{ reference }}, " in refused.content.decode()
    browser.post(reverse("admin:tickets_replytemplate_add"), said | {"body": "{{ contact }}"})
    assert [str(one) for one in ReplyTemplate.objects.all()] == ["T"]


# --- Who will be told -----------------------------------------------------------------------

NAMED = {
    "everyone": (
        {},
        {"Rita": "filed it", "Ned": "as no contact", "Olga": "as no contact", "Vera": "as no contact"},
    ),
    "contact": (
        {"contact": "olga", "backup_contact": "vera"},
        {"Olga": "main contact", "Vera": "back-up contact", "Rita": "filed it"},
    ),
    "restricted": (
        {"visibility": Visibility.RESTRICTED},
        {"Rita": "filed it", "Olga": "administers the organization"},
    ),
}


@pytest.mark.parametrize("named", NAMED)
def test_whom_the_composer_shows_is_who_hears(
    incident: Make, cast: Cast, sign_in: SignIn, named: str
) -> None:
    stated, expected = NAMED[named]
    ticket = incident(**{name: cast.get(value, value) for name, value in stated.items()}, at=timezone.now())
    set_following(ticket, True, by=cast["bob"], at=NOON)
    shown = sign_in(cast["ann"]).get(desk_page(ticket)).context["page"].writing.around

    everyone = "everyone in the organization, as no contact is named, Bob (follows it)"
    assert (shown.public.summary == everyone) == (named == "everyone")
    reasons = {one.name: one.reason for one in shown.public.ldc}
    assert reasons.keys() == expected.keys()
    assert all(reasons[name].startswith(reason) for name, reason in expected.items())
    for audience, internal in ((shown.public, False), (shown.internal, True)):
        event = message_event(ticket, cast["ann"], at=NOON, internal=internal)
        hears = set(policy.who_hears(event, ticket).values_list("pk", flat=True))
        assert {one.pk for one in audience.people} == hears
    assert [(one.name, one.reason) for one in shown.internal.people] == [("Bob", "follows it")]


def test_who_is_left_out_is_not_told_and_the_desk_reads_that(
    incident: Make, cast: Cast, sign_in: SignIn
) -> None:
    ticket = incident(contact=cast["olga"], backup_contact=cast["vera"], at=timezone.now())
    browser = sign_in(cast["ann"])
    page = browser.get(desk_page(ticket))
    assert "Send to Lakeshore Hydro – 3 people" in words(page)
    assert "The main contact is always told." in words(page)
    shown = fields(page)
    names = {str(cast[name].pk): name for name in ("olga", "vera", "rita")}
    assert {names[pk] for pk in shown["offered_public"]} == {"vera", "rita"}

    every = [*shown["offered_public"], str(cast["olga"].pk), "x", "9" * 30]
    act(
        browser,
        ticket,
        "write",
        kind="public",
        message="Hm.",
        offered_public=every,
        tell_public=[cast["rita"].pk],
    )
    drain(now=lambda: timezone.now() + HOLD)
    assert set(Notice.objects.filter(event__name="incident.replied").values_list("person__name", flat=True)) == {
        "Olga", "Rita",
    }  # fmt: skip
    assert "Not told: Vera" in words(browser.get(desk_page(ticket)))
    assert "Not told" not in words(sign_in(cast["rita"]).get(ticket.get_absolute_url()))


# --- Taking back ----------------------------------------------------------------------------


@pytest.fixture
def _held(settings: Settings) -> None:
    settings.MESSAGE_HOLD = HOLD


def hold(ticket: Ticket, by: Person, at: datetime = NOON, **said: Any) -> HeldMessage:
    """A message that has not left."""
    send(ticket, "Which accounts?", by=by, at=at, version=ticket.version, **said)
    held: HeldMessage = HeldMessage.objects.latest("pk")
    return held


def leave(at: datetime = NOON + HOLD) -> None:
    """Let time pass."""
    drain(now=lambda: at)
    assert not OutboxMessage.objects.exclude(last_error="").exists()


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize(
    ("who", "when", "outcome"),
    [
        ("ann", "held", None),
        ("ann", "late but held", None),
        ("bob", "held", Forbidden),
        ("chang", "held", Forbidden),
        ("ann", "left", IllegalMove),
        ("bob", "left", Forbidden),
        ("ann", "taken back", IllegalMove),
    ],
)
def test_its_author_takes_a_message_back_until_it_leaves(
    incident: Make, cast: Cast, who: str, when: str, outcome: type[Exception] | None
) -> None:
    ticket = incident(Status.IN_PROGRESS)
    before = (Incident.objects.filter(pk=ticket.pk).values().get(), Event.objects.count())
    held = hold(ticket, cast["ann"], move="ask")
    leave(NOON + HOLD - timedelta(seconds=1))  # nothing is due yet
    if when == "left":
        leave()
    if when == "taken back":
        take_back(held, by=cast["ann"], at=NOON)
    if outcome:
        with pytest.raises(outcome):
            take_back(held, by=cast[who], at=NOON + HOLD * 2)
        return
    take_back(held, by=cast[who], at=NOON + (HOLD * 9 if "late" in when else HOLD / 3))
    leave(NOON + HOLD * 20)

    assert (Incident.objects.filter(pk=ticket.pk).values().get(), Event.objects.count()) == before
    assert (Comment.objects.count(), HeldMessage.objects.get().state) == (1, "taken_back")  # what led here


@pytest.mark.usefixtures("_held")
def test_until_it_leaves_the_ldc_finds_nothing_and_taken_back_it_stands_in_the_composer_again(
    filed: Incident, cast: Cast, sign_in: SignIn
) -> None:
    browser, rita = sign_in(cast["ann"]), sign_in(cast["rita"])
    draft = fields(browser.get(desk_page(filed)))["draft"][0]
    upload = browser.post("/files/?form=message", {"draft": draft, "file": _csv("held.csv")})
    assert upload.status_code == 201
    sent = act(browser, filed, "write", kind="public", message="Heldword.", draft=draft)
    assert sent.status_code == 303

    page = browser.get(desk_page(filed))
    assert re.search(r"Sent\. Undo \( ?1[45] ?s\) Heldword\.", words(page))
    assert "Ann is sending this. Heldword." in words(sign_in(cast["bob"]).get(desk_page(filed)))
    for address in (filed.get_absolute_url(), "/tickets/", "/search/?q=heldword", "/notifications/", "/"):
        shown = rita.get(address, follow=True).content.decode().replace("/search/?q=heldword", "")
        assert "Heldword" not in shown
        assert "held.csv" not in shown
    file = Attachment.objects.get()
    assert rita.get(reverse("file_download", args=[file.public_id, file.name])).status_code == 404

    held = HeldMessage.objects.get()
    back = act(browser, filed, "take_back", held.public_id)
    assert (back.status_code, back["Location"]) == (303, f"{desk_page(filed)}?back={held.public_id}")
    again = browser.get(back["Location"])
    assert (fields(again)["message"][0], fields(again)["kind"]) == ("Heldword.", ["public"])
    assert (fields(again)["draft"], "held.csv" in words(again)) == ([draft], True)
    assert fields(sign_in(cast["bob"]).get(back["Location"]))["message"][0] == ""
    assert act(browser, filed, "take_back", held.public_id).status_code == 409
    assert fields(browser.get(f"{desk_page(filed)}?back=nonsense"))["message"][0] == ""


def _csv(name: str) -> Any:
    return SimpleUploadedFile(name, b"usdp\n1\n", "text/csv")


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize(
    ("status", "said", "meanwhile", "outcome", "stands"),
    [
        (Status.NEW, {}, "", "incident.replied", Status.NEW),
        (Status.NEW, {"internal": True}, "", "incident.noted", Status.NEW),
        (Status.IN_PROGRESS, {"move": "ask"}, "", "incident.ask", Status.WAITING_LDC),
        (Status.IN_PROGRESS, {"move": "ask"}, "wait_for_vendor", "incident.ask", Status.WAITING_LDC),
        (Status.IN_PROGRESS, {"move": "ask"}, "resolve", "incident.replied", Status.RESOLVED),
        (Status.IN_PROGRESS, {}, "resolve", "incident.replied", Status.RESOLVED),
        (Status.RESOLVED, {}, "close", "incident.not_sent", Status.CLOSED),
    ],
)
def test_what_leaves_is_dated_when_it_left_and_the_clocks_agree(
    incident: Make,
    cast: Cast,
    status: Status,
    said: dict[str, Any],
    meanwhile: str,
    outcome: str,
    stands: Status,
) -> None:
    ticket = incident(status)
    at = Event.objects.latest("pk").at + timedelta(minutes=1)
    held = hold(ticket, cast["ann"], at, left_out=[cast["ned"]], **said)
    if meanwhile:
        resolution = "fix" if meanwhile == "resolve" else ""
        by = cast["rita"] if meanwhile == "close" else cast["bob"]
        move_ticket(
            ticket,
            meanwhile,
            by=by,
            at=at + HOLD * 3,
            version=ticket.version,
            message="x",
            resolution=resolution,
        )
    leave(at + HOLD * 4)

    last = Event.objects.latest("pk")
    assert (last.name, last.at) == (outcome, at + HOLD * (3 if meanwhile else 1))
    now = Incident.objects.get(pk=ticket.pk)
    assert (now.status, differences([Ticket.objects.get(pk=ticket.pk)], at=at + HOLD * 4)) == (stands, [])
    held.refresh_from_db()
    if outcome == "incident.not_sent":
        assert (held.state, held.body) == ("not_sent", "Which accounts?")
        assert [notice.person for notice in Notice.objects.filter(event=last)] == [cast["ann"]]
    else:
        assert (held.state, held.body, last.comment.body) == ("sent", "", "Which accounts?")
        assert last.facts["not_told"] == ["Ned"]


@pytest.mark.usefixtures("_held")
def test_a_message_costs_its_page_one_query_while_it_waits_and_few_to_send(
    filed: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    cost(browser, desk_page(filed))
    shown = fields(browser.get(desk_page(filed)))
    before = len(cost(browser, desk_page(filed)))
    said = {"kind": "public", "message": "Hm.", "draft": shown["draft"][0], "seen": shown["seen"][0]}
    with CaptureQueriesContext(connection) as asked:
        act(browser, filed, "write", **said)
    assert sum("SAVEPOINT" not in one["sql"] for one in asked.captured_queries) <= 12  # PROMISES: reply
    assert (before, len(cost(browser, desk_page(filed)))) == (8, 9)


@pytest.mark.usefixtures("_held")
def test_what_came_while_a_message_was_held_is_still_news_to_its_author(
    filed: Incident, cast: Cast, sign_in: SignIn
) -> None:
    at = timezone.now()
    hold(filed, cast["ann"], at)
    reply(filed, "Never mind.", by=cast["rita"], at=at + HOLD / 3)
    leave(at + HOLD)

    (ticket,) = Incident.objects.filter(pk=filed.pk).with_news(cast["ann"])
    assert (ticket.unread, ticket.seen_at) == (True, at)
    leave(at + HOLD)
    hold(filed, cast["ann"], at + HOLD)
    leave(at + HOLD * 2)
    (ticket,) = Incident.objects.filter(pk=filed.pk).with_news(cast["ann"])
    assert not ticket.unread  # who writes has read what stood there when they wrote


@pytest.mark.usefixtures("_held")
def test_a_worker_that_comes_late_moves_the_ticket_up_when_the_message_can_be_read(
    filed: Incident, ann: Person
) -> None:
    at = timezone.now()
    hold(filed, ann, at)
    leave(at + HOLD * 20)

    ticket = Incident.objects.get(pk=filed.pk)
    assert (Event.objects.latest("pk").at, ticket.updated_at) == (at + HOLD, at + HOLD * 20)
    assert differences([Ticket.objects.get(pk=ticket.pk)], at=at + HOLD * 20) == []


@pytest.mark.usefixtures("_held")
def test_a_message_of_somebody_whose_account_was_closed_meanwhile_does_not_leave(
    filed: Incident, ann: Person, ada: Person
) -> None:
    at = timezone.now()
    hold(filed, ann, at)
    deactivate(ann, by=ada, at=at)
    leave(at + HOLD)

    assert (Event.objects.latest("pk").name, HeldMessage.objects.get().state) == (
        "incident.not_sent",
        "not_sent",
    )


@pytest.mark.usefixtures("_held")
def test_messages_that_wait_count_as_written(
    filed: Incident, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRITINGS_PER_HOUR", 3)
    at = timezone.now()
    for _number in range(3):
        hold(filed, ann, at)
    with pytest.raises(TooMany):
        hold(filed, ann, at)
    leave(at + HOLD)
    assert [one.state for one in HeldMessage.objects.all()] == ["sent"] * 3


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_a_number_that_is_none_of_ours_is_none(
    filed: Incident, ann: Person, sign_in: SignIn, number: str
) -> None:
    browser = sign_in(ann)
    assert act(browser, filed, "template", template=number).status_code in {404, 422}
    again = act(browser, filed, "write", kind="public", message="It is attached.", draft=number)
    assert (again.status_code, len(fields(again)["draft"][0])) == (422, 36)


@pytest.mark.usefixtures("_held")
def test_the_pane_says_what_deserves_a_second_look_and_takes_a_message_back(
    filed: Incident, cast: Cast, sign_in: SignIn
) -> None:
    browser, htmx = sign_in(cast["ann"]), {"HX-Request": "true"}
    shown = fields(browser.get(f"{desk_page(filed)}?pane=1", headers=htmx))
    reply(filed, "It works again.", by=cast["rita"], at=timezone.now())
    said = {"pane": "1", "kind": "public", "message": "The list is attached.", "seen": shown["seen"][0]}
    address = reverse("tickets:write", args=[filed.reference])

    looked = browser.post(address, said | {"request_id": key()}, headers=htmx)
    assert looked.status_code == 422
    assert "Somebody wrote while you were writing" in words(looked)
    assert "no file is attached" in words(looked)
    again = said | {"request_id": key(), "looked_at": fields(looked)["looked_at"]}
    sent = browser.post(address, again, headers=htmx)
    assert sent.status_code == 303
    pane = browser.get(sent["Location"], headers=htmx)
    assert re.search(r"Sent\. Undo \( ?1[45] ?s\) The list is attached\.", words(pane))

    back = browser.post(
        reverse("tickets:take_back", args=[filed.reference, HeldMessage.objects.get().public_id]),
        {"request_id": key(), "pane": "1"},
        headers=htmx,
    )
    again = browser.get(back["Location"], headers=htmx)
    assert ("data-pane" in again.content.decode(), fields(again)["message"]) == (
        True,
        ["The list is attached."],
    )


@pytest.mark.usefixtures("_held")
def test_a_message_whose_ticket_was_merged_meanwhile_waits_in_the_composer_of_the_one_that_goes_on(
    filed: Incident, incident: Make, cast: Cast, sign_in: SignIn
) -> None:
    earlier, at = incident(at=timezone.now() - timedelta(hours=1)), timezone.now()
    held = hold(filed, cast["ann"], at)
    merge(filed, earlier, by=cast["bob"], at=at, version=filed.version)
    leave(at + HOLD)

    notice = Notice.objects.get(event__name="incident.not_sent", person=cast["ann"])
    led = leads_to(notice.event)
    page = sign_in(cast["ann"]).get(led, follow=True)
    assert page.redirect_chain == [
        (f"{desk_page(earlier)}?merged={filed.reference}&back={held.public_id}", 302)
    ]
    assert fields(page)["message"][0] == "Which accounts?"
    assert fields(sign_in(cast["bob"]).get(led, follow=True))["message"][0] == ""
    assert Event.objects.filter(record=earlier.pk, comment__isnull=False).count() == 0
