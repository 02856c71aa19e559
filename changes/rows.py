"""What a line of a list of RFCs shows, prepared once so that templates only choose words."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from changes.models import RequestForChange, Risk
from changes.transitions import ChangeClass
from changes.wording import RISK_TONES, TONES, status_words, turn, value_words


def change_row(rfc: RequestForChange, *, shows_organization: bool) -> dict[str, Any]:
    """An RFC in a list. Whose it is, is the desk's and its own organization's business."""
    return {
        "rfc": rfc,
        "url": reverse("changes:detail", args=[rfc.reference]),
        "status": status_words(rfc),
        "tone": TONES[rfc.status],
        "turn": turn(rfc),
        "class": ChangeClass(rfc.change_class).label,
        "emergency": rfc.change_class == ChangeClass.EMERGENCY,
        "environments": value_words("environments", rfc.environments),
        "risk": _("Risk: %(word)s") % {"word": Risk(rfc.risk).label} if rfc.risk else "",
        "risk_tone": RISK_TONES.get(rfc.risk, "done"),
        "organization": rfc.organization.name if shows_organization else "",
    }
