"""Which forms of ours stand in for allauth's. The settings read it, so it imports nothing."""

SIGN_IN_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "reset_password": "accounts.sign_in_forms.ResetForm",
    "reset_password_from_key": "accounts.sign_in_forms.NewPasswordForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "reauthenticate": "accounts.sign_in_forms.ConfirmForm",
}
SECOND_STEP_FORMS = {
    "activate_totp": "accounts.second_step_forms.TurnOnForm",
    "authenticate": "accounts.second_step_forms.CodeForm",
    "reauthenticate": "accounts.second_step_forms.ConfirmCodeForm",
    "add_webauthn": "accounts.second_step_forms.AddKeyForm",
}
