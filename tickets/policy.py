"""Who may do what to a ticket, who could, and who hears of it.

The questions stand side by side; tests hold them to each other on random data.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Person, PersonQuerySet, holders, members_of
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.models import Event, Visibility
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import YES, Verdict, no
from tickets import approving
from tickets.models import ASKED_FOR, Approval, ApprovalState, HeldMessage, ServiceRequest, Team, Ticket
from tickets.models.severity import SEVERE
from tickets.transitions import AT_WORK, ENDED, LET_GO, SYSTEM

NOBODY, EVERYBODY = Q(pk__in=[]), Q(pk__isnull=False)
DESK_NEWS = frozenset({"replied", "answer", "edited", "reopen", "cancel"})
"""What the desk hears of when the LDC's side does it to a ticket that nobody has taken yet."""
APPROVAL_NEWS = frozenset({"approval_asked", "approval_reminded", "approval_overdue"})
"""What those who decide hear of, and nobody else; of a decision that is late the desk hears too."""
DESK_ONLY = frozenset({"absorbed", "gave_back"})
"""What the desk's people alone are told: the organization hears of a merge from the ticket that was merged."""
FOLLOWERS_ADDED = "followers_added"  # only those whom it concerns hear of it
MERGED = _("It was merged into another ticket, which goes on in its place. Write there.")


def party_of(person: Person | None, ticket: Ticket) -> str:
    """Which side somebody is on: "system", "agent", "ldc", or "" for neither."""
    if person is None:
        return "system"
    if may(person, Permission.WORK_TICKETS):
        return "agent"
    return "ldc" if may(person, Permission.REPORT, ticket.organization_id) else ""


def may_move(person: Person | None, ticket: Ticket, move: Move, *, at: datetime) -> Verdict:
    """May this person make this move now? The status is the life cycle's question, not asked here."""
    party = party_of(person, ticket)
    if party not in move.parties:
        if "agent" in move.parties:
            return no(_("Only the Service Desk can do this. Write a reply, and they will."))
        if move.parties == SYSTEM:
            return no(_("This happens by itself."))
        return no(_("Only your organization can do this."))
    if move.name == "reopen" and ticket.merged_into_id:
        return no(MERGED, IllegalMove)
    if move.name == "reopen" and ticket.reopen_until and at > ticket.reopen_until:
        return no(
            _("The time for reopening is over. Open a new ticket and mention this reference."),
            IllegalMove,
        )
    if move.name == "fulfil" and isinstance(ticket, ServiceRequest):
        return tasks_done(ticket)
    return YES


def tasks_done(request: ServiceRequest) -> Verdict:
    """Is all the work on a request done? A refusal names what comes first."""
    left = sorted((task for task in request.tasks.all() if task.done_at is None), key=lambda task: task.pk)
    if not left:
        return YES
    words = ngettext(
        "“%(task)s” is still to be done. Tick it off first.",
        "“%(task)s” and %(more)d more are still to be done. Tick them off first.",
        len(left),
    )
    return no(words % {"task": left[0].template, "more": len(left) - 1}, IllegalMove)


def may_accept(person: Person, ticket: Ticket) -> Verdict:
    """May this person take it on? Agents may, what is open, not yet at work with them, and nobody else's."""
    if not (allowed := may_work(person, ticket)):
        return allowed
    if ticket.done_at:
        return no(_("The work on this ticket has ended."), IllegalMove)
    if ticket.assignee_id is None or (ticket.assignee_id == person.pk and can_start(ticket)):
        return YES
    if ticket.assignee_id == person.pk:
        return no(_("You work on it already."), IllegalMove)
    return no(_("Somebody works on it already. Assign it to yourself to take it over."), IllegalMove)


def can_start(ticket: Ticket) -> bool:
    """Is to start work the next step of its life?"""
    return any(move.name == "start" for move in ticket.lifecycle.leaving(ticket.status))


