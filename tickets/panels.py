"""What this app shows on other pages."""

from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.requests import SignedInRequest
from servicedesk.ui.panels import panel
from tickets.models import Problem, Ticket
from tickets.problem_list import problem_row
from tickets.problem_matching import known_problems
from tickets.queues import VIEWS
from tickets.rows import list_row

SHOWN = 5


@panel("home.ldc", order=10)
def waiting_for_you(request: SignedInRequest) -> SafeString:
    """Tickets where it is the LDC's turn, the oldest first."""
    waiting = Ticket.objects.visible_to(request.user).filter(VIEWS["waiting"].condition(request.user))
    rows = [list_row(ticket, for_desk=False) for ticket in waiting.order_by("updated_at")[:SHOWN]]
    return render_to_string("tickets/panels/waiting.html", {"rows": rows}, request)


@panel("home.ldc", order=20)
def latest(request: SignedInRequest) -> SafeString:
    """The organization's open tickets that moved last."""
    moved = Ticket.objects.visible_to(request.user).unfinished().order_by("-updated_at", "-id")
    rows = [list_row(ticket, for_desk=False) for ticket in moved[:SHOWN]]
    return render_to_string("tickets/panels/latest.html", {"rows": rows}, request)


@panel("home.ldc", order=30)
def changed_problems(request: SignedInRequest) -> SafeString | None:
    """What changed in the problem log this week. Nothing, in a quiet one."""
    since = timezone.now() - timedelta(days=7)
    log = Problem.objects.visible_to(request.user).published()
    changed = list(log.filter(changed_at__gte=since).order_by("-changed_at", "-pk")[:SHOWN])
    if not changed:
        return None
    rows = [problem_row(problem, for_desk=False) for problem in changed]
    return render_to_string("tickets/problems/panels/changed.html", {"rows": rows}, request)


@panel("help.search")
def found_problems(request: SignedInRequest) -> SafeString | None:
    """Known problems that are about what somebody looks for."""
    found = known_problems(request.user, request.GET.get("q", ""))
    if not found:
        return None
    rows = [problem_row(problem, for_desk=False) for problem in found]
    return render_to_string("tickets/problems/panels/found.html", {"rows": rows}, request)
