"""What is said before a message is sent, and whom it tells because it names them."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, OrgId, Person
from servicedesk.notifications.models import Notice
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Comment, Follower
from servicedesk.ui.cache import ForgivingRedisCache
from tests.tickets.pages import fields, words
from tests.tickets.test_writing import act, desk_page
from tickets.actions import add_note, reply
from tickets.models import Incident
from tickets.writing.presence import LASTS, note_presence

Make = Callable[..., Incident]
Cast = dict[str, Person]
SignIn = Callable[[Person], Client]
FILE = SimpleUploadedFile("a.csv", b"1\n", "text/csv")

ENCLOSED = "You write “{}”, but no file is attached. Attach it, or send it as it is."
NAMED = "This names {}, and Lakeshore Hydro will read it. Take it out, or send it as it is."


@pytest.fixture
def filed(incident: Make, pineridge: Organization, lakeshore: Organization) -> Incident:
    """A new incident of Rita's, filed just now. Both LDCs have an ORG ID."""
    OrgId.objects.create(organization=pineridge, code="ORG777")
    OrgId.objects.create(organization=lakeshore, code="ORG111")
    return incident(at=timezone.now() - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("kind", "message", "with_file", "said"),
    [
        ("public", "The list is attached.", False, [ENCLOSED.format("attached")]),
        ("public", "Voir la pièce jointe.", False, [ENCLOSED.format("pièce jointe")]),
        ("internal", "Fichier ci-joint", False, [ENCLOSED.format("ci-joint")]),
        ("public", "The list is attached.", True, []),
        ("public", "> It is attached.\n\nThank you, we see no attaché.", False, []),
        ("public", "As at pine ridge power (org777).", False, [NAMED.format("“ORG777”, “Pine Ridge Power”")]),
        ("internal", "As at Pine Ridge Power.", False, []),
        ("public", "Lakeshore Hydro, ORG111, ORG7777, Pine Ridge Powerful", False, []),
        (
            "public",
            "ORG777 is attached",
            False,
            [NAMED.format("“ORG777”"), ENCLOSED.format("attached")],
        ),
    ],
)
def test_what_deserves_a_second_look_is_said_once_and_the_second_press_sends(
    filed: Incident, ann: Person, sign_in: SignIn, kind: str, message: str, with_file: bool, said: list[str]
) -> None:
    browser = sign_in(ann)
    sent = {"kind": kind, "message": message, "draft": str(uuid.uuid4())}
    FILE.seek(0)
    first = act(browser, filed, "write", **sent, **({"files": FILE} if with_file else {}))
    if not said:
        assert (first.status_code, Comment.objects.count()) == (303, 1)
        return
    assert (first.status_code, Comment.objects.count()) == (422, 0)
    assert [one for one in said if one in words(first)] == said
    shown = fields(first)
    assert (shown["message"][0], shown["draft"][0], shown["kind"]) == (message, sent["draft"], [kind])

    forged = act(browser, filed, "write", **sent, looked_at=[seal[:-1] + "-" for seal in shown["looked_at"]])
    assert forged.status_code == 422
    if len(said) > 1:
        assert act(browser, filed, "write", **sent, looked_at=shown["looked_at"][:1]).status_code == 422
    assert act(browser, filed, "write", **sent, looked_at=shown["looked_at"]).status_code == 303
    assert Comment.objects.get().body == message


def test_what_came_meanwhile_is_shown_above_the_composer(
    filed: Incident, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast["ann"])
    seen = fields(browser.get(desk_page(filed)))["seen"]
    act(browser, filed, "write", kind="internal", message="My own note.")
    add_note(filed, "Leave it to me.", by=cast["bob"], at=timezone.now())
    reply(filed, "It works **again**.", by=cast["rita"], at=timezone.now())

    first = act(browser, filed, "write", kind="public", message="Which?", seen=seen)
    above = first.content.decode().partition('class="composer"')[2].partition('name="message"')[0]
    assert first.status_code == 422
    assert [text in above for text in ("Leave it to me.", "It works <strong>again</strong>.", "My own")] == [
        True, True, False,
    ]  # fmt: skip
    again = {"seen": fields(first)["seen"], "looked_at": fields(first)["looked_at"]}
    assert act(browser, filed, "write", kind="public", message="Good.", **again).status_code == 303


# --- Mentions -------------------------------------------------------------------------------

NOT_AT_THE_DESK = "Rita is not at the desk and never reads a note, so they are not told."
MAY_NOT_SEE = "Stan may not see this ticket, so they are not told."