def letting_go(ticket: Ticket) -> Move | None:
    """How the desk ends it without doing it: it declines what is undecided, and cancels the rest."""
    ways = (move for move in ticket.lifecycle.leaving(ticket.status) if move.target in LET_GO)
    return next((move for move in ways if "agent" in move.parties), None)


def may_tick(person: Person, request: ServiceRequest) -> Verdict:
    """Agents tick tasks off while the request is being worked on."""
    if not (allowed := may_work(person, request)):
        return allowed
    if request.status not in AT_WORK:
        return no(_("Tasks are ticked off while the request is in fulfilment."), IllegalMove)
    return YES


def has_mandate(request: ServiceRequest) -> Verdict:
    """Did everybody agree who has to, to what it asks for now? Only then does it change anybody's access."""
    needed = request.item_version.approval_steps.count()
    approvals = list(request.approvals.order_by("round"))
    last = [one.state for one in approvals if one.round == approvals[-1].round]
    if not needed or last == [ApprovalState.APPROVED] * needed:
        return YES
    return no(
        _("This changes somebody’s access, and it is not approved. Wait for the approval."), IllegalMove
    )


def may_order(person: Person, organization_id: int, requester: Person) -> Verdict:
    """May this person send a request for that organization, in that person's name?

    People send their own; the desk sends them for people of the organization.
    """
    if not may(requester, Permission.REPORT, organization_id):
        return no(_("Choose somebody who acts for that organization."))
    if person.pk == requester.pk or may(person, Permission.WORK_TICKETS):
        return YES
    return no(_("You can send requests in your own name only."))


def may_edit(person: Person, request: Ticket) -> Verdict:
    """May this person change what a request asks for? Either side may, while it is open."""
    if not party_of(person, request):
        return no(_("You can read this request but not change it."))
    if request.done_at:
        return no(
            _("The request is no longer open, so its answers stay as they were. Send a new one instead."),
            IllegalMove,
        )
    return YES


def may_reply(person: Person, ticket: Ticket) -> Verdict:
    """May this person write a message that both sides read?"""
    if not party_of(person, ticket):
        return no(_("You can read this ticket but not write on it."))
    if ticket.merged_into_id:
        return no(MERGED, IllegalMove)
    if ticket.status in ENDED:
        return no(_("This ticket is closed. Open a new one and mention this reference."), IllegalMove)
    return YES


def may_work(person: Person, ticket: Ticket) -> Verdict:
    """May this person assign, rate and take notes: the desk's own side?"""
    if party_of(person, ticket) == "agent":
        return YES
    return no(_("Only the Service Desk can do this."))


def may_snooze(person: Person, ticket: Ticket) -> Verdict:
    """Agents put off what is open: for themselves, so it changes nothing for anybody else."""
    if not (allowed := may_work(person, ticket)):
        return allowed
    if ticket.done_at:
        return no(_("The work on this ticket has ended, so it is in no queue."), IllegalMove)
    return YES


def may_route(person: Person, ticket: Ticket) -> Verdict:
    """Agents hand what is open to a team, or to none."""
    if not (allowed := may_work(person, ticket)):
        return allowed
    if ticket.done_at:
        return no(_("The work on this ticket has ended."), IllegalMove)
    return YES


def may_take_back(person: Person, held: HeldMessage) -> Verdict:
    """Whoever wrote a message may take it back until it leaves."""
    if held.author_id != person.pk:
        return no(_("Only the person who wrote it can take it back."))
    if held.state == HeldMessage.State.WAITING:
        return YES
    return no(_NO_LONGER_HELD[held.state], IllegalMove)


_NO_LONGER_HELD: dict[str, str | Promise] = {
    HeldMessage.State.SENT: _("It has left already and can be read. Write another message to correct it."),
    HeldMessage.State.TAKEN_BACK: _("It was taken back already."),
    HeldMessage.State.NOT_SENT: _("It was not sent. Its words are kept for you."),
}


def may_excuse(person: Person, ticket: Ticket) -> Verdict:
    """A service level manager who had no hand in the ticket may excuse a span of its time (rule 10)."""
    if not may(person, Permission.MANAGE_SERVICE_LEVELS):
        return no(_("Only a service level manager can excuse time."))
    if ticket.assignee_id == person.pk or _acted_on(person, ticket):
        return no(_("You worked on this ticket, so somebody else has to decide."))
    return YES


