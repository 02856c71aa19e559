"""The history of people's access in Django admin, and who is signed in."""

from typing import Any, ClassVar, cast

from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy

from accounts.admin_words import facts_words
from accounts.models import AccountEvent
from servicedesk.records.admin_base import (
    OrNone,
    ReadOnlyAdmin,
)
from servicedesk.records.admin_words import ByName


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The history of people and their access."""

    known_by = ("name", "at")
    list_display = ("at", "name", "actor", "person", "organization", "details")
    list_filter = (("name", ByName), ("organization", OrNone))
    list_select_related = ("actor", "person", "organization")
    search_fields = ("actor__name", "actor__email", "person__name", "person__email", "organization__name")
    named = frozenset({"name"})
    headings: ClassVar[Any] = {"name": gettext_lazy("what happened"), "actor": gettext_lazy("by")}
    fields = ("at", "name", "actor", "person", "organization", "details")
    readonly_fields = ("details",)

    @admin.display(description=gettext_lazy("details"))
    def details(self, event: AccountEvent) -> str:
        """What is kept of it, in words."""
        return facts_words(event.facts)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Who is signed in from where. Never the session's key: it opens the door."""

    known_by = ("user", "browser")
    list_display = ("user", "created_at", "ip", "browser")
    list_select_related = ("user",)
    headings: ClassVar[Any] = {
        "user": gettext_lazy("person"),
        "created_at": gettext_lazy("signed in"),
        "ip": gettext_lazy("IP address"),
    }
    list_filter = ("created_at",)
    search_fields = ("user__name", "user__email", "ip")
    fields = ("user", "created_at", "ip", "browser", "user_agent")
    readonly_fields = ("browser",)

    @admin.display(description=gettext_lazy("browser"))
    def browser(self, session: UserSession) -> str:
        """In words; of one that is unknown, what it says of itself."""
        return str(cast(Any, self.admin_site).device(session.user_agent))
