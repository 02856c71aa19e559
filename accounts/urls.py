"""Addresses of sign-in, security and people.

allauth's own names are kept, because its views look them up; what the desk does not offer
(changing one's address, signing up by oneself) has no address but the closed sign-up page that
allauth links to.
"""

from allauth.account import views as account
from django.urls import include, path, re_path

from accounts.views import invitations, people, profile

sign_in_patterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

people_patterns = [
    path("invite/<str:token>/", invitations.accept, name="invitation"),
    path("org/people/", people.index, name="people"),
    path("org/people/invite/", people.invite, name="invite"),
    path("org/people/<int:pk>/end/", people.end, name="end_membership"),
    path("org/people/invitations/<uuid:public_id>/withdraw/", people.withdraw, name="withdraw_invitation"),
    path("me/", profile.edit, name="profile"),
    path("me/theme/", profile.theme, name="theme"),
]

urlpatterns = [*sign_in_patterns, path("", include((people_patterns, "accounts")))]
