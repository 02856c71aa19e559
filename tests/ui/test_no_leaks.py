"""Proof that the table of tests/test_every_url.py bites: without any one scope it turns red."""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.models import (
    InvitationQuerySet,
    MembershipQuerySet,
    OrganizationQuerySet,
    PersonQuerySet,
)
from changes.models import ChangeSubscriptionQuerySet, OfChange
from changes.models.deciding import AnswerQuerySet, BallotQuerySet, BoardMemberQuerySet, ReviewQuerySet
from changes.models.schedule import DeskOnly, FeedQuerySet
from servicedesk.notifications.models import NoticeQuerySet
from servicedesk.notifications.models import OwnQuerySet as PreferenceQuerySet
from servicedesk.records.models import (
    Attachment,
    Comment,
    Draft,
    Event,
    Follower,
    Link,
    RecordQuerySet,
    SearchText,
)
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.schedule.models import JobQuerySet
from tests.test_every_url import ROWS
from tests.ui import access, standing
from tests.ui.access import Row
from tests.ui.world import World
from tickets.models.bulk import BulkRowQuerySet, BulkRunQuerySet
from tickets.models.problem import AffectsQuerySet, ForTheDesk
from tickets.models.request import DelegationQuerySet, OfRequest
from tickets.models.rollout import RolloutShiftQuerySet
from tickets.models.service_clock import ServiceClockQuerySet
from tickets.models.ticket import TicketQuerySet
from tickets.models.workspace import OwnQuerySet, SavedViewQuerySet

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "tickets", "changes", "continuity", "training", "servicedesk/ui")
OWN_ROWS = [row for row in ROWS if not row.name.startswith(("account_", "mfa_", "usersessions_"))]

SCOPES = [
    RecordQuerySet,
    TicketQuerySet,
    type(Attachment.objects.none()),
    type(Event.objects.none()),
    type(Draft.objects.none()),
    NoticeQuerySet,
    MembershipQuerySet,
    InvitationQuerySet,
    OrganizationQuerySet,
    ServiceClockQuerySet,
    OfRequest,
    DelegationQuerySet,
    DeskOnly,
    FeedQuerySet,
    type(Link.objects.none()),
    OfChange,
    AnswerQuerySet,
    SavedViewQuerySet,
    BulkRunQuerySet,
]
NOT_ON_A_PAGE = [
    ReviewQuerySet,  # a page asks for a review only once its reader was told that there is one
    ChangeSubscriptionQuerySet,
    type(Comment.objects.none()),
    type(Follower.objects.none()),
    PersonQuerySet,
    JobQuerySet,
    RolloutShiftQuerySet,
    type(SearchText.objects.none()),
    ForTheDesk,
    AffectsQuerySet,
    OwnQuerySet,
    BoardMemberQuerySet,
    BallotQuerySet,
    PreferenceQuerySet,
    BulkRowQuerySet,
]
"""No page asks for these by themselves: they have tests of their own, or only administrators' pages show them."""

ELSEWHERE = {
    "models.py",
    "notifications.py",
    "problem_notifications.py",
}  # scopes built on scopes; mails, which have tests of their own

Site = tuple[str, int]
Scope = type[ScopedQuerySet]

pytestmark = pytest.mark.django_db
everything = standing.everything


@pytest.fixture(autouse=True)
def _first_lock_alone(settings: Settings) -> None:
    """Row-level security would hide what the missing scope lets through; it has tests of its own."""
    settings.ROW_SECURITY = False


def every_scope(kind: type[ScopedQuerySet] = ScopedQuerySet) -> Iterator[type[ScopedQuerySet]]:
    """The querysets that answer ``visible_to`` in their own way."""
    for below in kind.__subclasses__():
        if "visible_to" in vars(below):
            yield below
        yield from every_scope(below)


def sites() -> list[Site]:
    """Every place in the pages' code that asks for what somebody may see: file and line."""
    found = []
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        if path.name in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == "visible_to":
                found.append((str(path), called.end_lineno or 0))
    return sorted(set(found))


def test_every_scope_is_proven_here() -> None:
    assert set(every_scope()) == {*SCOPES, *NOT_ON_A_PAGE}


