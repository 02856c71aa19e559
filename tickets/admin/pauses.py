"""The statuses in which a promise may stand still, in words: of incidents and of requests alike."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy

from tickets.transitions import Status

WAITING_APPROVAL = "waiting_approval"
CHOICES = [
    (Status.WAITING_LDC.value, gettext_lazy("the LDC")),
    (Status.WAITING_VENDOR.value, gettext_lazy("our provider")),
    (WAITING_APPROVAL, gettext_lazy("an approval")),
]
"""What is waited for; requests alone wait for approvals."""
_NAMES = {**dict(Status.choices), WAITING_APPROVAL: gettext_lazy("Waiting for approval")}


def pause_words(statuses: Iterable[str]) -> str:
    """Those statuses by name; one that nobody knows any more, as it is written."""
    return ", ".join(str(_NAMES.get(status, status)) for status in statuses)
