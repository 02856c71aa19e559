"""Names that no text for everybody may hold: those of the organizations, and their ORG IDs.

What is public is read by every LDC, so another one's name in it is refused before it is stored.
"""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Organization, OrgId
from servicedesk.records.refusals import Unusable


def named_in(texts: Iterable[str]) -> list[str]:
    """The organizations' names and ORG IDs that stand in these texts, as whole words, whatever their case."""
    names = {
        *Organization.objects.exclude(kind=Organization.Kind.SME).values_list("name", flat=True),
        *OrgId.objects.values_list("code", flat=True),
    }
    return _found(names, "\n".join(texts))


def others_named_in(text: str, organization_id: int) -> list[str]:
    """The names and ORG IDs of other LDCs than this one that stand in a text. One query."""
    names = Organization.objects.filter(kind=Organization.Kind.LDC).values_list("name")
    codes = OrgId.objects.values_list("code")
    others = names.exclude(pk=organization_id).union(codes.exclude(organization=organization_id))
    return _found({name for (name,) in others}, text)


class NamesOfLdcs:
    """The LDCs' names and ORG IDs with whose they are, read once, to look for in many texts. One query."""

    def __init__(self) -> None:
        names = Organization.objects.filter(kind=Organization.Kind.LDC).values_list("name", "pk")
        self._whose = list(names.union(OrgId.objects.values_list("code", "organization")))

    def of_others(self, text: str, organization_id: int) -> list[str]:
        """What ``others_named_in`` finds."""
        return _found({name for name, whose in self._whose if whose != organization_id}, text)


def refuse_names(texts: Iterable[str]) -> None:
    """Raise Unusable when a text for everybody names an organization."""
    if found := named_in(texts):
        raise Unusable(
            _("Take out “%(names)s”: every organization reads this text.") % {"names": "”, “".join(found)}
        )


def _found(names: Iterable[str], text: str) -> list[str]:
    text = text.casefold()
    return sorted(name for name in names if name.casefold() in text and _stands_in(name, text))


def _stands_in(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text))
