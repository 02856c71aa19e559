"""Two reports of one thing, merged; and one ticket that held two matters, split."""

from datetime import datetime, timedelta
from random import Random

from accounts.models import Person
from accounts.roles import Permission
from servicedesk.demo.performance import begin_draft
from servicedesk.records.models import Visibility
from tickets.actions import Report, reply, submit_incident
from tickets.actions.merging import merge
from tickets.actions.splitting import messages_of, split
from tickets.models import Incident
from tickets.transitions import ACTIVE

SEED = 20
WHOSE = "lakeshore-hydro"
AGAIN = "We see this too, in the afternoon run as well. Is it the same as what my colleague reported?"
BESIDES = "Something else while you are at it: this morning’s exception report was delivered twice."


def merge_and_split(*, at: datetime) -> None:
    """Play both during the last hours before a moment, at Lakeshore Hydro where it can be."""
    held, two = _at_work(at)[:2]
    _reported_again(held, at)
    _two_matters(two, at)


def _at_work(at: datetime) -> list[Incident]:
    """Incidents that an agent works on, reported hours ago: of that organization, in time and new ones first."""
    incidents = Incident.objects.filter(
        status__in=ACTIVE,
        visibility=Visibility.ORGANIZATION,
        assignee__isnull=False,
        finish_due_at__isnull=False,
        created_at__lt=at - timedelta(hours=4),
    )

    def liking(one: Incident) -> tuple[bool, bool, int]:
        late = one.finish_due_at is not None and one.finish_due_at <= at
        return one.organization.slug != WHOSE, late, -one.pk

    return sorted(incidents.select_related("assignee", "organization"), key=liking)


def _reported_again(held: Incident, at: datetime) -> None:
    """A colleague reports the same, with a file, and the agent sees it."""
    colleague, dice = _colleague(held), Random(SEED)  # nosec B311 - invented data
    report = Report(
        organization_id=held.organization_id,
        title=f"Again: {held.title}"[:120],
        description=AGAIN,
        environment=held.environment,
        impact=held.impact,
        urgency=held.urgency,
    )
    filed = at - timedelta(hours=3)
    draft = begin_draft(colleague, "incident", ["afternoon-run.txt"], dice, at=filed)
    double = submit_incident(report, draft=draft, by=colleague, at=filed)
    reply(double, "Twelve accounts are missing this time.", by=colleague, at=filed + timedelta(minutes=8))
    double = Incident.objects.get(pk=double.pk)
    merge(double, held, by=_agent(held), at=filed + timedelta(minutes=20), version=double.version)


def _two_matters(two: Incident, at: datetime) -> None:
    """Somebody mentions another fault on a ticket, and the agent makes a ticket of it."""
    reply(two, BESIDES, by=_colleague(two), at=at - timedelta(hours=2))
    said = messages_of(two)[-1:]
    split(
        two,
        said,
        "Exception report delivered twice",
        two.environment,
        "part",
        "week",
        by=_agent(two),
        at=at - timedelta(minutes=100),
    )


def _agent(incident: Incident) -> Person:
    """Who works on it."""
    if incident.assignee is None:
        raise ValueError(f"Nobody works on {incident.reference}.")
    return incident.assignee


def _colleague(incident: Incident) -> Person:
    """Somebody of the same organization who did not report it."""
    people = Person.objects.acting_for(incident.organization_id, Permission.REPORT)
    colleague = people.exclude(pk=incident.reporter_id).order_by("pk").first()
    if colleague is None:
        raise ValueError(f"Nobody but its reporter could write on {incident.reference}.")
    return colleague