def _acted_on(person: Person, ticket: Ticket) -> bool:
    """Did this person do anything to the ticket but excuse time?"""
    return (
        Event.objects.filter(record=ticket.pk, actor=person).exclude(name=f"{ticket.kind}.excused").exists()
    )


def may_change_contact(person: Person, ticket: Ticket) -> Verdict:
    """Either side may name another contact while the ticket is open."""
    if not party_of(person, ticket):
        return no(_("You can read this ticket but not change it."))
    if ticket.done_at:
        return no(_("The ticket is no longer open, so its contact stays as it was."), IllegalMove)
    return YES


def may_add_followers(person: Person, ticket: Ticket) -> Verdict:
    """Either side may let people of the organization hear of a ticket that all of it may read."""
    if not party_of(person, ticket):
        return no(_("You can read this ticket but not change it."))
    if ticket.visibility == Visibility.RESTRICTED:
        return no(_("Only its contacts read this ticket. Name somebody as a contact instead."), IllegalMove)
    return YES


def may_say_how_it_went(person: Person, ticket: Ticket, *, at: datetime) -> Verdict:
    """The LDC may, for a month, once the work is done; not of what was let go, merged or made another thing."""
    if party_of(person, ticket) != "ldc":
        return no(_("Only the organization whose ticket it is can say how it went."))
    if not (ticket.done_at and ticket.resolution) or ticket.merged_into_id:
        return no(_("Say how it went when the work is done."), IllegalMove)
    if at > ticket.done_at + ASKED_FOR:
        return no(_("Its work was done more than a month ago."), IllegalMove)
    return YES


def may_convert(person: Person, ticket: Ticket) -> Verdict:
    """Agents make another thing of a ticket that is open and whose work was never done."""
    if not (allowed := may_work(person, ticket)):
        return allowed
    if ticket.done_at:
        return no(_("The ticket is no longer open, so it stays what it is."), IllegalMove)
    if Event.objects.filter(record=ticket.pk, name="request.fulfil").exists():
        return no(
            _("It was fulfilled once, so it stays what it is. Open another ticket and link the two."),
            IllegalMove,
        )
    return YES


def may_link(person: Person, ticket: Ticket) -> Verdict:
    """Either side may say what else a ticket has to do with, when it is closed too."""
    if party_of(person, ticket):
        return YES
    return no(_("You can read this ticket but not change it."))


def teams() -> QuerySet[Team]:
    """Every team that a ticket can be handed to."""
    return Team.objects.order_by("name")


def who_may_work() -> PersonQuerySet:
    """Everybody a ticket can be assigned to."""
    return Person.objects.holding(Permission.WORK_TICKETS).order_by("name")


def who_may_be_contact(organization_id: int) -> QuerySet[Person]:
    """Everybody who can be named as a contact for an organization."""
    return Person.objects.acting_for(organization_id, Permission.REPORT).order_by("name")


def who_hears(event: Event, ticket: Ticket) -> QuerySet[Person]:
    """Everybody who is told of an event. Never its actor, and never anyone who may not see it.

    DOMAIN: notices go to the contact named on the ticket, else to every Service Desk user of that
    LDC; critical incident managers hear of severe ones at once. Whom its author left out of a message
    is not told of it (``left_out``), the main contact always.
    """
    if event.what == "not_sent":
        return Person.objects.holding(Permission.SEE_ALL).filter(pk=event.facts.get("author"))
    if event.what in APPROVAL_NEWS:
        return _not_the_actor(event, Person.objects.active().filter(_deciders(event)))
    desk, ldc = sides_heard(event, ticket)
    people = _not_the_actor(event, Person.objects.active().filter(desk.heard | ldc.heard))
    left_out = set(event.facts.get("left_out", ())) - {ticket.contact_id}
    return people.exclude(pk__in=left_out) if left_out else people


