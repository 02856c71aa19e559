"""What administrators do with the catalogue: they draft, look, publish, retire."""

import re
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection, connections
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization, Person
from servicedesk.records.models import Draft
from servicedesk.records.refusals import Unusable
from tests.conftest import NOON
from tests.test_admin import INLINE, SignIn, address, item_draft
from tickets.actions import Order, submit_request
from tickets.actions.cataloguing import (
    new_item_version_draft,
    offer_item_again,
    publish_item_version,
    retire_item,
)
from tickets.admin.catalogue_differences import item_before, item_differences
from tickets.admin.catalogue_words import missing_french
from tickets.catalogue.problems import problems
from tickets.models import (
    ApprovalStep,
    CatalogueItem,
    ItemField,
    ItemVersion,
    ServiceRequest,
    TaskTemplate,
    Team,
)

SLUG = "service-point-count"
PARTS = ("fields", "approval_steps", "tasks")


@pytest.fixture
def browser(ada: Person, sign_in: SignIn, lakeshore: Organization) -> Client:
    """An administrator's."""
    return sign_in(ada)


@pytest.fixture
def draft(db: None) -> ItemVersion:
    """The first draft of a new item: how many service points are there?"""
    item = CatalogueItem.objects.create(slug=SLUG, choice="data", position=90)
    version = ItemVersion.objects.create(
        item=item, note="People asked for it.", name="Count of service points",
        name_fr="Nombre de points de service", summary="How many there are, such as on 1 March.",
        summary_fr="Combien il y en a, par exemple le 1er mars.", team=Team.objects.get(slug="data-billing"),
    )  # fmt: skip
    ItemField.objects.create(
        version=version, position=1, name="which", kind="choice", label="Which ones?", label_fr="Lesquels?",
        choices="all | All of them | Tous\nsome | Some of them | Certains",
    )  # fmt: skip
    ItemField.objects.create(
        version=version, position=2, name="town", kind="text", label="Town", label_fr="Ville",
        show_field="which", show_values="some",
    )  # fmt: skip
    TaskTemplate.objects.create(version=version, position=1, title="Count them", title_fr="Les compter")
    return version


@pytest.fixture
def item(draft: ItemVersion, ada: Person) -> CatalogueItem:
    """The same item, published."""
    return publish_item_version(draft, by=ada, at=NOON).item


