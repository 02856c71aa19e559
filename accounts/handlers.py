"""Effects of this app: the mails of the sign-in machinery."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import invitation_token
from accounts.closing import end_all
from accounts.models import Invitation, Person
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import OutboxMessage


@effect("accounts.mail")
def deliver_account_mail(row: OutboxMessage) -> str:
    """Send a mail that was written when the row was."""
    text = row.payload["text"]
    html = render_to_string("accounts/mail/plain.html", {"body": linebreaks(text, autoescape=True)})
    send(Letter(to=row.payload["to"], subject=row.payload["subject"], text=text, html=html), key=row.key)
    return "sent"


@effect("accounts.closed", atomic=True)
def take_the_rest_away(row: OutboxMessage) -> str:
    """End what apps gave somebody whose account was closed."""
    end_all(Person.objects.get(pk=row.payload["person"]), at=row.created_at)
    return "taken away"


@effect("accounts.invitation")
def deliver_invitation(row: OutboxMessage) -> str:
    """Send the link that lets somebody in."""
    invitation = Invitation.objects.select_related("organization", "invited_by").get(
        pk=row.payload["invitation"]
    )
    if invitation.withdrawn_at or invitation.accepted_at:
        return "not needed any more"
    link = settings.BASE_URL + reverse("accounts:invitation", args=[invitation_token(invitation)])
    context = {
        "invitation": invitation,
        "link": link,
        "desk_phone": settings.DESK_PHONE,
        "desk_email": settings.DESK_EMAIL,
    }
    with override(invitation.language or settings.LANGUAGE_CODE):
        subject = _("You are invited to the MDM/R Service Desk for %(organization)s") % {
            "organization": invitation.organization
        }
        text = render_to_string("accounts/mail/invitation.txt", context)
        html = render_to_string("accounts/mail/invitation.html", context)
    send(Letter(to=invitation.email, subject=subject, text=text, html=html), key=row.key)
    return "sent"
