"""The tabs over an organization's tickets: each view with how many it holds.

The numbers come with the list's own statement, or out of the cache, so a page takes no query more
than it did without them. Each is counted up to a thousand and no further, however many tickets there are.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db.models import BigIntegerField, Func, IntegerField
from django.db.models.functions import Cast, Coalesce, JSONObject

from accounts.models import Person
from servicedesk.records.models import Record, RecordQuerySet
from servicedesk.records.models.record import own
from tickets.queues import COUNTS_KEPT, MOST_COUNTED, VIEWS, Slice, capped
from tickets.transitions import LIFECYCLES

WALKED = frozenset({"resolved", "all"})
"""Views of most of what an organization ever filed: walked in the order of an index, which ends at the cap."""


class Tabs:
    """What stands over one person's list. ``numbers`` by view: at most ten seconds old, None where unknown."""

    def __init__(self, person: Person, *, counted: bool) -> None:
        self.person = person
        self.counted = counted
        self.numbers: dict[str, int] | None = cache.get(self._key) if counted else None

    def with_numbers(self, rows: RecordQuerySet) -> RecordQuerySet:
        """Let the rows of the list bring the numbers along, if they are wanted and not known."""
        if not self.counted or self.numbers is not None:
            return rows
        return rows.annotate(view_numbers=_numbers(self.person))

    def read(self, rows: Sequence[Any]) -> None:
        """Take the numbers from the rows; an empty page brings none, so then they are asked for."""
        if not self.counted or self.numbers is not None:
            return
        if rows:
            self.numbers = rows[0].view_numbers
        else:
            me = Person.objects.filter(pk=self.person.pk)
            self.numbers = me.values_list(_numbers(self.person), flat=True).get()
        cache.set(self._key, self.numbers, COUNTS_KEPT)

    def shown(self, view: Slice, exactly: int | None = None) -> list[tuple[Slice, str]]:
        """Every view with its number in words, or none.

        Where all of the open view is on the page, it is that many: it never disagrees with its own rows.
        """
        if self.numbers is None:
            return [(one, "") for one in VIEWS.values()]
        numbers = self.numbers if exactly is None else {**self.numbers, view.name: exactly}
        return [(one, capped(numbers[name])) for name, one in VIEWS.items()]

    @property
    def _key(self) -> str:
        return f"list-tabs:{self.person.pk}"


def _numbers(person: Person) -> JSONObject:
    """How many tickets each view holds, as one expression that has nothing to do with the row it stands in.

    So PostgreSQL works it out once for a statement (an InitPlan), not once for each row.
    """
    return JSONObject(**{name: _number(one, person) for name, one in VIEWS.items()})


def _number(view: Slice, person: Person) -> Func:
    """Counted as records, by the rule of Ticket.visible_to: all that a view asks stands there, and no row
    of a ticket needs to be read, nor its row security asked."""
    order = ("-updated_at", "-id") if view.name in WALKED else ()
    ours = Record.objects.filter(own(person), kind__in=LIFECYCLES)
    rows = ours.filter(view.condition(person)).order_by(*order)
    # Who acts for no organization has no rows to ask for: that is no array, and its type has to be said.
    keys = Cast(ArraySubquery(rows.values("pk")[:MOST_COUNTED]), ArrayField(BigIntegerField()))
    return Coalesce(Func(keys, function="cardinality", output_field=IntegerField()), 0)
