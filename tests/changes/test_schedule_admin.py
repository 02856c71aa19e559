"""Freezes in the administration: an edit looks at the changes on either side of it at once."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Person
from changes.models import Freeze, ScheduleConflict
from tests.changes.conftest import MakeChange
from tests.changes.scheduling import scheduled
from tests.conftest import NOON

FORM = {
    "name": "Price change", "starts_at": "2027-03-09T12:00", "ends_at": "2027-03-10T12:00",
    "environments": ["production"], "hard": "on", "reason": "Prices.",
}  # fmt: skip


def test_a_new_freeze_marks_what_lies_in_it_and_one_that_moves_or_goes_lets_it_be(
    rfc: MakeChange, chang: Person, ann: Person, ada: Person, sign_in: Callable[[Person], Client]
) -> None:
    change = scheduled(rfc(status="approved", implementer=ann), by=chang)
    browser, pages = sign_in(ada), "/admin/changes/freeze/"

    def marked() -> list[str]:
        return [one.freeze.name for one in ScheduleConflict.objects.filter(rfc=change)]

    assert browser.post(f"{pages}add/", FORM).status_code == 302
    made = Freeze.objects.get(name="Price change")
    assert (made.starts_at, made.environments) == (NOON, ["production"])
    assert marked() == ["Price change"]

    for edit, left in (
        ({"environments": ["sandbox"]}, []),
        ({"environments": ["sandbox", "production"]}, ["Price change"]),
        ({"starts_at": "2027-04-09T12:00", "ends_at": "2027-04-10T12:00"}, []),
        ({}, ["Price change"]),
    ):
        assert browser.post(f"{pages}{made.pk}/change/", FORM | edit).status_code == 302
        assert marked() == left, edit
    backwards = browser.post(f"{pages}{made.pk}/change/", FORM | {"ends_at": "2027-03-01T00:00"})
    assert "Choose an end that is after the start." in backwards.content.decode()
    browser.post(f"{pages}{made.pk}/delete/", {"post": "yes"})
    assert marked() == []
