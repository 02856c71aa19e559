"""What was approved has a fingerprint."""

from changes.digest import MATERIAL, digest_of
from tests.changes.conftest import MakeChange

OTHER = {
    "change_class": "emergency",
    "category": "hardware",
    "environments": ["sandbox"],
    "interfaces": ["gui"],
    "downtime": 15,
    "risk": "high",
}


def test_every_material_field_is_in_the_digest_and_planning_is_not(rfc: MakeChange) -> None:
    approved = rfc()
    before = digest_of(approved)
    for name in MATERIAL:
        was = getattr(approved, name)
        setattr(approved, name, OTHER.get(name, "Something else"))
        assert digest_of(approved) != before, name
        setattr(approved, name, was)
    approved.implementer_id, approved.sequence = 1, 7
    assert digest_of(approved) == before


def test_the_order_of_environments_says_nothing(rfc: MakeChange) -> None:
    approved = rfc(environments=["production", "sandbox"])
    before = digest_of(approved)
    approved.environments = ["sandbox", "production"]
    assert digest_of(approved) == before
