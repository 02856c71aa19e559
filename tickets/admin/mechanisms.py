"""What administration calls the events, due rows, jobs and effects of tickets and problems."""

from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_words import call
from tickets.sentences import HEADLINES

ORDINARY = {what: words for what, words in HEADLINES.items() if "." not in what}

call({f"{kind}.{what}": words for kind in ("incident", "request") for what, words in ORDINARY.items()})
call({name: words for name, words in HEADLINES.items() if "." in name})
call(
    {
        "problem.absorbed": _("Took over another problem"),
        "problem.call_off": _("Fix called off"),
        "problem.close": _("Closed"),
        "problem.declare": _("Declared a known error"),
        "problem.edited": _("Edited"),
        "problem.fix_asked": _("Fix asked for"),
        "problem.fix_verified": _("Fix verified"),
        "problem.identify": _("Root cause found"),
        "problem.incidents_resolved": _("Incidents resolved with it"),
        "problem.internals_edited": _("Internal side edited"),
        "problem.investigate": _("Investigation begins"),
        "problem.joined": _("Incident linked"),
        "problem.merge": _("Ended as a duplicate"),
        "problem.noted": _("Internal note"),
        "problem.notes_decided": _("Notes about it decided"),
        "problem.opened": _("Logged"),
        "problem.published": _("Published"),
        "problem.reject": _("Rejected"),
        "problem.reopen": _("Not fixed after all"),
        "problem.resolve": _("Fix put in"),
        "problem.schedule": _("Fix scheduled"),
        "problem.withdrawn": _("Taken out of the problem log"),
        "problem.workaround_verified": _("Workaround verified"),
    }
)
call(
    {
        "delegation.begins": _("A delegation begins"),
        "incident.auto_close": _("An incident closes by itself"),
        "problem.candidates": _("The week’s incidents are compared"),
        "request.approval_reminder": _("Approvers are reminded"),
        "request.auto_close": _("A request closes by itself"),
        "sla.step": _("A step of the escalation ladder"),
    }
)
call(
    {
        "sla.preview": _("Work out what a new version would change"),
        "sla.rollout": _("Move open tickets to a new version"),
        "sla.verify": _("Check the clocks against history"),
        "tickets.bulk": _("Do something to many tickets"),
    }
)
call(
    {
        "problem.fan_out": _("Find who hears of a problem"),
        "problem.mail": _("Mail about a problem"),
        "sla.mail": _("Mail about late tickets"),
        "sla.quiet_mail": _("Mail about late tickets, in working hours"),
        "sla.tell": _("Tell of steps that were reached"),
        "ticket.fan_out": _("Find who hears of a ticket"),
        "ticket.mail": _("Mail about a ticket"),
        "ticket.release_message": _("Release a message that was held"),
    }
)
