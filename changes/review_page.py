"""What the page of an RFC's review shows."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.decision_page import decision_url, sees_votes
from changes.models import ChangeReview, Decision, DecisionKind, DecisionState, Outcome, RequestForChange
from changes.transitions import OVER, ChangeClass
from servicedesk.records.markup import to_html
from servicedesk.records.models import Link, Relation
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.verdict import YES, Verdict, no


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One text."""

    html: str
    outcome: str
    by: str
    at: datetime
    accepted: bool


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """What the RFC's page shows: the latest review, for those who read reviews; or that one is to be written."""

    line: ReviewLine | None
    url: str
    may_write: bool


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The reviews, the latest first; what follows from them; and whether one can be written now."""

    rfc: RequestForChange
    emergency: bool
    lines: list[ReviewLine]
    actions: list[tuple[str, str]]
    board: str
    board_url: str
    may_write: Verdict


def may_read_reviews(person: Person, rfc: RequestForChange) -> Verdict:
    """The desk, the board, and the organization that asks. Others read on the RFC how it ended."""
    if sees_votes(person) or rfc.organization_id in person.standing().organizations:
        return YES
    return no(_("The review is between the organization that asked and the Service Desk."))


def review_part(rfc: RequestForChange, person: Person) -> ReviewPart | None:
    """The latest review, and the way to write one; nothing for whom neither is."""
    rows = ChangeReview.objects.visible_to(person).filter(rfc=rfc).select_related("by")
    latest = rows.order_by("-at", "-pk").first()
    may_write = bool(_may_write(rfc, person))
    if latest is None and not may_write:
        return None
    line = _line(latest) if latest else None
    return ReviewPart(line, reverse("changes:review", args=[rfc.reference]), may_write)


def review_page(rfc: RequestForChange, person: Person) -> ReviewPage:
    """Gather what this person reads of an RFC's reviews."""
    rows = ChangeReview.objects.visible_to(person).filter(rfc=rfc).select_related("by")
    links = Link.objects.visible_to(person).filter(target=rfc, relation=Relation.CONTINUES)
    seen = links.select_related("source").order_by("pk")
    return ReviewPage(
        rfc=rfc,
        emergency=rfc.change_class == ChangeClass.EMERGENCY,
        lines=[_line(one) for one in rows.order_by("-at", "-pk")],
        actions=[(link.source.reference, link.source.title) for link in seen],
        board=_board(rfc, person),
        board_url=decision_url(rfc, person) if sees_votes(person) else "",
        may_write=_may_write(rfc, person),
    )


def _line(review: ChangeReview) -> ReviewLine:
    return ReviewLine(
        html=to_html(review.text),
        outcome=str(Outcome(review.outcome).label),
        by=review.by.name,
        at=review.at,
        accepted=review.decision_id is not None,
    )


def _may_write(rfc: RequestForChange, person: Person) -> Verdict:
    allowed = policy.may_manage(person)
    if allowed and rfc.status not in OVER:
        return no(_("A review is written once the change was implemented or backed out."), IllegalMove)
    return allowed


def _board(rfc: RequestForChange, person: Person) -> str:
    """How the board stands to an emergency's review."""
    if rfc.change_class != ChangeClass.EMERGENCY or rfc.status not in OVER:
        return ""
    asked = (
        Decision.objects.visible_to(person)
        .filter(rfc=rfc, kind=DecisionKind.REVIEW)
        .order_by("-round")
        .first()
    )
    if asked is None:
        return _("It is put to the board on the business day after it was carried out.")
    if asked.state == DecisionState.OPEN:
        return _("It is before the board, and can be closed once the board accepts the review.")
    return _("The board did not accept the review. Write it anew, and it is put to the board again.")
