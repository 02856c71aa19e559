"""How many people an organization may invite in an hour (PROMISES, Security: rate limits).

Counted on the rows themselves, those that were replaced and withdrawn included: each of them was a mail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organization
from servicedesk.records.refusals import TooMany

_WINDOW = timedelta(hours=1)
_RETRY_AFTER = 600


def check_inviting(organization: Organization, *, at: datetime) -> None:
    """Raise TooMany when this hour is used up. Call it with the organization held."""
    sent = Invitation.objects.filter(organization=organization, created_at__gt=at - _WINDOW).count()
    if sent >= settings.INVITATIONS_PER_HOUR:
        words = _(
            "%(number)d invitations in an hour is the most we send for one organization."
            " Wait ten minutes and send it again, or call %(phone)s."
        )
        raise TooMany(
            words % {"number": settings.INVITATIONS_PER_HOUR, "phone": settings.DESK_PHONE},
            retry_after=_RETRY_AFTER,
        )
