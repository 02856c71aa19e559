"""What pages show of a consultation: everybody how many said what, an organization its own answer, the desk all."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Organization, Person
from changes import policy
from changes.deciding_words import STANCE_TONES
from changes.models import Board, Consultation, ConsultationAnswer, RequestForChange, Stance
from servicedesk.records.markup import to_html


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One organization's answer, or an earlier one that was replaced."""

    organization: str
    person: str
    stance: str
    tone: str
    html: str
    given: ConsultationAnswer
    at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsultationPart:
    """What this reader sees of one consultation. ``mine`` are the organizations that they may answer for.

    ``counts`` has every stance with its number; ``silent`` the LDCs that have not answered, for the desk.
    """

    consultation: Consultation
    is_open: bool
    counts: list[tuple[str | Promise, int, str]]
    answers: list[AnswerLine]
    earlier: list[AnswerLine]
    mine: list[Organization]
    silent: list[str]
    may_end: bool
    url: str


def consultation_part(rfc: RequestForChange, person: Person, *, now: datetime) -> ConsultationPart | None:
    """The latest consultation of an RFC; nothing where LDCs were not asked."""
    asked = Consultation.objects.visible_to(person).filter(rfc=rfc).order_by("-opened_at").first()
    if asked is None:
        return None
    asked.rfc = rfc
    for_desk = person.standing().sees_all
    given = ConsultationAnswer.objects.visible_to(person).filter(consultation=asked)
    rows = list(given.select_related("organization", "person").order_by("organization__name", "-at"))
    stances = asked.stances()
    is_open = asked.closed_at is None and now < asked.closes_at
    return ConsultationPart(
        consultation=asked,
        is_open=is_open,
        counts=[(one.label, stances.get(one.value, 0), STANCE_TONES[one]) for one in Stance],
        answers=[_line(one) for one in rows if one.replaced_at is None],
        earlier=[_line(one) for one in rows if one.replaced_at is not None],
        mine=answers_for(rfc, person) if is_open else [],
        silent=_silent(rfc, rows) if for_desk else [],
        may_end=asked.closed_at is None and bool(policy.may_manage(person)),
        url=reverse("changes:consultation", args=[rfc.reference]),
    )


def shortest_days() -> int:
    """How many days LDCs have at least."""
    return Board.objects.get().consultation_days


def answers_for(rfc: RequestForChange, person: Person) -> list[Organization]:
    """The organizations that this person may answer for, by name."""
    theirs = Organization.objects.visible_to(person).served().filter(pk__in=person.standing().organizations)
    return [one for one in theirs.order_by("name") if policy.may_answer(person, rfc, one)]


def _silent(rfc: RequestForChange, answers: list[ConsultationAnswer]) -> list[str]:
    heard = {one.organization_id for one in answers}
    asked = Organization.objects.served().exclude(pk__in=heard | {rfc.organization_id})
    return list(asked.order_by("name").values_list("name", flat=True))


def _line(given: ConsultationAnswer) -> AnswerLine:
    return AnswerLine(
        organization=given.organization.name,
        person=given.person.name,
        stance=str(Stance(given.stance).label),
        tone=STANCE_TONES[given.stance],
        html=to_html(given.text),
        given=given,
        at=given.at,
        replaced_at=given.replaced_at,
    )
