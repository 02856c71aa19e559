"""What the pages of actions on many tickets say, by kind: before, while and after it is done."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.models import Person
from tickets.bulk.steps import STEPS
from tickets.models import REVERSIBLE, SEVERE, BulkKind, BulkRun, ReplyTemplate, Severity, Team, Ticket

_TITLES: dict[str, Any] = {
    BulkKind.ASSIGN: ngettext_lazy("Assign %(n)d ticket", "Assign %(n)d tickets", "n"),
    BulkKind.STATUS: ngettext_lazy(
        "Change the status of %(n)d ticket", "Change the status of %(n)d tickets", "n"
    ),
    BulkKind.SEVERITY: ngettext_lazy(
        "Change the severity of %(n)d ticket", "Change the severity of %(n)d tickets", "n"
    ),
    BulkKind.TEAM: ngettext_lazy("Hand %(n)d ticket to a team", "Hand %(n)d tickets to a team", "n"),
    BulkKind.LET_GO: ngettext_lazy("Cancel or decline %(n)d ticket", "Cancel or decline %(n)d tickets", "n"),
    BulkKind.PROBLEM: ngettext_lazy("Link %(n)d ticket to a problem", "Link %(n)d tickets to a problem", "n"),
    BulkKind.REPLY: ngettext_lazy(
        "Reply to %(n)d ticket with a template", "Reply to %(n)d tickets with a template", "n"
    ),
    BulkKind.SNOOZE: ngettext_lazy("Snooze %(n)d ticket", "Snooze %(n)d tickets", "n"),
    BulkKind.MERGE: ngettext_lazy(
        "Merge %(n)d ticket into another one", "Merge %(n)d tickets into another one", "n"
    ),
    BulkKind.EXPORT: ngettext_lazy("Export %(n)d ticket", "Export %(n)d tickets", "n"),
}
_MERGE_INTO: Any = ngettext_lazy(
    "Merge %(n)d ticket into %(reference)s", "Merge %(n)d tickets into %(reference)s", "n"
)
_CHANGES: Any = ngettext_lazy("%(n)d changes", "%(n)d change", "n")
_TICKETS: Any = ngettext_lazy("%(n)d ticket", "%(n)d tickets", "n")
_GOING: dict[str, Any] = {
    BulkKind.REPLY: ngettext_lazy("%(n)d is answered", "%(n)d are answered", "n"),
    BulkKind.SNOOZE: ngettext_lazy("%(n)d is put off", "%(n)d are put off", "n"),
    BulkKind.MERGE: ngettext_lazy("%(n)d goes on there", "%(n)d go on there", "n"),
    BulkKind.EXPORT: _TICKETS,
}
_AS_ALONE = gettext_lazy(
    "Nothing has changed yet. Each is done as if you did it alone, and its history says so."
)
_LEDES: dict[str, str | Promise] = {
    BulkKind.REPLY: gettext_lazy("Nothing is sent yet. Below is what each organization would read."),
    BulkKind.SNOOZE: gettext_lazy(
        "They leave your queues and come back at their time, or when the organization writes."
        " Nothing changes for anybody else."
    ),
    BulkKind.MERGE: gettext_lazy(
        "Nothing has changed yet. Each is closed as a duplicate: its people follow the one that goes on and hear"
        " of it once, its address leads there, and its clocks are withdrawn."
    ),
    BulkKind.EXPORT: gettext_lazy("One line for each ticket, safe to open in a spreadsheet."),
}
_NOT_BACK = gettext_lazy("There is no undo for this.")
_NO_WAY_BACK: dict[str, str | Promise] = {
    BulkKind.MERGE: gettext_lazy("Each can be taken out again for 30 days, on the page of either ticket."),
    BulkKind.EXPORT: "",
}
_STUCK: dict[str, str | Promise] = {
    BulkKind.REPLY: gettext_lazy(
        "Answer these on their own pages, where words can be changed and looked at twice."
    ),
}
_CHOSEN_FIRST: dict[str, str | Promise] = {
    BulkKind.STATUS: gettext_lazy("Choose the step, then look at which tickets can take it."),
    BulkKind.REPLY: gettext_lazy("Choose the template, then look at what each organization would read."),
}


def titled(kind: str, number: int, *, into: str = "") -> str:
    """What is done, to how many. ``into`` is the reference of the ticket that they go on in."""
    words = _MERGE_INTO if into else _TITLES[kind]
    return str(words % {"n": number, "reference": into})


def going(kind: str, number: int, *, asks_first: bool) -> str:
    """What stands above those that it is done with."""
    words = _TICKETS if asks_first else _GOING.get(kind, _CHANGES)
    return str(words % {"n": number})


def lede(kind: str, *, asks_first: bool, some: bool) -> str:
    """What stands below the title before it is done. ``asks_first``: nobody has said what to look at yet."""
    if asks_first:
        return str(_CHOSEN_FIRST.get(kind, ""))
    return (
        str(_LEDES.get(kind, _AS_ALONE))
        if some
        else _("None of the chosen tickets can be changed like this.")
    )


def no_way_back(kind: str) -> str:
    """That it is not undone like the others are; "" for what is."""
    return "" if kind in REVERSIBLE else str(_NO_WAY_BACK.get(kind, _NOT_BACK))


def about_stuck(kind: str) -> str:
    """What to do about those that stay as they are; "" where that is plain."""
    return str(_STUCK.get(kind, ""))


def did(run: BulkRun) -> str:
    """What was done with each, in a few words."""
    if run.undoes_id:
        return str(_UNDID.get(run.kind, _("Each has again what it had before.")))
    return _DID[run.kind](run.terms)


def news(run: BulkRun) -> str:
    """What undoing it means for the tickets, and for those who are told."""
    if run.kind == BulkKind.SEVERITY and run.terms.get("severity") in SEVERE:
        return _(
            "What somebody touches before then stays as it is."
            " Severity 1 and 2 are told at once, so an undo is told too."
        )
    return str(_NEWS.get(run.kind, "")) % {"seconds": settings.MESSAGE_HOLD.total_seconds()}


_UNDID: dict[str, str | Promise] = {
    BulkKind.REPLY: gettext_lazy("Nobody reads them. Their words are kept for you for 30 days."),
}
_TOLD_LATER = gettext_lazy(
    "What somebody touches before then stays as it is. In the first minute no mail leaves, and an undo"
    " sends none. Later both are told."
)
_NEWS: dict[str, str | Promise] = {
    BulkKind.ASSIGN: _TOLD_LATER,
    BulkKind.SEVERITY: _TOLD_LATER,
    BulkKind.TEAM: gettext_lazy(
        "What somebody touches before then stays as it is. No mail is sent about it."
    ),
    BulkKind.REPLY: gettext_lazy(
        "They leave %(seconds)d seconds after you sent them. Undo takes back all that have not left."
    ),
    BulkKind.SNOOZE: gettext_lazy("Each sleeps again then as it did before."),
}


def _assigned(terms: dict[str, Any]) -> str:
    who = Person.objects.filter(pk=terms["assignee"]).first()
    return _("Assigned to %(name)s.") % {"name": who} if who else _("Put back in the queue.")


def _stepped(terms: dict[str, Any]) -> str:
    return _("Done: %(step)s.") % {"step": STEPS[terms["move"]].label}


def _rated(terms: dict[str, Any]) -> str:
    level = Severity(terms["severity"]).label
    return _("%(severity)s now, because: %(reason)s") % {"severity": level, "reason": terms["reason"]}


def _routed(terms: dict[str, Any]) -> str:
    team = Team.objects.filter(pk=terms["team"]).first()
    return _("With the team %(team)s now.") % {"team": team} if team else _("With no team now.")


def _replied(terms: dict[str, Any]) -> str:
    template = ReplyTemplate.objects.filter(pk=terms["template"]).first()
    return _("Answered with “%(title)s”.") % {"title": template or "…"}


def _merged(terms: dict[str, Any]) -> str:
    survivor = Ticket.objects.get(pk=terms["into"])
    return _(
        "Merged into %(reference)s, where everything goes on. Each can be taken out again for 30 days."
    ) % {"reference": survivor.reference}


def _snoozed(terms: dict[str, Any]) -> str:
    return _("They sleep now, for you alone.") if terms["until"] else _("They are awake again.")


_DID: dict[str, Callable[[dict[str, Any]], str]] = {
    BulkKind.ASSIGN: _assigned,
    BulkKind.STATUS: _stepped,
    BulkKind.SEVERITY: _rated,
    BulkKind.TEAM: _routed,
    BulkKind.LET_GO: lambda terms: _("Ended, because: %(reason)s") % {"reason": terms["message"]},
    BulkKind.PROBLEM: lambda terms: (
        _("Linked to %(problem)s.") % {"problem": terms["problem"].strip().upper()}
    ),
    BulkKind.REPLY: _replied,
    BulkKind.SNOOZE: _snoozed,
    BulkKind.MERGE: _merged,
}
