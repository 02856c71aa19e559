"""Saved views of queues: kept, shown, shared, changed, deleted and brought back."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Organization, Person
from accounts.roles import Role
from servicedesk.records.refusals import Forbidden, Refused, Stale
from tests.conftest import NOON, key, person
from tests.tickets.pages import cost, fields, words
from tests.tickets.test_lists import many, references
from tickets.actions import delete_view, edit_view, save_view
from tickets.actions.saved_views import Look
from tickets.models import Incident, SavedView

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


def look(**other: object) -> Look:
    """A view of severe tickets."""
    kept: dict[str, object] = {
        "name": "Severe first",
        "queue": "all",
        "filters": {"severity": "1"},
        "sort": "updated",
        "columns": [],
        "shared": False,
    }
    return Look(**(kept | other))  # type: ignore[typeddict-item]


def test_a_queue_is_kept_as_it_is_looked_at(
    incident: Make, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    low, severe = incident(), incident(impact="all", urgency="now")
    browser = sign_in(ann)
    address = "/desk/q/all/?severity=1&sort=updated"
    said = {name: values[0] for name, values in fields(browser.get(address)).items()}
    asked = {"name": "  Severe   first ", "queue": said["queue"], "query": said["query"], "request_id": key()}

    led = browser.post("/desk/v/", asked)
    assert browser.post("/desk/v/", asked)["Location"] == led["Location"]  # a form sent twice is done once
    view = SavedView.objects.get()
    assert (view.name, view.queue, view.filters, view.sort) == (
        "Severe first",
        "all",
        {"severity": "1"},
        "updated",
    )

    shown = browser.get(led["Location"])
    assert ("<h1>Severe first</h1>" in shown.content.decode(), references(browser, led["Location"])) == (
        True,
        [severe.reference],
    )
    assert references(browser, f"{led['Location']}?severity=") == [severe.reference, low.reference]
    assert sign_in(bob).get(led["Location"]).status_code == 404
    assert "Severe first" not in words(sign_in(bob).get("/desk/q/all/"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("severity=1&sort=due", 303),
        ("severity__gt=1", 400),
        ("organization__name=x", 400),
        ("status__not=new", 400),
        ("filter[status]=new", 400),
        ("severity=1&severity=2", 400),
        ("after=abc", 400),
        ("sort=-due", 400),
        ("sort=reporter__password", 400),
        ("q=a%00b", 400),
    ],
)
def test_a_view_keeps_nothing_but_what_a_list_knows(
    ann: Person, sign_in: SignIn, query: str, status: int
) -> None:
    said = {"name": "Mine", "queue": "all", "query": query, "request_id": key()}

    assert sign_in(ann).post("/desk/v/", said).status_code == status
    assert SavedView.objects.count() == (status == 303)
    unknown = said | {"queue": "no-such-queue", "query": "", "request_id": key()}
    assert sign_in(ann).post("/desk/v/", unknown).status_code == 422


@pytest.mark.parametrize(
    ("who", "shared", "may_see", "may_edit", "may_share"),
    [
        ("ann", False, True, True, True),
        ("bob", False, False, False, True),
        ("bob", True, True, False, True),
        ("levels", False, False, False, True),
        ("levels", True, True, True, True),
        ("chang", True, True, False, False),
        ("rita", True, False, False, False),
    ],
)
def test_who_sees_changes_and_shares_a_view(
    cast: dict[str, Person],
    sme: Organization,
    who: str,
    shared: bool,
    may_see: bool,
    may_edit: bool,
    may_share: bool,
) -> None:
    cast["levels"] = person("Levi", (sme, Role.SERVICE_LEVEL_MANAGER))
    somebody, view = cast[who], save_view(look(shared=shared), by=cast["ann"], at=NOON)

    assert SavedView.objects.visible_to(somebody).filter(pk=view.pk).exists() == may_see
    assert (
        does(lambda: edit_view(view, look(name="B", shared=shared), by=somebody, at=NOON, version=1))
        == may_edit
    )
    assert does(lambda: delete_view(view, by=somebody, at=NOON, version=1 + may_edit)) == may_edit
    assert does(lambda: save_view(look(shared=True), by=somebody, at=NOON)) == may_share


def does(act: Callable[[], object]) -> bool:
    """Is it done, rather than forbidden?"""
    try:
        act()
    except Forbidden:
        return False
    return True


def test_the_second_of_two_is_told_and_keeps_what_was_typed(ann: Person, sign_in: SignIn) -> None:
    view = save_view(look(shared=True), by=ann, at=NOON)
    browser, address = sign_in(ann), f"/desk/v/{view.public_id}/"
    opened = {name: values[0] for name, values in fields(browser.get(f"{address}edit/")).items()}
    assert (opened["name"], opened["version"]) == ("Severe first", "1")
    edit_view(view, look(name="Worst first"), by=ann, at=NOON, version=1)

    late = browser.post(f"{address}edit/", opened | {"name": "Mine", "request_id": key()})
    assert (late.status_code, fields(late)["name"], fields(late)["version"]) == (409, ["Mine"], ["2"])
    assert "“Severe first” was changed by somebody else meanwhile." not in words(browser.get(address))
    again = {name: values[0] for name, values in fields(late).items()} | {"request_id": key()}
    assert browser.post(f"{address}edit/", again).status_code == 303
    assert "<h1>Mine</h1>" in browser.get(address).content.decode()
    with pytest.raises(Stale):
        delete_view(view, by=ann, at=NOON, version=1)


def test_whoever_stops_sharing_anothers_view_is_led_on(
    ann: Person, sme: Organization, sign_in: SignIn
) -> None:
    view = save_view(look(shared=True), by=ann, at=NOON)
    browser = sign_in(person("Levi", (sme, Role.SERVICE_LEVEL_MANAGER)))
    form = {
        name: values[0] for name, values in fields(browser.get(f"/desk/v/{view.public_id}/edit/")).items()
    }

    del form["shared"]
    after = browser.post(f"/desk/v/{view.public_id}/edit/", form | {"request_id": key()}, follow=True)

    assert (
        after.status_code,
        "Only its owner sees “Severe first” from now on." in after.content.decode(),
    ) == (
        200,
        True,
    )
    assert browser.get(f"/desk/v/{view.public_id}/").status_code == 404


def test_deleting_a_view_can_be_undone(ann: Person, bob: Person, sign_in: SignIn) -> None:
    view = save_view(look(shared=True), by=ann, at=NOON)
    browser, address = sign_in(ann), f"/desk/v/{view.public_id}/"

    gone = browser.post(f"{address}delete/", {"version": 1, "request_id": key()}, follow=True)
    assert "“Severe first” is deleted" in words(gone)
    assert "Severe first" not in words(browser.get("/desk/q/all/"))
    assert sign_in(bob).get(address).status_code == 403
    version = fields(gone)["version"][0]
    back = browser.post(f"{address}restore/", {"version": version, "request_id": key()}, follow=True)
    assert "<h1>Severe first</h1>" in back.content.decode()
    cache.clear()  # what Bob sees of others is up to ten seconds old
    assert "Severe first" in words(sign_in(bob).get("/desk/q/all/"))


def test_a_view_costs_as_much_as_a_queue(incident: Make, ann: Person, sign_in: SignIn) -> None:
    view = save_view(look(filters={}, columns=["due", "team"]), by=ann, at=NOON)
    browser, address = sign_in(ann), f"/desk/v/{view.public_id}/"
    first = incident()
    cache.clear()
    one = cost(browser, address)
    many(first, 60, assignee=ann)
    cache.clear()

    assert len(one) == len(cost(browser, address)) <= 4
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', browser.get(address).content.decode()) == [
        "Ref", "Title", "Due", "Team",
    ]  # fmt: skip


def test_a_person_has_so_many_views(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.actions.saved_views.MOST", 1)
    save_view(look(), by=ann, at=NOON)

    with pytest.raises(Refused, match="You have 1 views"):
        save_view(look(), by=ann, at=NOON)
