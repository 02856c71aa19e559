"""How allauth behaves in this house."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import send_account_mail


class InvitationOnly(DefaultAccountAdapter):
    """No open sign-up; account mail goes through the outbox like all other mail."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "This e-mail address and this password do not belong together. Check both, or reset your password."
        ),
        "enter_current_password": _("This is not your current password. Enter it again."),
        "incorrect_password": _("This is not your password. Enter it again."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes and try again, or call the service desk."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put allauth's mail into the outbox."""
        rendered = self.render_mail(template_prefix, email, context | {"email": email})
        send_account_mail(to=email, subject=rendered.subject, text=str(rendered.body))