def words(page: HttpResponse) -> str:
    """A page as it is read."""
    html = re.sub(r"<(script|style|option)\b.*?</\1>", "", page.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def as_sent(version: ItemVersion) -> dict[str, Any]:
    """What the page of a draft sends back as it stands."""
    sent: dict[str, Any] = {
        name: getattr(version, name)
        for name in (
            "note", "name", "name_fr", "summary", "summary_fr", "prepare", "prepare_fr", "visibility", "effect",
        )
    } | {"team": version.team_id or ""}  # fmt: skip
    for part in PARTS:
        rows = list(getattr(version, part).order_by("position", "pk"))
        sent |= {f"{part}-TOTAL_FORMS": len(rows), f"{part}-INITIAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            sent |= {f"{part}-{number}-{name}": value for name, value in boxes(row).items()}
    return sent


def boxes(row: Model) -> dict[str, Any]:
    """A row as its boxes send it: a box that is not ticked sends nothing."""
    values = {column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}
    named = {name.removesuffix("_id"): value for name, value in values.items()}
    return {name: "" if value is None else value for name, value in named.items() if value is not False}


def save(browser: Client, version: ItemVersion, **changes: Any) -> HttpResponse:
    return browser.post(address(ItemVersion, "change", version.pk), as_sent(version) | changes)


def order(item: CatalogueItem, by: Person, organization: Organization) -> ServiceRequest:
    """A request for an item as it is offered now."""
    version = ItemVersion.objects.offered().get(item=item)
    begun = Draft.objects.create(person=by, form=f"request:{item.slug}", created_at=NOON, updated_at=NOON)
    wanted = Order(organization.pk, version, "How many are there?", {"which": "all"}, by)
    return submit_request(wanted, draft=begun, by=by, at=NOON)


def told(row: Model) -> list[str]:
    """Its history in Django admin."""
    return list(
        LogEntry.objects.filter(object_id=str(row.pk), content_type__model=row._meta.model_name)
        .order_by("pk")
        .values_list("change_message", flat=True)
    )


# --- What can be ordered -------------------------------------------------------------------


def test_the_list_says_what_is_promised_and_who_has_to_agree(browser: Client) -> None:
    page = browser.get(address(CatalogueItem, "changelist"), {"q": "desk-administrator-change"})

    assert (
        "Change of organization administrator Service Desk users version 1 2 business days"
        " The organization’s administrators, then Approvers of the SME – yes" in words(page)
    )


@pytest.mark.parametrize(("state", "listed"), [("offered", False), ("unpublished", True), ("retired", False)])
def test_items_are_found_by_state(browser: Client, draft: ItemVersion, state: str, listed: bool) -> None:
    page = browser.get(address(CatalogueItem, "changelist"), {"state": state})

    assert (SLUG in words(page)) == listed


def test_the_list_costs_the_same_with_one_item_and_with_thirty(browser: Client) -> None:
    path = address(CatalogueItem, "changelist")
    browser.get(path)

    def queries(asked: dict[str, str]) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as spent:
            assert browser.get(path, asked).status_code == 200
        return len(spent)

    assert queries({"q": "gui-user-new"}) == queries({"q": "e"})


def test_a_new_item_is_added_and_its_first_version_written(browser: Client) -> None:
    browser.post(address(CatalogueItem, "add"), {"slug": "meter-photo", "choice": "data", "position": "7"})
    item = CatalogueItem.objects.get(slug="meter-photo")
    page = browser.get(address(CatalogueItem, "change", item.pk)).content.decode()
    written = {
        "item": item.pk, "note": "New.", "name": "Photo of a meter", "summary": "One photo.",
        "visibility": "restricted",
        **{f"{part}-{count}_FORMS": "0" for part in PARTS for count in ("TOTAL", "INITIAL")},
    }  # fmt: skip
    answer = browser.post(address(ItemVersion, "add"), written)

    assert f'href="/admin/tickets/itemversion/add/?item={item.pk}"' in page
    assert answer.status_code == 302
    assert list(item.versions.values_list("name", "visibility", "number")) == [
        ("Photo of a meter", "restricted", None)
    ]


def test_an_incident_is_no_item(browser: Client) -> None:
    answer = browser.post(
        address(CatalogueItem, "add"), {"slug": "help", "choice": "incident", "position": "1"}
    )

    assert answer.status_code == 200
    assert not CatalogueItem.objects.filter(slug="help").exists()


# --- Drafts --------------------------------------------------------------------------------


def test_a_draft_begins_with_all_that_the_latest_version_says(browser: Client, item: CatalogueItem) -> None:
    browser.post(address(CatalogueItem, "new_draft", item.pk), {"note": "Ask for the day."})
    first, second = item.versions.order_by("pk")

    assert (second.number, second.note, second.published_at) == (None, "Ask for the day.", None)
    assert item_differences(second, first) == []
    assert [getattr(second, part).count() for part in PARTS] == [2, 0, 1]


def test_an_item_that_never_was_published_has_nothing_to_begin_from(draft: ItemVersion) -> None:
    with pytest.raises(Unusable, match=f"{SLUG} has no published version to begin from"):
        new_item_version_draft(draft.item, note="Next.")


def test_saving_a_draft_as_it_stands_changes_nothing(browser: Client, draft: ItemVersion) -> None:
    before = [list(getattr(draft, part).order_by("pk").values()) for part in PARTS]

    assert save(browser, draft).status_code == 302
    assert [list(getattr(draft, part).order_by("pk").values()) for part in PARTS] == before


def test_a_draft_with_problems_is_saved_and_says_what_to_mend(browser: Client, draft: ItemVersion) -> None:
    saved = save(browser, draft, **{"fields-1-show_values": "others", "fields-0-name": "Which-one"})
    page = browser.get(address(ItemVersion, "change", draft.pk))

    assert saved.status_code == 302
    assert (
        "Mend this before you publish: "
        "Field “Which-one”: Write its name in small letters, digits and low lines, beginning with a letter. "
        "Field “town”: It depends on “which”, which has to come before it."
    ) in words(page)


def test_what_cannot_be_stored_is_refused_in_words(browser: Client, draft: ItemVersion) -> None:
    page = save(browser, draft, **{"fields-1-choices": "a | A | A"})

    assert page.status_code == 200
    assert "Give a choice field its choices, and no other field any." in words(page)


def test_a_row_without_a_position_comes_last(browser: Client, draft: ItemVersion) -> None:
    added = {
        "fields-TOTAL_FORMS": "3", "fields-2-name": "since", "fields-2-kind": "date", "fields-2-label": "Since",
        "fields-2-required": "on", "fields-2-version": draft.pk,
    }  # fmt: skip
    assert save(browser, draft, **added).status_code == 302

    assert list(draft.fields.order_by("position").values_list("position", "name")) == [
        (1, "which"), (2, "town"), (3, "since"),
    ]  # fmt: skip


def test_approval_steps_change_places_and_never_share_one(browser: Client, draft: ItemVersion) -> None:
    for position, asks in enumerate(("organization_admin", "sme_approver"), start=1):
        ApprovalStep.objects.create(version=draft, position=position, asks=asks)
    swapped = {"approval_steps-0-position": "2", "approval_steps-1-position": "1"}
    assert save(browser, draft, **swapped).status_code == 302
    shared = save(browser, draft, **{"approval_steps-0-position": "2"})

    assert list(draft.approval_steps.order_by("position").values_list("position", "asks")) == [
        (1, "sme_approver"), (2, "organization_admin"),
    ]  # fmt: skip
    assert "Two approval steps have the same position. Give each a number of its own." in words(shared)


def test_lines_are_stored_as_they_are_however_a_browser_ends_them(
    browser: Client, draft: ItemVersion
) -> None:
    save(browser, draft, **{"fields-0-choices": "all | All | Tous\r\nsome | Some | Certains"})

    assert draft.fields.get(name="which").choices == "all | All | Tous\nsome | Some | Certains"


def test_what_is_not_in_french_is_listed(browser: Client, draft: ItemVersion) -> None:
    draft.fields.filter(name="which").update(choices="all | All of them\nsome | Some | Certains", label_fr="")
    draft.tasks.update(title_fr="")
    ItemVersion.objects.filter(pk=draft.pk).update(summary_fr="")
    draft.refresh_from_db()

    assert missing_french(draft) == [
        "Summary",
        "Task “Count them”",
        "Field “which”: label",
        "Field “which”: the choice or column “All of them”",
    ]
    assert "Missing translation: 4 texts" in words(browser.get(address(ItemVersion, "change", draft.pk)))


@pytest.mark.parametrize("published", [False, True])
def test_a_versions_pages_cost_the_same_with_one_row_and_with_thirty(
    browser: Client, ada: Person, published: bool
) -> None:
    few, many = item_draft(1), item_draft(2)
    team = Team.objects.get(slug="data-billing")
    for version, some in ((few, 1), (many, 30)):
        for n in range(some):
            ItemField.objects.create(version=version, position=n, name=f"f{n}", kind="text", label=f"F {n}")
            TaskTemplate.objects.create(version=version, title=f"Task {n}", team=team)
        ApprovalStep.objects.create(version=version, position=1, asks="sme_approver")
        if published:
            publish_item_version(version, by=ada, at=NOON)

    def queries(page: str, version: ItemVersion) -> int:
        path = address(ItemVersion, page, version.pk)
        browser.get(path)
        cache.clear()
        with CaptureQueriesContext(connection) as spent:
            assert browser.get(path).status_code == 200
        return len(spent)

    for page in ("change", "preview") if published else ("change", "preview", "publish"):
        assert queries(page, few) == queries(page, many), page


# --- Preview -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "label", "condition"),
    [("en", "Town", "Only when “Which ones?” is “Some of them”."), ("fr", "Ville", "“Certains”")],
)
def test_the_form_is_looked_at_in_either_language_with_its_conditions(
    browser: Client, draft: ItemVersion, language: str, label: str, condition: str
) -> None:
    page = browser.get(address(ItemVersion, "preview", draft.pk), {"language": language})
    html = page.content.decode()

    assert page.status_code == 200
    assert f'<html lang="{language}"' in html
    assert label in words(page)
    assert condition in words(page)
    assert 'data-show-field="f_which" data-show-values="some"' in html
    assert INLINE.findall(html) == []


def test_trying_a_form_shows_the_answers_and_saves_nothing(browser: Client, draft: ItemVersion) -> None:
    before = [rows.objects.count() for rows in (Draft, ServiceRequest, LogEntry)]
    path = address(ItemVersion, "preview", draft.pk)
    wrong = browser.post(path, {"title": "Count", "f_which": "some"})
    right = browser.post(path, {"title": "Count", "f_which": "all", "f_town": "Kenora"})

    assert "There is a problem Fill in “Town”." in words(wrong)
    assert "Check your answers Title Count Which ones? All of them" in words(right)
    assert [rows.objects.count() for rows in (Draft, ServiceRequest, LogEntry)] == before


@pytest.mark.parametrize(
    "wrong", [{"choices": "all"}, {"pattern": "(", "pattern_words": "Write it well.", "kind": "text"}]
)
def test_a_draft_that_is_no_form_yet_says_so(
    browser: Client, draft: ItemVersion, wrong: dict[str, str]
) -> None:
    draft.fields.filter(name="town").delete()
    draft.fields.update(**({"choices": ""} | wrong))

    path = address(ItemVersion, "preview", draft.pk)
    page = browser.post(path, {"title": "Count", "f_which": "all"})

    assert page.status_code == 200
    assert "The draft cannot be shown as a form yet. Its page says what to mend." in words(page)


def test_every_item_can_be_looked_at(browser: Client) -> None:
    for version in ItemVersion.objects.published():
        for language in ("en", "fr"):
            page = browser.get(address(ItemVersion, "preview", version.pk), {"language": language})
            assert page.status_code == 200
            assert "sticky-actions" in page.content.decode(), version


def test_nonsense_in_the_address_shows_the_ordinary_preview(browser: Client, draft: ItemVersion) -> None:
    asked = {"language": "tlh", "organization": "9" * 30}

    page = browser.get(address(ItemVersion, "preview", draft.pk), asked)

    assert "Which ones?" in words(page)


def test_without_an_ldc_there_is_nobody_to_preview_for(
    ada: Person, sign_in: SignIn, draft: ItemVersion
) -> None:
    page = sign_in(ada).get(address(ItemVersion, "preview", draft.pk))

    assert "A form is always shown for an organization. Add an LDC first." in words(page)


# --- What would change ---------------------------------------------------------------------


def test_what_is_new_is_told_piece_by_piece(item: CatalogueItem) -> None:
    draft = new_item_version_draft(item, note="Next.")
    ItemVersion.objects.filter(pk=draft.pk).update(visibility="restricted")
    draft.fields.filter(name="which").update(
        required=False, choices="all | All | Tous\nsome | Some of them | Certains"
    )
    draft.fields.filter(name="town").delete()
    ItemField.objects.create(version=draft, position=3, name="on", kind="date", label="Day", label_fr="Jour")
    ApprovalStep.objects.create(version=draft, position=1, asks="sme_approver")
    draft.tasks.update(due_percent=50)
    draft.refresh_from_db()

    assert [tuple(one) for one in item_differences(draft, item_before(draft))] == [
        ("Who sees a request", "Everyone in my organization", "Only the people named on it and our administrators"),
        ("Field “which”: Required", "yes", "no"),
        (
            "Field “which”: Choices",
            "all | All of them | Tous; some | Some of them | Certains",
            "all | All | Tous; some | Some of them | Certains",
        ),
        ("Field “on”", "", "Name: on; Asks for: Date; Label: Day; Label in French: Jour; Required: yes; Material: yes"),
        (
            "Approval step 1", "",
            "Asks: Approvers of the SME; Needs: One of them; Remind after (business days): 1; "
            "Decide within (business days): 3",
        ),
        ("Task “Count them”: Due at percent of the fulfilment time", "100", "50"),
        (
            "Field “town”",
            "Name: town; Asks for: One line of text; Label: Town; Label in French: Ville; Required: yes; "
            "Material: yes; Only when this field: which; Has one of these values: some",
            "",
        ),
    ]  # fmt: skip


def test_another_order_is_told(item: CatalogueItem) -> None:
    draft = new_item_version_draft(item, note="Next.")
    draft.fields.filter(name="which").update(position=5)

    assert item_differences(draft, item_before(draft)) == [
        (
            "Order",
            "Field “which”, Field “town”, Task “Count them”",
            "Field “town”, Field “which”, Task “Count them”",
        )
    ]


def test_the_page_counts_whom_it_concerns(
    browser: Client, item: CatalogueItem, rita: Person, ned: Person, lakeshore: Organization
) -> None:
    order(item, rita, lakeshore)
    Draft.objects.create(person=ned, form=f"request:{SLUG}", created_at=NOON, updated_at=NOON)
    Draft.objects.create(person=ned, form="request:other", created_at=NOON, updated_at=NOON)
    draft = new_item_version_draft(item, note="Next.")

    page = browser.get(address(ItemVersion, "publish", draft.pk))

    assert (page.context["drafts"], page.context["open_requests"]) == (1, 1)
    assert "Nothing: texts, fields, approvals and tasks are the same." in words(page)


# --- Publishing ----------------------------------------------------------------------------


def test_a_draft_is_published_once_it_is_signed_off(browser: Client, draft: ItemVersion, ada: Person) -> None:
    path = address(ItemVersion, "publish", draft.pk)
    unsigned = browser.post(path, {"note": "Checked by two."})
    draft.refresh_from_db()
    assert draft.number is None
    assert "Tick “I have checked the form and what stands above” to go on." in words(unsigned)

    assert browser.post(path, {"note": "Checked by two.", "checked": "on"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.number, draft.published_by, draft.note) == (1, ada, "Checked by two.")
    assert draft.published_at is not None
    assert ItemVersion.objects.offered().filter(pk=draft.pk).exists()
    assert (told(draft), told(draft.item)) == (["Published."], ["Version 1 was published."])


def test_numbers_count_within_an_item_and_requests_keep_their_version(
    item: CatalogueItem, ada: Person, rita: Person, lakeshore: Organization
) -> None:
    request = order(item, rita, lakeshore)

    second = publish_item_version(new_item_version_draft(item, note="Next."), by=ada, at=NOON)

    request.refresh_from_db()
    assert (second.number, request.item_version.number) == (2, 1)
    assert ItemVersion.objects.offered().get(item=item) == second


def test_a_draft_with_problems_is_not_published(browser: Client, draft: ItemVersion) -> None:
    draft.fields.filter(name="which").update(choices="all")
    path = address(ItemVersion, "publish", draft.pk)

    looked = browser.get(path)
    forced = browser.post(path, {"note": "Go.", "checked": "on"})

    problem = "Field “which”: Line 1 of the choices: write value | English | French."
    assert problem in words(looked)
    assert 'name="checked"' not in looked.content.decode()
    assert forced.status_code == 422
    assert f"Mend this first: {problem}" in words(forced)
    draft.refresh_from_db()
    assert (draft.number, told(draft)) == (None, [])


def test_a_draft_that_is_published_already_leads_to_its_page(
    browser: Client, draft: ItemVersion, ada: Person
) -> None:
    publish_item_version(draft, by=ada, at=NOON)

    answer = browser.post(
        address(ItemVersion, "publish", draft.pk), {"note": "Go.", "checked": "on"}, follow=True
    )

    assert "Count of service points, version 1 is published already." in words(answer)
    with pytest.raises(Unusable, match="Somebody published this draft while you were looking at it"):
        publish_item_version(draft, by=ada, at=NOON)


def test_a_draft_that_was_deleted_meanwhile_is_not_published(draft: ItemVersion, ada: Person) -> None:
    ItemVersion.objects.get(pk=draft.pk).delete()

    with pytest.raises(Unusable, match="Somebody deleted this draft while you were looking at it"):
        publish_item_version(draft, by=ada, at=NOON)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_publish_at_once_the_second_is_told(ada: Person, draft: ItemVersion) -> None:
    said: list[str] = []
    together = Barrier(2)

    def publish() -> None:
        together.wait()
        try:
            said.append(f"version {publish_item_version(draft_again(), by=ada, at=NOON).number}")
        except Unusable as refused:
            said.append(str(refused))
        finally:
            connections.close_all()

    def draft_again() -> ItemVersion:
        return ItemVersion.objects.get(pk=draft.pk)

    threads = [Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["Somebody published this draft while you were looking at it.", "version 1"]


def test_a_published_version_is_only_read(browser: Client, item: CatalogueItem) -> None:
    version = item.versions.get()
    path = address(ItemVersion, "change", version.pk)
    page = browser.get(path)

    assert re.findall(r'<(?:input type="(?!hidden|search)|select|textarea)', page.content.decode()) == []
    assert "It is published, so it never changes." in words(page)
    assert browser.post(path, as_sent(version) | {"name": "Other"}).status_code == 403
    assert browser.post(address(ItemVersion, "delete", version.pk), {"post": "yes"}).status_code == 403
    assert browser.post(address(CatalogueItem, "delete", item.pk), {"post": "yes"}).status_code == 403


def test_a_draft_is_thrown_away(browser: Client, draft: ItemVersion) -> None:
    assert browser.post(address(ItemVersion, "delete", draft.pk), {"post": "yes"}).status_code == 302
    assert not ItemVersion.objects.filter(pk=draft.pk).exists()


# --- Retiring ------------------------------------------------------------------------------


def test_an_item_is_retired_and_offered_again(
    browser: Client, item: CatalogueItem, rita: Person, lakeshore: Organization
) -> None:
    order(item, rita, lakeshore)
    retire, again = (address(CatalogueItem, page, item.pk) for page in ("retire", "offer_again"))
    assert "Open requests for it go on as they are: 1." in words(browser.get(retire))
    assert CatalogueItem.objects.offered().filter(pk=item.pk).exists()

    browser.post(retire)
    assert not CatalogueItem.objects.offered().filter(pk=item.pk).exists()
    assert "retired since" in words(browser.get(address(CatalogueItem, "change", item.pk)))

    assert "can be ordered again" in words(browser.get(again))
    browser.post(again)
    assert CatalogueItem.objects.offered().filter(pk=item.pk).exists()
    assert told(item) == ["Version 1 was published.", "Retired.", "Offered again."]


def test_the_second_who_retires_an_item_is_told(browser: Client, item: CatalogueItem, ada: Person) -> None:
    with pytest.raises(Unusable, match="Somebody offered this item again"):
        offer_item_again(item, by=ada)
    retire_item(item, by=ada, at=NOON)

    answer = browser.post(address(CatalogueItem, "retire", item.pk), follow=True)

    assert "Somebody retired this item while you were looking at it." in words(answer)


# --- For whom ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rita", "olga", "ann", "chang"])
def test_nobody_else_gets_to_these_pages(
    who: str, cast: dict[str, Person], sign_in: SignIn, draft: ItemVersion
) -> None:
    paths = [address(ItemVersion, page, draft.pk) for page in ("preview", "publish")]
    paths += [address(CatalogueItem, page, draft.item_id) for page in ("new_draft", "retire", "offer_again")]
    browser = sign_in(cast[who])

    for path in paths:
        assert browser.get(path, follow=True).status_code == 403, path
        assert browser.post(path, {"checked": "on", "note": "Go."}, follow=True).status_code == 403, path
    draft.refresh_from_db()
    assert (draft.number, draft.item.retired_at) == (None, None)


def test_a_team_is_made_of_people_who_work_on_tickets(browser: Client, ann: Person, rita: Person) -> None:
    made = {"name": "Meters", "name_fr": "Compteurs", "slug": "meters"}
    refused = browser.post(address(Team, "add"), made | {"members": [rita.pk]})
    browser.post(address(Team, "add"), made | {"members": [ann.pk]})

    assert refused.status_code == 200
    assert list(Team.objects.get(slug="meters").members.all()) == [ann]


def test_a_new_draft_has_no_problems(item: CatalogueItem) -> None:
    draft = new_item_version_draft(item, note="Next.")

    assert problems(draft, draft.fields_in_order()) == []
