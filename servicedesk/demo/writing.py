"""What agents write with: reply templates in both languages, and a colleague who is asked by name."""

from datetime import datetime

from servicedesk.demo.cast import Cast
from tickets.actions import add_note
from tickets.models import Incident, ReplyTemplate, Team
from tickets.transitions import OPEN

TEMPLATES = [
    (
        "First answer: we are looking into it",
        "Hello {{ contact }},\n\nThank you for the report. {{ agent }} has taken {{ reference }} on."
        " The next news is due {{ due }}.\n\n{{ agent }}\nMDM/R Service Desk",
        "Bonjour {{ contact }},\n\nMerci de votre signalement. {{ agent }} s’occupe de {{ reference }}."
        " Prochaines nouvelles attendues : {{ due }}.\n\n{{ agent }}\nCentre de services RDC/M",
        "public",
        "",
    ),
    (
        "Ask for the files and ORG IDs",
        "Hello {{ contact }},\n\nTo find the cause of {{ reference }} we need, for one example:\n\n"
        "- the name of the file and when it was sent\n- the ORG ID\n- two or three SDP IDs\n\n"
        "Leave out consumers’ names and addresses.\n\n{{ agent }}",
        "Bonjour {{ contact }},\n\nPour trouver la cause de {{ reference }}, il nous faut, pour un exemple :\n\n"
        "- le nom du fichier et l’heure de l’envoi\n- l’ORG ID\n- deux ou trois identifiants SDP\n\n"
        "N’indiquez ni noms ni adresses de consommateurs.\n\n{{ agent }}",
        "public",
        "",
    ),
    (
        "Is it solved?",
        "Hello {{ contact }},\n\nFrom our side {{ reference }} is solved. Can you see it at {{ organization }} too?"
        "\n\n{{ agent }}",
        "Bonjour {{ contact }},\n\nDe notre côté, {{ reference }} est réglé. Le voyez-vous aussi chez"
        " {{ organization }}?\n\n{{ agent }}",
        "public",
        "",
    ),
    (
        "Hand over at the end of a shift",
        "Stands: {{ status }}, {{ severity }}. Next due {{ due }}.\n\nDone so far:\n\nStill to do:",
        "",
        "internal",
        "",
    ),
    (
        "Estimation: intervals to compare",
        "Compare the received and the estimated intervals of {{ organization }} for the day in question,"
        " and note the quality flags.",
        "",
        "internal",
        "data-billing",
    ),
]
"""Title, text, text in French, who reads it, and the slug of the team it is for."""


def offer_templates() -> None:
    """The desk's templates."""
    teams = {team.slug: team for team in Team.objects.all()}
    for title, body, body_fr, audience, team in TEMPLATES:
        ReplyTemplate.objects.create(
            title=title, body=body, body_fr=body_fr, audience=audience, team=teams.get(team)
        )


def ask_by_name(cast: Cast, *, at: datetime) -> None:
    """An agent asks another one, by name, in a note on the ticket that was touched last."""
    ticket = Incident.objects.filter(status__in=OPEN).exclude(assignee=None).order_by("-updated_at")[0]
    writer = ticket.assignee
    colleague = next(agent for agent in cast.agents if agent != writer)
    words = f"@{colleague.name}, you had the same at another LDC last month. Which batch was it?"
    add_note(ticket, words, by=writer, at=at)
