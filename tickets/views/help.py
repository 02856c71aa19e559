"""What do you need? The first page of every filing: choices, a search, and what was begun."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q
from django.db.models.functions import Upper
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.ui import panels
from servicedesk.ui.drafts import begun_by
from servicedesk.ui.navigation import resolved
from tickets.catalogue.offers import Offer, matching, offers
from tickets.models import CHOICE_GROUPS, Choice, Ticket
from tickets.rows import list_row
from tickets.sla.spans import usually

DRAFTS, TICKETS, LONGEST_QUERY = 3, 5, 120

LOOKS: dict[Choice, tuple[str, str | Promise, str | Promise]] = {
    Choice.INCIDENT: (
        "alert-triangle",
        _("A file, a report, a screen or an interface of the MDM/R does not do what it should."),
        _("The file name, ORG ID and time."),
    ),
    Choice.FEEDBACK: (
        "message-circle",
        _("Something you saw while testing a release."),
        _("The release, the step, what you expected and what you saw."),
    ),
    Choice.CHANGE: (
        "git-pull-request",
        _("The MDM/R should do something else, or do it otherwise."),
        _("The business reason."),
    ),
    Choice.GUI_USERS: (
        "users",
        _("Access to the MDM/R GUI: new people, another role, a locked account, somebody who leaves."),
        _("Names, work e-mail addresses and roles."),
    ),
    Choice.DESK_USERS: (
        "users-group",
        _("Access to this portal: new people, another role, another administrator."),
        _("Names and work e-mail addresses."),
    ),
    Choice.WORKSHOPS: (
        "school",
        _("Sign people up for a workshop."),
        _("Who comes, and to what."),
    ),
    Choice.CONFIGURATION: (
        "settings",
        _("Organization parameters, VEE and price plans, reports, file transfer, interfaces."),
        _("Your ORG ID and the day from which it counts."),
    ),
    Choice.DATA: (
        "database",
        _("Extracts, billing quantities again, resubmission windows, crossed meters."),
        _("The list of SDP IDs and the dates."),
    ),
    Choice.ENVIRONMENTS: (
        "server",
        _("Sandbox, test slots, test data, connectivity and disaster-recovery exercises."),
        _("The environment and the days."),
    ),
}
"""By choice: its icon, what it is for, what to have ready."""

OWN_FORMS = {Choice.INCIDENT: "tickets:report", Choice.CHANGE: "changes:new"}
"""Choices that lead to a form of their own and not to the catalogue, by the name of its address."""
OWN_TIMES: dict[Choice, str | Promise] = {
    Choice.INCIDENT: _("By severity: you see the times before you send it"),
    Choice.CHANGE: _("Assessed first, then decided by a board: you hear of each step"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One of the nine choices."""

    label: str
    icon: str
    example: str
    prepare: str
    time: str
    url: str


@require_safe
@signed_in
def choices(request: SignedInRequest) -> HttpResponse:
    """The nine choices in their groups; with ``?q=``, what fits the words."""
    offered = offers(request.user)
    text = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    context: dict[str, Any] = {"text": text}
    if text:
        context |= {
            "found": matching(offered, text),
            "tickets": _own_tickets(request, text),
            "known": panels.render("help.search", request),
        }
    if request.htmx:
        return render(request, "tickets/_found.html", context)
    context |= {"groups": _groups(offered), "drafts": begun_by(request.user, most=DRAFTS)}
    return render(request, "tickets/help.html", context)


@require_safe
@signed_in
def choice(request: SignedInRequest, name: str) -> HttpResponse:
    """What is offered under a choice. Where it is one thing alone, its form at once."""
    if name in OWN_FORMS:
        return redirect(OWN_FORMS[Choice(name)])
    offered = [one for one in offers(request.user) if one.choice == name]
    if not offered:
        raise Http404
    if len(offered) == 1:
        return redirect("tickets:order", offered[0].slug)
    return render(request, "tickets/help_choice.html", {"choice": Choice(name), "offers": offered})


def _groups(offered: Iterable[Offer]) -> list[tuple[str, list[Card]]]:
    """The cards under their headings; a choice under which nothing is offered is left out."""
    by_choice: defaultdict[str, list[Offer]] = defaultdict(list)
    for one in offered:
        by_choice[one.choice].append(one)
    groups = [
        (
            str(heading),
            [_card(one, by_choice[one]) for one in under if by_choice[one] or one in OWN_FORMS],
        )
        for heading, under in CHOICE_GROUPS
    ]
    return [(heading, cards) for heading, cards in groups if cards]


def _card(of: Choice, offered: list[Offer]) -> Card:
    icon, example, prepare = LOOKS[of]
    if of in OWN_FORMS:
        url = resolved(OWN_FORMS[of])
    elif len(offered) == 1:
        url = reverse("tickets:order", args=[offered[0].slug])
    else:
        url = reverse("tickets:help_choice", args=[of.value])
    time = str(OWN_TIMES[of]) if of in OWN_TIMES else usually(one.time for one in offered)
    return Card(str(of.label), icon, str(example), str(prepare), time, url)


def _own_tickets(request: SignedInRequest, text: str) -> list[object]:
    """Open tickets that are already about it: their reference, or a title with every word."""
    titled = reduce(and_, (Q(title_upper__contains=word.upper()) for word in text.split()))
    found = (
        Ticket.objects.visible_to(request.user)
        .unfinished()
        .annotate(title_upper=Upper("title"))
        .filter(titled | Q(reference=text.upper()))
        .order_by("-updated_at", "-id")
    )
    for_desk = request.user.standing().sees_all
    return [list_row(ticket, for_desk=for_desk) for ticket in found[:TICKETS]]
