"""How the items are written down: ``item`` holds a version's columns, ``field`` a question's.

Texts come in pairs, English before French.
"""

ENGLISH, FRENCH = 0, 1
DAY = 9 * 60
"""Minutes of a business day (08:00 to 17:00)."""
ADMIN = ("organization_admin", 1, 2)
SME = ("sme_approver", 2, 5)
"""Approval steps: who is asked, reminded after and to decide within so many business days."""


def item(
    slug, choice, team, name, summary, prepare, fields, tasks, minutes=None, approvals=(), effect="", restricted=False
):
    """An item. ``minutes`` of business time to fulfil it, if it is promised its own time."""
    return {
        "slug": slug,
        "choice": choice,
        "team": team,
        "texts": pair("name", name) | pair("summary", summary) | pair("prepare", prepare),
        "fields": fields,
        "tasks": tasks,
        "minutes": minutes,
        "approvals": approvals,
        "effect": effect,
        "visibility": "restricted" if restricted else "organization",
    }


def field(name, kind, label, help=("", ""), words=None, **columns):
    """A question. ``words`` say its pattern."""
    texts = pair("label", label) | pair("help", help) | (pair("pattern_words", words) if words else {})
    return {"name": name, "kind": kind} | texts | columns


def task(title, percent, team=None):
    """A piece of work, due at a percentage of the time; by the item's team unless another is named."""
    return pair("title", title) | {"due_percent": percent, "team": team}


def pair(name, texts):
    """Both columns of a text."""
    return {name: texts[ENGLISH], f"{name}_fr": texts[FRENCH]}


def when(name, *values):
    """The condition of a question."""
    return {"show_field": name, "show_values": ",".join(values)}


YES_NO = "yes | Yes | Oui\nno | No | Non"

REASON = field(
    "reason",
    "text",
    ("Business reason", "Raison d’affaires"),
    ("Why it is needed, in a few words.", "Pourquoi c’est nécessaire, en quelques mots."),
    material=False,
)
ORG_ID = field("org_id", "org_id", ("ORG ID", "ORG ID"))
ENVIRONMENT = field("environment", "environment", ("Environment", "Environnement"))
TEST_ENVIRONMENT = ENVIRONMENT | {"choices": "quality\nsandbox"}
SDPS = field(
    "sdps",
    "sdp_list",
    ("SDP or USDP IDs", "Identifiants SDP ou USDP"),
)
NOTES = field(
    "notes",
    "long_text",
    ("Anything else we should know", "Autres renseignements utiles"),
    required=False,
    material=False,
)


def effective(label=("Effective date", "Date d’entrée en vigueur"), **columns):
    """The day from which something counts."""
    return field("effective_on", "date", label, earliest_days=0, **columns)