class Taps:
    """Notes which scopes are asked, and by which place; and can leave a scope out at one place, or everywhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: set[Site | Scope] = set()
        self.open: Site | Scope | None = None
        for scope in every_scope():
            monkeypatch.setattr(scope, "visible_to", self._around(scope, vars(scope)["visible_to"]))

    def _around(self, scope: Scope, scoped: Callable[..., Any]) -> Callable[..., Any]:
        def visible_to(rows: ScopedQuerySet, reader: Reader) -> Any:
            caller = sys._getframe(1)
            while caller.f_back and Path(caller.f_code.co_filename).name == "manager.py":
                caller = caller.f_back
            site = (caller.f_code.co_filename, caller.f_lineno)
            self.asked |= {site, scope}
            return rows.all() if self.open in (site, scope) else scoped(rows, reader)

        return visible_to


def test_without_a_scope_or_one_call_of_it_somebody_reads_or_does_what_they_may_not(
    everything: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One walk over the table finds which rows ask what; each scope and call is then left out for those alone."""
    taps = Taps(monkeypatch)
    reached: defaultdict[Site | Scope, list[Row]] = defaultdict(list)
    for row in OWN_ROWS:
        taps.asked.clear()
        assert not any(access.wrong(everything, row))
        for asked in taps.asked:
            reached[asked].append(row)

    silent = []
    for left_out in [*SCOPES, *(site for site in sites() if words(site) not in HARMLESS)]:
        taps.open = left_out
        if not any(any(access.wrong(everything, row)) for row in reached[left_out]):
            silent.append(words(left_out) if isinstance(left_out, tuple) else left_out.__name__)

    assert silent == []


def test_every_call_that_is_called_harmless_is_there() -> None:
    assert set(HARMLESS) <= {words(site) for site in sites()}


def words(site: Site) -> str:
    """A place as people find it, whatever stands above it."""
    path, line = Path(site[0]), site[1]
    return f"{path.relative_to(ROOT)}: {path.read_text().splitlines()[line - 1].strip()}"


