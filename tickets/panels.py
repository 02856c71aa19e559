"""What this app shows on other pages."""

from datetime import timedelta
from typing import Any

from django.db.models import Value
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
def our_tickets(request: SignedInRequest) -> SafeString:
    """Tickets where it is the LDC's turn, the oldest first; and the open ones that moved last. One query."""
    ours = Ticket.objects.visible_to(request.user)
    waiting = ours.filter(VIEWS["waiting"].condition(request.user)).annotate(waits=Value(True))
    moved = ours.unfinished().annotate(waits=Value(False))
    both = waiting.order_by("updated_at")[:SHOWN].union(
        moved.order_by("-updated_at", "-id")[:SHOWN], all=True
    )
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for ticket in sorted(both, key=lambda one: one.updated_at):
        rows[ticket.waits].append(list_row(ticket, for_desk=False))
    context = {"waiting": rows[True], "latest": rows[False][::-1]}
    return render_to_string("tickets/panels/ours.html", context, request)


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
