"""Who will hear of a message, shown before it is sent: the rule that tells them afterwards is asked beforehand.

One query for a ticket's page: those who hear and why, its followers, and whom it can be given to.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person, holders
from accounts.roles import Permission
from servicedesk.records.models import Event
from tickets import policy
from tickets.models import Ticket

REASONS: dict[str, str | Promise] = {
    "contact": gettext_lazy("main contact"),
    "backup": gettext_lazy("back-up contact"),
    "reporter": gettext_lazy("filed it"),
    "follower": gettext_lazy("follows it"),
    "everyone": gettext_lazy("as no contact is named"),
    "administrator": gettext_lazy("administers the organization"),
    "assignee": gettext_lazy("works on it"),
    "desk": gettext_lazy("works at the desk"),
    "critical": gettext_lazy("takes critical incidents"),
    "mentioned": gettext_lazy("mentioned"),
}
"""Why somebody hears of a message."""
NAMED = 3


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who will hear, and why. ``locked`` is why they cannot be left out, where they cannot."""

    pk: int
    name: str
    reason: str
    locked: str
    ticked: bool
    of_ldc: bool


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will hear of a message of one kind."""

    ldc: list[Recipient]
    desk: list[Recipient]
    everyone: bool = False
    """Is it all of the organization, because no contact is named?"""

    @property
    def people(self) -> list[Recipient]:
        """All of them, the LDC's first."""
        return [*self.ldc, *self.desk]

    @property
    def summary(self) -> str:
        """The first few by name, and how many more."""
        told = [f"{one.name} ({one.reason})" for one in self.people if one.ticked]
        if self.everyone and all(one.ticked for one in self.ldc):
            everyone = _("everyone in the organization, as no contact is named")
            told = [everyone, *(f"{one.name} ({one.reason})" for one in self.desk if one.ticked)]
        if not told:
            return _("Nobody is told.")
        names, more = ", ".join(told[:NAMED]), len(told) - NAMED
        if more <= 0:
            return names
        return ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more) % {
            "names": names,
            "more": more,
        }

    @property
    def told(self) -> int:
        """How many of the LDC's people are told."""
        return sum(person.ticked for person in self.ldc)


@dataclass(frozen=True, slots=True)
class Around:
    """Everybody whom a ticket's page names for the desk."""

    public: Audience
    internal: Audience
    followers: list[Person]
    workers: list[Person]


def message_event(ticket: Ticket, by: Person, *, at: datetime, internal: bool, **facts: object) -> Event:
    """The event that a message of an agent's would be, not stored: to ask who hears of it."""
    what = "noted" if internal else "replied"
    return Event(
        record_id=ticket.pk,
        name=f"{ticket.kind}.{what}",
        at=at,
        actor=by,
        internal=internal,
        facts={"side": "agent", **facts},
    )


def people_around(ticket: Ticket, by: Person, *, at: datetime, left_out: dict[str, set[int]]) -> Around:
    """Who hears of what ``by`` may write, who follows, and who can work on it.

    ``left_out`` are those who were unticked already, by the kind of message.
    """
    desk, ldc = policy.sides_heard(message_event(ticket, by, at=at, internal=False), ticket)
    follows = Q(pk__in=ticket.followers.values("person"))
    works = holders(Permission.WORK_TICKETS)
    people = list(
        Person.objects.filter(desk.members | ldc.members | follows)
        .annotate(
            at_desk=desk.reason,
            at_ldc=ldc.reason,
            follows=Case(When(follows, then=Value(True)), default=Value(False), output_field=BooleanField()),
            works=Case(When(works, then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .order_by("name")
    )
    others = [person for person in people if person.is_active and person.pk != by.pk]
    at_desk = [(person, person.at_desk) for person in others if person.at_desk]
    at_ldc = [(person, person.at_ldc) for person in others if person.at_ldc and not person.at_desk]
    out, out_of_notes = left_out.get("public", set()), left_out.get("internal", set())
    return Around(
        public=Audience(
            _ordered(_recipients(at_ldc, out, of_ldc=True)),
            _recipients(at_desk, out, of_ldc=False),
            everyone=any(why == "everyone" for _person, why in at_ldc),
        ),
        internal=Audience([], _recipients(at_desk, out_of_notes, of_ldc=False)),
        followers=[person for person in people if person.follows],
        workers=[person for person in people if person.works],
    )


def lines_of(people: Iterable[Recipient], kind: str) -> SafeString:
    """Each with a box to untick. Drawn here, because a large organization has dozens."""
    lines = format_html_join(
        "",
        '<li><label class="form-check"><input class="form-check-input" type="checkbox" name="tell_{}" value="{}"'
        ' data-name="{} ({})"{}><span>{} <span class="muted">{}</span></span></label>{}</li>',
        (
            (
                kind,
                str(one.pk),
                one.name,
                one.reason,
                _MARKS[one.of_ldc, one.ticked, bool(one.locked)],
                one.name,
                f"{one.reason}. {one.locked}" if one.locked else one.reason,
                "" if one.locked else format_html(_OFFERED, kind, str(one.pk)),
            )
            for one in people
        ),
    )
    nobody = format_html('<li class="muted">{}</li>', _("Nobody follows it or works on it but you."))
    return lines or nobody


_OFFERED = '<input type="hidden" name="offered_{}" value="{}">'
_MARKS = {
    (of_ldc, ticked, locked): SafeString(" data-ldc" * of_ldc + " checked" * ticked + " disabled" * locked)
    for of_ldc in (False, True)
    for ticked in (False, True)
    for locked in (False, True)
}
"""Of a box: whose side, whether it is ticked, whether it has to stay so."""


def left_out_of(
    ticket: Ticket, by: Person, unticked: Collection[int], *, at: datetime, internal: bool
) -> list[Person]:
    """Those of the unticked who would hear of a message. Never the main contact."""
    unticked = set(unticked) - {ticket.contact_id}
    if not unticked:
        return []
    hears = policy.who_hears(message_event(ticket, by, at=at, internal=internal), ticket)
    return list(hears.filter(pk__in=unticked).order_by("name"))


def _recipients(
    people: Iterable[tuple[Person, str]], left_out: Collection[int], *, of_ldc: bool
) -> list[Recipient]:
    locked = _("The main contact is always told.")
    return [
        Recipient(
            person.pk,
            person.name,
            str(REASONS[why]),
            locked if why == "contact" else "",
            why == "contact" or person.pk not in left_out,
            of_ldc,
        )
        for person, why in people
    ]


def _ordered(recipients: Sequence[Recipient]) -> list[Recipient]:
    """The main contact first."""
    return sorted(recipients, key=lambda recipient: not recipient.locked)