HARMLESS = {
    "tickets/views/workspace.py: shown = Event.objects.visible_to(request.user).filter(record=ticket.pk)": (
        "only says up to when a ticket was read that its reader may see"
    ),
    "tickets/merging/page.py: found = Ticket.objects.visible_to(person)"
    ".filter(pk__in=ticket.absorbed_ids)": "only what the same people read is merged",
    "tickets/merging/page.py: survivor = Ticket.objects.visible_to(person)"
    ".filter(pk=ticket.merged_into_id)": "only what the same people read is merged",
    "tickets/merging/preview.py: others = type(ticket).objects.visible_to(person)"
    ".unfinished().exclude(pk=ticket.pk)": "only agents, who see all, get there",
    "tickets/views/merging.py: found = type(ticket).objects.visible_to(request.user)"
    '.select_related("organization", "reporter")': "only agents, who see all, get there",
    "tickets/views/splitting.py: rows = Split.objects.visible_to(request.user)"
    '.select_related("source")': "only agents, who see all, get there",
    "tickets/actions/merging.py: person.pk for person in may_see"
    " if type(survivor).objects.visible_to(person).filter(pk=survivor.pk)": "no page: who follows from then on",
    "accounts/forms.py: Organization.objects.visible_to(person).served()"
    ".filter(pk__in=person.standing().administers)": "narrowed to what they administer",
    "accounts/views/people.py: Membership.objects.visible_to(request.user)": "narrowed to what they administer",
    "servicedesk/ui/views/files.py: waiting = Attachment.objects.visible_to(request.user)"
    ".filter(draft__person=request.user.pk)": "narrowed to their own drafts",
    "tickets/catalogue/offers.py: for item in CatalogueItem.objects.visible_to(reader).offered()"
    '.with_current().order_by("position"):': "everybody may read the catalogue",
    "tickets/catalogue/forms.py: people=people.visible_to(reader),": "narrowed to that organization's people",
    "tickets/conversion_page.py: files = Attachment.objects.visible_to(person)"
    ".filter(record=request.pk, comment=None, internal=False)": "only agents, who see all, get there",
    "tickets/conversion_page.py: items = CatalogueItem.objects.visible_to(person).offered()"
    '.with_current().order_by("position")': "everybody may read the catalogue",
    "tickets/views/conversion.py: items = CatalogueItem.objects.visible_to(request.user).offered()"
    ".with_current().filter(slug=slug)": "everybody may read the catalogue",
    "tickets/views/requests.py: tasks = FulfilmentTask.objects.visible_to(request.user)"
    '.select_related("template", "request")': "narrowed to a request that was found through their scope",
    "tickets/queues.py: Ticket.objects.visible_to(person)": "only the desk gets there",
    "tickets/approvals_page.py: mine = Delegation.objects.visible_to(person).filter(ends_on__gte=day)"
    '.order_by("starts_on", "pk")': "narrowed to what one gave or was given",
    "tickets/approvals_page.py: Q(person=person) | Q(cast_by=person),"
    " approval__in=Approval.objects.visible_to(person)": "narrowed to one's own votes",
    "tickets/views/lists.py: open_ones = Ticket.objects.visible_to(request.user)"
    ".unfinished()": "only the desk gets there",
    "tickets/views/lists.py: Ticket.objects.visible_to(request.user).unfinished()"
    '.select_related("organization", "assignee")': "only the desk gets there",
    'tickets/views/report.py: "files": Attachment.objects.visible_to(request.user)'
    '.filter(draft=draft).order_by("pk"),': "the draft was found through their scope",
    "tickets/volumes.py: events = Event.objects.visible_to(person).filter(": "narrowed to tickets of their scope",
    "tickets/views/proof.py: events = Event.objects.visible_to(request.user)"
    '.filter(record=ticket.pk).order_by("at", "pk")': "shows times alone, and the ticket was found by its scope",
    "tickets/views/report.py: served = Organization.objects.visible_to(request.user)"
    ".served()": "only chooses whose promise is shown",
    "tickets/views/ticket.py: if may_be_lost and not Ticket.objects.visible_to(request.user)"
    ".filter(pk=ticket.pk).exists():": "only chooses where to go next",
    "tickets/actions/problems.py: rfcs = Record.objects.visible_to(by)"
    ".filter(kind=Kind.RFC, reference=reference)": "only problem managers get there, who see all",
    "tickets/actions/problems.py: Problem.objects.visible_to(by).unfinished()"
    ".filter(reference=reference.strip().upper()).first()": "only the desk gets there",
    "tickets/models/problem.py: seen = Problem.objects.visible_to(reader)": "a page shows these rows to the desk alone",
    "tickets/panels.py: log = Problem.objects.visible_to(request.user).published()": "narrowed to what is published",
    "tickets/problem_matching.py: alive = Problem.objects.visible_to(person)"
    ".published()": "narrowed to what is published",
    "tickets/problem_page.py: notes = ProblemNote.objects.visible_to(person)"
    ".filter(problem=problem.pk, state=ProblemNote.State.WAITING)": "only the desk gets there",
    "tickets/problem_page.py: affected = ProblemAffects.objects.visible_to(person).live()"
    ".filter(problem=problem.pk)": "only the desk gets there",
    "tickets/problem_page.py: follows_area=ProblemSubscription.objects.visible_to(person)"
    ".filter(area=problem.area).exists(),": "only chooses the words of a button",
    "tickets/views/problem_candidates.py: seen: QuerySet[ProblemCandidate]"
    " = ProblemCandidate.objects.visible_to(request.user)": "only the desk gets there",
    "tickets/views/problem_desk.py: stored = get_object_or_404("
    "ProblemInternals.objects.visible_to(request.user), problem=problem)": "only the desk gets there",
    "tickets/views/problem_desk.py: return list(Incident.objects.visible_to(request.user)"
    '.filter(reference__in=references).order_by("pk"))': "only the desk gets there",
    "tickets/views/problem_incidents.py: events"
    " = Event.objects.visible_to(request.user).filter(": "only the desk gets there",
    "tickets/views/problem_incidents.py: waiting"
    " = ProblemNote.objects.visible_to(request.user).filter(": "only the desk gets there",
    "tickets/views/problem_incidents.py: seen = incidents.visible_to(request.user).unfinished()"
    '.select_related("organization")  # type: ignore[attr-defined]': "only the desk gets there",
    "tickets/views/problems.py: and ProblemSubscription.objects.visible_to(request.user)"
    ".filter(area=found.area).exists(),": "only chooses the words of a button",
    "tickets/bulk/page.py: undone_by=BulkRun.objects.visible_to(person)"
    ".filter(undoes=run).first(),": "narrowed to what undoes an action that was found through their scope",
    "tickets/bulk/page.py: seen = Ticket.objects.visible_to(person)"
    '.select_related("organization", "assignee")': "only agents, who see all, get there",
    "tickets/actions/bulk.py: seen = Ticket.objects.visible_to(by)"
    '.filter(pk__in=chosen).values_list("pk", flat=True)': "only agents, who see all, get there",
    "tickets/actions/bulk.py: mine = HeldMessage.objects.visible_to(run.by)"
    ".filter(state=HeldMessage.State.WAITING)": "only agents, who see all, get there",
    "tickets/bulk/chosen.py: incidents = Incident.objects.visible_to(person)"
    ".select_related(*PARTS).filter(pk__in=pks)": "only agents, who see all, get there",
    "tickets/bulk/chosen.py: requests = ServiceRequest.objects.visible_to(person)"
    '.select_related(*PARTS, "item_version")': "only agents, who see all, get there",
    "tickets/bulk/task.py: offered = ReplyTemplate.objects.visible_to(self.run.by)"
    ".offered_to(self.run.by.pk)": "only agents get there",
    "tickets/bulk/task.py: return HeldMessage.objects.visible_to(self.run.by)"
    '.in_bulk(self._named("held"))': "only agents, who see all, get there",
    "tickets/bulk/task.py: mine = Snooze.objects.visible_to(self.run.by)"
    ".filter(record__in=self._pks)": "no page: what undoing gives back",
    "tickets/bulk/forms.py: offered = ReplyTemplate.objects.visible_to(self.person)"
    ".offered_to(self.person.pk)": "only agents get there",
    "tickets/views/bulk.py: seen = Ticket.objects.visible_to(request.user)"
    '.filter(pk__in=one.rows.values("record"))': "only agents, who see all, get there",
    "tickets/views/bulk.py: rows = chosen.of_queue("
    "Ticket.objects.visible_to(request.user).unfinished(), request.user)": "only agents, who see all, get there",
    # Writing on a ticket
    "tickets/views/ticket.py: waiting = HeldMessage.objects.visible_to(request.user).filter(": "the desk alone asks",
    "tickets/views/writing.py: offered = ReplyTemplate.objects.visible_to(request.user)"
    ".offered_to(request.user.pk)": "only agents get there",
    "tickets/writing/part.py: ReplyTemplate.objects.visible_to(by).offered_to(by.pk)"
    '.order_by("-audience", "title", "pk")': "only agents get there",
    "tickets/writing/part.py: waiting = HeldMessage.objects.visible_to(by)"
    ".filter(ticket=ticket.pk, state=HeldMessage.State.WAITING)": "only agents get there",
    "tickets/writing/returned.py: HeldMessage.objects.visible_to(person)": "narrowed to what they wrote themselves",
    "tickets/writing/mentions.py: return Q(pk__in=Person.objects.visible_to(by)"
    '.values("pk")) | Q(pk__in=wrote)': "names alone, proven in tests/tickets/test_second_look.py",
    "tickets/writing/mentions.py: if Ticket.objects.visible_to(person)"
    ".filter(pk=ticket.pk).exists():": "asked of whom somebody mentions; proven in the same place",
    # Changes
    "changes/forms.py: own = Organization.objects.visible_to(person)"
    ".filter(pk__in=mine)": "narrowed to those that they may ask for",
    "changes/views/filing.py: return list(Organization.objects.visible_to(request.user)"
    '.filter(pk__in=mine).order_by("name"))': "narrowed to those that they may ask for",
    'changes/views/filing.py: "files": Attachment.objects.visible_to(request.user)'
    '.filter(draft=draft).order_by("pk"),': "the draft was found through their scope",
    "changes/page.py: files = list(Attachment.objects.visible_to(person)"
    '.filter(record=rfc.pk).order_by("pk"))': "those of a message are shown beside it alone, and by its scope",
    "changes/page.py: documents=list(AffectedDocument.objects.visible_to(person)"
    '.filter(rfc=rfc).order_by("title")),': "of an RFC that was found through their scope",
    "changes/views/rfc.py: rated = RiskAssessment.objects.visible_to(request.user)"
    '.select_related("formula")': "of an RFC that was found through their scope",
    "changes/views/rfc.py: seen = RequestForChange.objects.visible_to(request.user)"
    ".filter(pk=rfc.pk)": "only chooses where to go next",
    # Decisions, consultation and reviews of changes
    "changes/actions/reviewing.py: other = Record.objects.visible_to(by)"
    ".filter(reference=reference.strip().upper()).first()": "only change managers, who see all, get there",
    "changes/consultation_page.py: asked = Consultation.objects.visible_to(person)"
    '.filter(rfc=rfc).order_by("-opened_at").first()': "of an RFC that was found through their scope",
    "changes/consultation_page.py: theirs = Organization.objects.visible_to(person).served()"
    ".filter(pk__in=person.standing().organizations)": "narrowed to those they act for",
    "changes/decision_page.py: review = ChangeReview.objects.visible_to(person)"
    '.filter(rfc=rfc).order_by("-at", "-pk").first()': "only the desk and the board get there, who read reviews",
    "changes/decision_page.py: ballots = Ballot.objects.visible_to(person)"
    '.filter(decision__in=decisions).select_related("person")': "only the desk and the board get there, who see votes",
    "changes/decision_page.py: rows = Decision.objects.visible_to(person).filter(rfc=rfc)"
    '.select_related("minutes_by")': "of an RFC that was found through their scope",
    "changes/forms_deciding.py: theirs = Organization.objects.visible_to(person)"
    ".filter(pk__in=[one.pk for one in mine])": "narrowed to those they answer for",
    "changes/loop.py: tickets = Ticket.objects.visible_to(person).unfinished()"
    ".exclude(status__in=HANDED_BACK)": "only the desk gets there",
    "changes/loop.py: links = Link.objects.visible_to(person).filter(": "only the desk gets there",
    'changes/loop.py: return Record.objects.visible_to(person).filter(fixed).values("pk")': "only the desk gets there",
    "changes/models/deciding.py: seen = self.filter(decision__in=Decision.objects"
    ".visible_to(reader))": "asked of decisions that were found through their scope",
    "changes/models/deciding.py: consultation__in=Consultation.objects"
    ".visible_to(reader), organization__in=standing.organizations": "asked of what was found through their scope",
    "changes/models/deciding.py: seen = self.filter(rfc__in=RequestForChange.objects"
    ".visible_to(reader))": "asked of an RFC that was found through their scope",
    "changes/review_page.py: rows = ChangeReview.objects.visible_to(person).filter(rfc=rfc)"
    '.select_related("by")': "only those who read its reviews get there",
    "changes/review_page.py: Decision.objects.visible_to(person)": "of an RFC that was found through their scope",
    "changes/views/decision.py: rounds = Decision.objects.visible_to(request.user)"
    '.filter(rfc=rfc).select_related("rfc__organization")': "of an RFC that was found through their scope",
    'changes/forms.py: self.fields["problem"].queryset = Problem.objects.visible_to(person)'
    "  # type: ignore[attr-defined]": "only who works on problems gets there",
    "changes/from_problem.py: problem = Problem.objects.visible_to(person)"
    ".filter(reference=reference).first()": "only who works on problems gets there",
    "changes/loop.py: changes = RequestForChange.objects.visible_to(person).in_place()": "only the desk gets there",
}
"""Calls that only repeat what stands beside them, and why. Whatever else is silent here is not proven."""