@dataclass(frozen=True, slots=True)
class Side:
    """Those of one side who hear of an event: ``members`` for one of the ``reasons``, of which the first is named."""

    members: Q
    reasons: list[tuple[str, Q]]

    @property
    def heard(self) -> Q:
        """All of them."""
        return self.members & reduce(or_, (who for _why, who in self.reasons), NOBODY)

    @property
    def reason(self) -> Case:
        """Why somebody hears, to annotate people with. "" for one who does not."""
        why = Case(*(When(who, then=Value(why)) for why, who in self.reasons), default=Value(""))
        return Case(When(self.members, then=why), default=Value(""))


def sides_heard(event: Event, ticket: Ticket) -> tuple[Side, Side]:
    """Who hears of an event at the desk, and who on the LDC's side; each with why."""
    return _sme_side(event, ticket), _ldc_side(event, ticket)


def _not_the_actor(event: Event, people: QuerySet[Person]) -> QuerySet[Person]:
    return people.exclude(pk=event.actor_id) if event.actor_id else people


def _deciders(event: Event) -> Q:
    """Those who can decide on an approval now, those who stand in for others too. Nobody once it is decided."""
    waiting = Approval.objects.filter(
        public_id=event.facts.get("approval"), request=event.record_id, state=ApprovalState.WAITING
    )
    hands = {
        hand
        for approval in waiting.select_related("request")
        for hand in approving.bench_of(approval, on=approving.day_of(event.at)).hands
    }
    heard = Q(pk__in=hands)
    if event.what == "approval_overdue" and waiting:
        heard |= holders(Permission.WORK_TICKETS)
    return heard


def _sme_side(event: Event, ticket: Ticket) -> Side:
    """The desk's people for this event."""
    if event.what == FOLLOWERS_ADDED:
        return Side(NOBODY, [])
    reasons = []
    if ticket.assignee_id:
        reasons.append(("assignee", Q(pk=ticket.assignee_id)))
    elif event.what == "submitted" or (event.what in DESK_NEWS and event.facts.get("side") == "ldc"):
        reasons.append(("desk", holders(Permission.WORK_TICKETS)))
    is_news = event.what == "submitted" or event.facts.get("raised")
    if is_news and ticket.severity in SEVERE:
        reasons.append(("critical", holders(Permission.TAKE_CRITICAL)))
    reasons.append(("follower", Q(pk__in=ticket.followers.values("person"))))
    reasons += _mentioned(event)
    return Side(holders(Permission.SEE_ALL), reasons)


def _ldc_side(event: Event, ticket: Ticket) -> Side:
    """The LDC's people for this event: none for internal ones, or for what they hear elsewhere."""
    if event.internal or event.what in DESK_ONLY:
        return Side(NOBODY, [])
    members = members_of(ticket.organization_id, Permission.REPORT)
    if event.what == FOLLOWERS_ADDED:
        return Side(members, _mentioned(event))
    followers = Q(pk__in=ticket.followers.values("person"))
    reporter = Q(pk=ticket.reporter_id)
    if ticket.contact_id:
        backup = Q(pk=ticket.backup_contact_id) if ticket.backup_contact_id else NOBODY
        return Side(
            members,
            [
                ("contact", Q(pk=ticket.contact_id)),
                ("backup", followers & backup),
                ("reporter", followers & reporter),
                ("follower", followers),
                *_mentioned(event),
            ],
        )
    if ticket.visibility == Visibility.ORGANIZATION:
        return Side(members, [("reporter", reporter), ("everyone", EVERYBODY)])
    administrators = members_of(ticket.organization_id, Permission.MANAGE_PEOPLE)
    return Side(
        members,
        [
            ("reporter", reporter),
            ("follower", followers),
            ("administrator", administrators),
            *_mentioned(event),
        ],
    )


def _mentioned(event: Event) -> list[tuple[str, Q]]:
    """Those whom a message names, and who could read it when it was written."""
    people = event.facts.get("mentioned")
    return [("mentioned", Q(pk__in=people))] if people else []
