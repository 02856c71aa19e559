"""What the composer of a ticket's page offers an agent, prepared for its template."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.records.models import Event
from tickets import policy
from tickets.models import HeldMessage, ReplyTemplate, Ticket
from tickets.writing.recipients import Around, Audience, lines_of, people_around

FRESH = timedelta(seconds=3)
"""So long after it was sent the page that comes is the answer to sending it."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A template in the list. ``number`` is also its key."""

    pk: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Held:
    """A message that has not left yet. ``seconds`` are what is left until then; a fresh one was sent just now."""

    public_id: str
    author: str
    html: str
    internal: bool
    waits: bool
    seconds: int
    may_take_back: bool
    fresh: bool


@dataclass(frozen=True, slots=True)
class WritingPart:
    """The composer of an agent: its templates, who will hear, what waits to leave. ``seen`` is the latest event."""

    public_templates: list[Offered]
    internal_templates: list[Offered]
    around: Around
    held: list[Held]
    seen: int

    @property
    def refresh_after(self) -> int:
        """In how many seconds what waits now should be in the timeline; the workers look every five."""
        return max((one.seconds for one in self.held), default=0) + 6

    @property
    def audiences(self) -> list[tuple[str, Audience, SafeString]]:
        """Who hears, by the kind of message, and the lines to tick or untick them."""
        kinds = {"public": self.around.public, "internal": self.around.internal}
        return [(kind, audience, lines_of(audience.people, kind)) for kind, audience in kinds.items()]


def writing_part(
    ticket: Ticket,
    by: Person,
    events: Collection[Event],
    *,
    now: datetime,
    left_out: dict[str, set[int]],
) -> WritingPart:
    """Two queries, and one more while a message waits to leave (``holds``, which the ticket came with)."""
    templates = list(
        ReplyTemplate.objects.visible_to(by).offered_to(by.pk).order_by("-audience", "title", "pk")
    )
    offered = {
        audience: [
            Offered(template.pk, number, template.title)
            for number, template in enumerate(templates, 1)
            if template.audience == audience
        ]
        for audience in ReplyTemplate.Audience
    }
    return WritingPart(
        public_templates=offered[ReplyTemplate.Audience.PUBLIC],
        internal_templates=offered[ReplyTemplate.Audience.INTERNAL],
        around=people_around(ticket, by, at=now, left_out=left_out),
        held=_held(ticket, by, now) if getattr(ticket, "holds", False) else [],
        seen=max((event.pk for event in events), default=0),
    )


def _held(ticket: Ticket, by: Person, now: datetime) -> list[Held]:
    waiting = HeldMessage.objects.visible_to(by).filter(ticket=ticket.pk, state=HeldMessage.State.WAITING)
    return [
        Held(
            public_id=str(held.public_id),
            author=str(held.author),
            html=to_html(held.body),
            internal=held.internal,
            waits=bool(held.move),
            seconds=max(0, -(-(held.leaves_at - now) // timedelta(seconds=1))),
            may_take_back=bool(policy.may_take_back(by, held)),
            fresh=held.author_id == by.pk and now - held.sent_at < FRESH,
        )
        for held in waiting.select_related("author").order_by("leaves_at", "pk")
    ]
