"""What one hears of one's own account: it is always sent."""

from django.utils.translation import gettext_lazy as _

from servicedesk.notifications.groups import Group, declare

declare(
    Group(
        "account",
        _("Always sent"),
        _("Account and security"),
        _("Invitations, password resets, and changes to how you sign in."),
        locked=_("You have to know when somebody touches your account."),
    )
)
