"""Signing in, and finding out who a request is from."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Person


class PersonBackend(AuthenticationBackend):
    """allauth's e-mail sign-in; loads a request's person, memberships and bell in one query."""

    def get_user(self, user_id: Any) -> Person | None:
        """The active person of a session."""
        return Person.objects.with_standing().filter(pk=user_id, is_active=True).first()
