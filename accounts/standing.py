"""Standing: what a person's active memberships add up to, at one moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from accounts.roles import GRANTS, SME_ROLES, Permission, Role


class Grant(TypedDict):
    """One active membership, as the sign-in query reads it."""

    organization: int
    name: str
    role: str
    via: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is to the desk.

    ``organizations`` are those they act for, ``administers`` those they administer (ids);
    ``names`` maps each to its name; ``label`` is what the top bar calls them.
    """

    person_id: int
    organizations: frozenset[int]
    administers: frozenset[int]
    names: dict[int, str]
    label: str
    permissions: frozenset[tuple[Permission, int]]
    roles: frozenset[Role]

    @property
    def sees_all(self) -> bool:
        """SME staff see every organization's records."""
        return self.holds(Permission.SEE_ALL)

    @property
    def decides(self) -> bool:
        """May decide on requests: their own organizations', or as an approver of the SME."""
        return self.holds(Permission.MANAGE_PEOPLE) or self.holds(Permission.APPROVE_REQUESTS)

    @property
    def is_administrator(self) -> bool:
        """May open Django admin."""
        return self.holds(Permission.ADMINISTER)

    @property
    def needs_second_factor(self) -> bool:
        """SME staff and organization administrators sign in with two factors (PROMISES, Security)."""
        return bool(self.administers or self.roles & SME_ROLES)

    def holds(self, permission: Permission, organization_id: int | None = None) -> bool:
        """Is it granted: anywhere, or within one organization?"""
        return any(
            granted is permission and organization_id in {None, within}
            for granted, within in self.permissions
        )


def standing_from(person_id: int, grants: Iterable[Grant]) -> Standing:
    """Add up active memberships."""
    grants = sorted(grants, key=lambda grant: grant["name"])
    held = [(Role(grant["role"]), grant["organization"]) for grant in grants]
    employers = {grant["via"] or grant["name"] for grant in grants}
    return Standing(
        person_id=person_id,
        organizations=frozenset(organization for _, organization in held),
        administers=frozenset(organization for role, organization in held if role is Role.LDC_ADMIN),
        names={grant["organization"]: grant["name"] for grant in grants},
        label=", ".join(sorted(employers)),
        permissions=frozenset(
            (permission, organization) for role, organization in held for permission in GRANTS[role]
        ),
        roles=frozenset(role for role, _ in held),
    )
