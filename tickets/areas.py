"""Which service area a text is about, by the words that administrators keep for each."""

import re
from collections.abc import Iterable

from tickets.models import AreaRule, ServiceArea


class Areas:
    """The rules of all areas, read once."""

    def __init__(self, rules: Iterable[AreaRule]) -> None:
        self.rules = list(rules)
        self._patterns = {
            rule.area: [
                re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
                for word in map(str.strip, rule.words.splitlines())
                if word
            ]
            for rule in self.rules
        }

    @classmethod
    def now(cls) -> "Areas":
        """As they are now. One query."""
        return cls(AreaRule.objects.order_by("pk"))

    def area_of(self, title: str, text: str = "") -> str:
        """The area with the most of its words in a title, then in the text; "other" where none has any."""
        found = {
            area: (
                sum(bool(one.search(title)) for one in words),
                sum(bool(one.search(text)) for one in words),
            )
            for area, words in self._patterns.items()
        }
        best = max(found, key=lambda area: found[area], default=ServiceArea.OTHER.value)
        return best if any(found.get(best, ())) else ServiceArea.OTHER.value
