"""Who reads: the only door to organization data.

Every queryset that holds organization data answers ``visible_to(reader)``. The inherited
answer is nobody. Out of scope is 404, the same as missing.
"""

from collections.abc import Set
from typing import Any, Protocol, Self

from django.db import models


class Standing(Protocol):
    """What a reader's active memberships add up to (accounts.standing builds it)."""

    @property
    def person_id(self) -> int:
        """Whose standing it is."""

    @property
    def sees_all(self) -> bool:
        """SME staff see every organization's records."""

    @property
    def organizations(self) -> Set[int]:
        """The organizations they act for."""

    @property
    def administers(self) -> Set[int]:
        """Those that they administer."""


class Reader(Protocol):
    """Anyone who can be asked for their standing."""

    def standing(self) -> Standing:
        """The reader's standing at this moment."""


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset of organization data. Until a subclass says otherwise, nobody sees a row."""

    def visible_to(self, reader: Reader) -> Self:
        """The rows that the reader may see."""
        return self.none()
