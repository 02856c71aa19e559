"""A list of tickets as CSV: what the list shows, all of it, to whom it may be shown."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organization, Person
from tests.tickets.pages import main
from tests.tickets.test_lists import many, references
from tickets import exports
from tickets.actions import assign, move_ticket
from tickets.models import Incident

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
ALL = "/tickets/?view=all"
OURS = ["Reference", "Title", "Organization", "Severity", "Status", "Contact", "Due", "Created", "Updated"]
"""The columns of an LDC; the desk has assignee and team too."""


def table(answer: HttpResponse) -> list[dict[str, str]]:
    """A file's lines, by their column; as many as it says there are."""
    found = list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert answer["X-Row-Count"] == str(len(found))
    assert f'"tickets-{len(found)}-rows.csv"' in answer["Content-Disposition"]
    return found


@pytest.fixture
def two(incident: Make, ann: Person, stan: Person, pineridge: Organization) -> dict[str, Incident]:
    """A ticket of each of two LDCs. Ann has Lakeshore's, and waits for an answer."""
    at = timezone.now()
    lake = incident(at=at, title="=cmd|' /C calc'!A0")
    lake = assign(lake, ann, by=ann, at=at, version=lake.version)
    lake = move_ticket(lake, "start", by=ann, at=at, version=lake.version)
    move_ticket(lake, "ask", by=ann, at=at, version=lake.version, message="Which cycle?")
    Incident.objects.filter(pk=lake.pk).update(severity=2)
    return {
        "lake": Incident.objects.get(pk=lake.pk),
        "pine": incident(at=at, by=stan, organization_id=pineridge.pk, title="Slow pinecanary"),
    }


def test_the_desk_and_an_ldc_each_get_what_they_may_read(
    two: dict[str, Incident], cast: dict[str, Person], sign_in: SignIn
) -> None:
    desk, ours = (table(sign_in(cast[who]).get(f"{ALL}&format=csv")) for who in ("ann", "rita"))
    lake = two["lake"]

    assert {line["Reference"] for line in desk} == {one.reference for one in two.values()}
    assert list(desk[0]) == [*OURS[:6], "Assignee", "Team", *OURS[6:]]
    assert next(line["Assignee"] for line in desk if line["Reference"] == lake.reference) == "Ann"
    created = lake.created_at.astimezone(exports.ZONE).isoformat(timespec="seconds")
    assert [list(line) for line in ours] == [OURS]
    assert {name: ours[0][name] for name in (*OURS[:5], "Created")} == {
        "Reference": lake.reference,
        "Title": "'=cmd|' /C calc'!A0",
        "Organization": "Lakeshore Hydro",
        "Severity": "Severity 2 – high",
        "Status": "We need your answer",
        "Created": created,
    }
    assert "Ann" not in ours[0].values()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "view=waiting",
        "view=all&severity=2",
        "view=all&q=pinecanary",
        "view=all&organization=pine-ridge-power",
        "view=following",
        "view=all&severity=9",
    ],
)
def test_the_file_is_the_list_with_its_view_and_filters(
    two: dict[str, Incident], cast: dict[str, Person], sign_in: SignIn, query: str
) -> None:
    for who in ("ann", "rita", "stan"):
        browser = sign_in(cast[who])
        lines = table(browser.get(f"/tickets/?{query}&format=csv"))
        assert [line["Reference"] for line in lines] == references(browser, f"/tickets/?{query}"), who


def test_the_whole_list_comes_in_pieces_not_the_page_alone(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One query decides which they are, and each piece is one more."""
    monkeypatch.setattr(exports, "PIECE", 20)
    first = incident(at=timezone.now())
    made = [first, *many(first, 59)]
    for who in ("ann", "rita"):
        browser = sign_in(cast[who])
        page = main(browser.get(f"{ALL}&q=cycle"))
        assert 'href="?view=all&amp;q=cycle&amp;format=csv"' in page
        after = page.partition("after=")[2].partition('"')[0]
        assert after
        with CaptureQueriesContext(connection) as asked:
            answer = browser.get(f"{ALL}&format=csv&after={after}")
            pieces = list(answer.streaming_content)
        assert len(pieces) > 3
        assert len([one for one in asked if 'FROM "tickets_ticket"' in one["sql"]]) == 1 + 3
        lines = list(csv.DictReader(StringIO(b"".join(pieces).decode("utf-8-sig"))))
        assert [line["Reference"] for line in lines] == [one.reference for one in reversed(made)]
    assert "Download" not in main(browser.get("/tickets/?q=nothing+is+called+that"))
