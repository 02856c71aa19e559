"""What the form of an incident suggests: known problems, open tickets, and what other apps know."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from accounts.requests import SignedInRequest
from servicedesk.ui import panels
from tickets.problem_list import problem_row
from tickets.problem_matching import LEAST_TYPED, known_problems, own_tickets
from tickets.rows import list_row


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most three of each. ``others`` come from the apps above. ``may_claim``: may say that one is theirs."""

    problems: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    others: list[SafeString]
    may_claim: bool
    organization_id: int | None

    def __bool__(self) -> bool:
        return bool(self.problems or self.tickets or self.others)

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.problems) + len(self.tickets) + len(self.others)


def suggestions(request: SignedInRequest, title: str, *, organization_id: int | None) -> Suggestions | None:
    """What is known about a title, once it is long enough. Two queries, and what the apps above ask."""
    text = " ".join(title.split())[:120]
    if len(text) < LEAST_TYPED:
        return None
    person = request.user
    for_desk = person.standing().sees_all
    return Suggestions(
        problems=[problem_row(one, for_desk=False) for one in known_problems(person, text)],
        tickets=[
            list_row(one, for_desk=for_desk)
            for one in own_tickets(person, text, organization_id=organization_id)
        ],
        others=panels.render("report.known", request),
        may_claim=not for_desk,
        organization_id=organization_id,
    )
