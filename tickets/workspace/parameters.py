"""What the address of a list may ask for: these parameters and no others, each of them once.

A name that is not listed is refused with 400 and told which ones there are. It is never passed over:
somebody who writes ``organization__name=``, ``status__not=``, ``-severity=`` or ``status[]=`` expects a
shorter list, and would take the whole of it for the answer. (An unknown *value* of a known filter is
passed over, see tickets/filters.py: bookmarks outlive severities and teams.) ``sort`` names a field, so
there an unknown value is refused too.

Mail programs and campaigns hang their own marks on links; those in TRACKING say nothing about a list.
"""

import re
from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.models import RecordQuerySet
from servicedesk.records.refusals import Unlisted

FILTERS = (
    "q",
    "kind",
    "severity",
    "environment",
    "status",
    "organization",
    "clock",
    "ended",
    "filed",
    "done",
)
"""What narrows a list down (tickets.filters.TicketFilter)."""
PAGES = ("after", "before")
NUL = "\x00"
"""PostgreSQL's text has none. Addresses of requests are asked before (ReadableRequests), those in a form here."""
TRACKING = re.compile(r"utm_[a-z]+|fbclid|gclid|dclid|msclkid|mc_[ce]id")

SORTS = {
    "due": (gettext_lazy("Due"), ("queue_at", "id")),
    "updated": (gettext_lazy("Updated"), ("-updated_at", "-id")),
    "severity": (gettext_lazy("Severity"), ("severity_rank", "queue_at", "id")),
}
"""In which order a queue can be: its words, and the columns that its pages are cut by."""
LEAST_SEVERE = 9
"""Where requests stand, which have no severity."""


def check(query: QueryDict, *allowed: str) -> None:
    """Refuse parameters that are not listed, listed ones that come twice, and NUL characters. Raises Unlisted."""
    for name, values in query.lists():
        if name in allowed:
            if len(values) > 1:
                raise Unlisted(
                    _("“%(name)s” stands twice in the address. Give it once.") % {"name": name[:40]}
                )
            if NUL in values[0]:
                raise Unlisted(_("“%(name)s” holds a character that no text has.") % {"name": name[:40]})
        elif not TRACKING.fullmatch(name):
            raise Unlisted(_not_listed(name, _("a parameter of this list"), allowed))


def sort_in(query: QueryDict) -> str:
    """The order that is asked for; by due time if none is. Raises Unlisted."""
    asked = query.get("sort", "") or "due"
    if asked not in SORTS:
        raise Unlisted(_not_listed(asked, _("an order of this list"), SORTS))
    return asked


def ordered(rows: RecordQuerySet, sort: str) -> RecordQuerySet:
    """Give the rows what this order is cut by."""
    if sort != "severity":
        return rows
    return rows.annotate(severity_rank=Coalesce(F("severity"), LEAST_SEVERE))


def _not_listed(given: str, what: str, allowed: Iterable[str]) -> str:
    return _("“%(given)s” is not %(what)s. Allowed are: %(allowed)s.") % {
        "given": given[:40],
        "what": what,
        "allowed": ", ".join(allowed),
    }
