"""How allauth behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.actions import send_account_mail


class InvitationOnly(DefaultAccountAdapter):
    """No open sign-up; account mail goes through the outbox like all other mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's mail into the outbox."""
        rendered = self.render_mail(template_prefix, email, context | {"email": email})
        send_account_mail(to=email, subject=rendered.subject, text=str(rendered.body))
