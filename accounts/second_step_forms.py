"""allauth's forms of the second step in this house: the desk's words."""

from typing import Any

from allauth.mfa.base import forms as stock
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

from servicedesk.records.plain_words import PlainWords


class CodeWords(PlainWords):
    """Asks for six digits, and says so when they are missing."""

    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.widget.attrs.pop("placeholder", None)
        code.error_messages["required"] = _("Enter the six digits that the app shows.")


class TurnOnForm(CodeWords, ActivateTOTPForm):
    """The first code of a new authenticator app."""


class CodeForm(CodeWords, stock.AuthenticateForm):
    """The code at sign-in, or a recovery code."""


class ConfirmCodeForm(CodeWords, stock.ReauthenticateForm):
    """The code once more, before something sensitive."""


class AddKeyForm(AddWebAuthnForm):
    """A new security key or passkey. Its name is empty until the person gives one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = ""
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Sign in with it alone, without a password")
        passwordless.help_text = _("The key then asks for your fingerprint, your face or a PIN.")
