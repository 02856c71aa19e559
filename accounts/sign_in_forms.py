"""allauth's forms in this house: the desk's words, and nothing that says "optional"."""

from typing import Any

from allauth.account import forms as stock
from django.utils.translation import gettext_lazy as _

from servicedesk.records.plain_words import PlainWords

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}
REQUIRED = {
    "login": _("Enter your e-mail address."),
    "email": _("Enter your e-mail address."),
    "password": _("Enter your password."),
    "oldpassword": _("Enter your current password."),
    "password1": _("Enter a new password."),
    "password2": _("Enter the new password again."),
}


class SignInWords(PlainWords):
    """Gives allauth's fields our labels and errors, and takes the placeholders that repeat the labels away."""

    marks_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name in REQUIRED:
                field.error_messages["required"] = REQUIRED[name]


class SignInForm(SignInWords, stock.LoginForm):
    """E-mail address and password, without a "remember me"."""


class ResetForm(SignInWords, stock.ResetPasswordForm):
    """Asks for a link to set a new password."""


class NewPasswordForm(SignInWords, stock.ResetPasswordKeyForm):
    """Sets a new password by such a link."""


class ChangePasswordForm(SignInWords, stock.ChangePasswordForm):
    """Sets a new password by the old one."""


class ConfirmForm(SignInWords, stock.ReauthenticateForm):
    """Asks for the password once more."""
