"""The variables of reply templates: a closed table. Nothing that people wrote is ever evaluated.

``{{ name }}`` is put in by a search for these words alone. What has no value on a ticket stays as it
is, for the agent to see, and keeps the message from being sent.
"""

import re
from collections.abc import Callable

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.moments import absolute
from tickets.models import ReplyTemplate, Ticket, text_in
from tickets.wording import severity_word, status_words

_PLACE = re.compile(r"\{\{\s*([^\W\d]\w*)\s*\}\}")

VARIABLES: dict[str, tuple[str | Promise, Callable[[Ticket, Person], str]]] = {
    "reference": (gettext_lazy("the ticket’s reference"), lambda ticket, agent: ticket.reference),
    "title": (gettext_lazy("its title"), lambda ticket, agent: ticket.title),
    "organization": (gettext_lazy("the organization"), lambda ticket, agent: ticket.organization.name),
    "contact": (gettext_lazy("the main contact"), lambda ticket, agent: str(ticket.contact or "")),
    "reporter": (gettext_lazy("who filed it"), lambda ticket, agent: str(ticket.reporter)),
    "agent": (gettext_lazy("who writes"), lambda ticket, agent: str(agent)),
    "due": (
        gettext_lazy("when something is due next"),
        lambda ticket, agent: absolute(ticket.due_at) if ticket.due_at else "",
    ),
    "severity": (gettext_lazy("its severity"), lambda ticket, agent: severity_word(ticket.severity)),
    "status": (gettext_lazy("its status"), lambda ticket, agent: status_words(ticket, for_desk=False)),
}
"""What a variable stands for, and its value on a ticket for whoever writes. "" is none."""


def variables_in(text: str) -> list[str]:
    """The names that stand in double braces, each once, in their order."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def unknown_in(text: str) -> list[str]:
    """Those of them that are no variables."""
    return [name for name in variables_in(text) if name not in VARIABLES]


def to_fill_in(text: str) -> str:
    """What to say of a message that still has variables in it. Nothing where it has none."""
    left = variables_in(text)
    if not left:
        return ""
    named = ", ".join(f"{{{{ {name} }}}}" for name in left)
    return _("Still to be filled in: %(names)s. Write the words in their place, then send it.") % {
        "names": named
    }


def written_for(template: ReplyTemplate, ticket: Ticket, agent: Person) -> str:
    """The template's text for this ticket, in its contact's language and zone.

    That of whoever filed it, where no contact is named.
    """
    reader = ticket.contact or ticket.reporter
    with translation.override(reader.language), timezone.override(reader.time_zone):
        return fill(text_in(template, "body"), ticket, agent)


def fill(text: str, ticket: Ticket, agent: Person) -> str:
    """Put the values in, once: what a value holds is not looked at again."""

    def value(place: re.Match[str]) -> str:
        known = VARIABLES.get(place[1])
        return (known[1](ticket, agent) if known else "") or place[0]

    return _PLACE.sub(value, text)
