"""Merging many tickets into one of them: which one, and what each brings along."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from servicedesk.records.models import Attachment, Comment, Follower
from tickets.models import Ticket

_LUGGAGE: tuple[tuple[Any, QuerySet[Any]], ...] = (
    (ngettext_lazy("%(n)d message", "%(n)d messages", "n"), Comment.objects.filter(internal=False)),
    (ngettext_lazy("%(n)d note", "%(n)d notes", "n"), Comment.objects.filter(internal=True)),
    (ngettext_lazy("%(n)d file", "%(n)d files", "n"), Attachment.objects.all()),
    (ngettext_lazy("%(n)d follower", "%(n)d followers", "n"), Follower.objects.all()),
)


def likely_survivor(tickets: Mapping[int, Ticket]) -> int:
    """Of the most that are alike, the open one that is promised first: it can take over most of the others.

    What may be merged at all is said by tickets.merging.rules.
    """

    def alike(one: Ticket) -> tuple[Any, ...]:
        return one.organization_id, one.kind, one.item, one.visibility

    def rank(one: Ticket) -> tuple[Any, ...]:
        promised = one.finish_due_at is None, one.finish_due_at or one.created_at
        return bool(one.done_at), -numbers[alike(one)], *promised, one.pk

    numbers = Counter(alike(one) for one in tickets.values() if not one.done_at)
    return min(tickets.values(), key=rank).pk


def luggage(pks: Collection[int]) -> dict[int, str]:
    """What appears on the survivor's page with each, in words. A query for each kind of it, however many there are."""
    words: dict[int, list[str]] = {pk: [_("Its report")] for pk in pks}
    for counted, rows in _LUGGAGE:
        mine = rows.filter(record__in=pks).order_by().values_list("record").annotate(n=Count("pk"))
        for pk, number in mine:
            words[pk].append(str(counted % {"n": number}))
    return {pk: ", ".join(parts) for pk, parts in words.items()}