@pytest.mark.parametrize(
    ("who", "kind", "message", "told", "said"),
    [
        ("ann", "internal", "@Bob, have a look", {"Bob"}, []),
        ("ann", "public", "@bob and @RITA.", {"Bob", "Rita"}, []),
        ("ann", "internal", "Ask @Rita or (@Cleo)", {"Cleo"}, [NOT_AT_THE_DESK]),
        ("ann", "public", "As @Stan says", set(), [MAY_NOT_SEE]),
        ("ann", "public", "To bob@example.com, @Bobby and @@Bob", set(), []),
        ("ann", "public", "@Ann to self", set(), []),
        ("rita", "public", "@Ned and @Stan, as @Bob said", {"Ned"}, []),
        ("rita", "public", "@Ann, thank you", {"Ann"}, []),
    ],
)
def test_who_is_mentioned_and_may_read_it_is_told_and_the_author_hears_of_the_others(
    filed: Incident,
    cast: Cast,
    sign_in: SignIn,
    who: str,
    kind: str,
    message: str,
    told: set[str],
    said: list[str],
) -> None:
    reply(filed, "We see it.", by=cast["ann"], at=timezone.now())
    browser, sent = sign_in(cast[who]), {"kind": kind, "message": message}
    first = act(browser, filed, "write", **sent)
    assert first.status_code == (422 if said else 303)
    if said:
        assert [one for one in (NOT_AT_THE_DESK, MAY_NOT_SEE) if one in words(first)] == said
        assert "follow" not in fields(first)
        act(browser, filed, "write", **sent, looked_at=fields(first)["looked_at"])

    event = Comment.objects.get(body=message).event
    assert set(event.facts.get("mentioned", [])) == {cast[name.lower()].pk for name in told}
    drain(now=timezone.now)
    heard = set(Notice.objects.filter(event=event).values_list("person__name", flat=True))
    assert told <= heard
    assert not heard & {"Stan", *({"Rita"} if kind == "internal" else set())}


def test_a_colleague_who_may_not_see_a_restricted_ticket_can_be_let_in(
    incident: Make, cast: Cast, sign_in: SignIn
) -> None:
    ticket = incident(visibility="restricted", at=timezone.now())
    for who in ("ann", "rita"):
        Follower.objects.filter(person=cast["ned"]).delete()
        browser, said = sign_in(cast[who]), {"kind": "public", "message": f"@Ned knows, {who}"}
        first = act(browser, ticket, "write", **said)
        assert "Let Ned follow this ticket, read it and be told" in words(first)
        seals = fields(first)["looked_at"]
        act(browser, ticket, "write", **said, looked_at=seals, follow=[cast["ned"].pk, cast["stan"].pk])
        drain(now=timezone.now)
        event = Comment.objects.get(body=said["message"]).event
        assert event.facts["mentioned"] == [cast["ned"].pk]
        assert cast["ned"] in [notice.person for notice in Notice.objects.filter(event=event)]
        assert not Follower.objects.filter(person=cast["stan"]).exists()


# --- Who else is here -----------------------------------------------------------------------


def test_the_desk_sees_who_of_it_is_on_the_same_page(
    filed: Incident, cast: Cast, sign_in: SignIn, django_assert_num_queries: Callable
) -> None:
    def look(who: str, **said: str) -> str:
        address = reverse("tickets:presence", args=[filed.reference])
        return words(sign_in(cast[who]).post(address, said, headers={"HX-Request": "true"}))

    assert look("ann") == ""
    assert look("bob", writing="yes") == "Ann is viewing"
    assert look("chang") == "Bob is writing Ann is viewing"
    browser = sign_in(cast["ann"])
    with django_assert_num_queries(2):  # the session and its person
        browser.post(reverse("tickets:presence", args=[filed.reference]))

    later = timezone.now() + LASTS + timedelta(seconds=1)
    assert note_presence(filed.reference, cast["cleo"], writing=False, at=later) == []
    assert [one.name for one in note_presence(filed.reference, cast["ann"], writing=True, at=later)] == [
        "Cleo"
    ]
    assert note_presence("INC-1", cast["ann"], writing=True, at=later) == []


def test_without_redis_nobody_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicedesk.ui.cache._Outage.ask_again_at", 0.0)  # as it was, for the next test
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {})
    assert away.put_and_gather("presence:INC-1", "1", "{}", seconds=75) == {}


def test_names_are_offered_within_what_one_may_see(filed: Incident, cast: Cast, sign_in: SignIn) -> None:
    def offered(who: str) -> list[str]:
        names: list[str] = (
            sign_in(cast[who]).get(reverse("tickets:people", args=[filed.reference])).json()["names"]
        )
        return names

    assert offered("ann") == ["Ada", "Bob", "Chang", "Cleo", "Ned", "Olga", "Rita", "Vera"]
    assert offered("rita") == ["Ned", "Olga", "Vera"]
    add_note(filed, "x", by=cast["bob"], at=timezone.now())
    reply(filed, "x", by=cast["ann"], at=timezone.now())
    assert offered("rita") == ["Ann", "Ned", "Olga", "Vera"]
