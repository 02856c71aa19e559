"""The outbox in Django admin: what left the house, what waits, what was given up, what went together."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.notifications.bundles import events_of
from servicedesk.notifications.groups import group_of
from servicedesk.notifications.models import Bundle, OutboxMessage, Preference
from servicedesk.notifications.outbox import replay
from servicedesk.records.admin_base import ReadOnlyAdmin, StateFilter
from servicedesk.records.admin_words import call

call(
    {
        "news.daily": gettext_lazy("Daily mail"),
        "news.held": gettext_lazy("Mail held over quiet hours"),
    }
)


class OutboxState(StateFilter):
    """Waiting, done or dead."""

    states = {
        "waiting": (gettext_lazy("Waiting"), Q(done_at=None, dead_at=None)),
        "done": (gettext_lazy("Done"), Q(done_at__isnull=False)),
        "dead": (gettext_lazy("Dead"), Q(dead_at__isnull=False)),
    }


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    """Messages and where they stand. Never their payload: it may hold somebody's sign-in link."""

    list_display = (
        "effect", "recipient", "state", "claims", "failures", "available_at", "last_error", "key",
    )  # fmt: skip
    list_filter = (OutboxState,)
    list_select_related = ("recipient",)
    named = frozenset({"effect"})
    headings: ClassVar[Any] = {"effect": gettext_lazy("what leaves")}
    search_fields = ("key__startswith", "effect__startswith", "recipient__email__iexact")
    search_help_text = gettext_lazy("The beginning of a key or an effect, or a recipient's whole e-mail")
    fields = (
        "key", "effect", "event", "bundle", "recipient", "state", "created_at", "held_until", "available_at",
        "claims", "failures", "done_at", "outcome", "dead_at", "last_error",
    )  # fmt: skip
    readonly_fields = ("state",)
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: OutboxMessage) -> str:
        """In a word."""
        name = "done" if row.done_at else "dead" if row.dead_at else "waiting"
        return str(OutboxState.states[name][0])

    @admin.action(description=gettext_lazy("Send again (dead messages)"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Give what was given up another 48 hours."""
        number = replay(queryset, at=timezone.now())
        if number:
            words = ngettext(
                "%(number)d message will be sent again.", "%(number)d messages will be sent again.", number
            )
            self.message_user(request, words % {"number": number}, messages.SUCCESS)
        else:
            self.message_user(
                request, _("None of these was given up: nothing to send again."), messages.WARNING
            )


class BundleState(StateFilter):
    """Open or closed."""

    states = {
        "open": (gettext_lazy("Open"), Q(closed_at=None)),
        "closed": (gettext_lazy("Closed"), Q(closed_at__isnull=False)),
    }


@admin.register(Bundle)
class BundleAdmin(ReadOnlyAdmin):
    """What each person was told, or will be, in one mail."""

    known_by = ("kind", "person")
    list_display = ("person", "kind", "state", "opened_at", "closed_at")
    list_filter = (BundleState,)
    list_select_related = ("person",)
    named = frozenset({"kind"})
    search_fields = ("person__email__iexact", "kind__startswith")
    search_help_text = gettext_lazy("A person's whole e-mail, or the beginning of a kind")
    fields = ("person", "kind", "message", "state", "opened_at", "closed_at", "events")
    readonly_fields = ("message", "state", "events")

    @admin.display(description=gettext_lazy("state"))
    def state(self, bundle: Bundle) -> str:
        """In a word."""
        return str(BundleState.states["closed" if bundle.closed_at else "open"][0])

    @admin.display(description=gettext_lazy("events"))
    def events(self, bundle: Bundle) -> str:
        """All of them, a line each, in the order of the mail."""
        return "\n".join(f"{event.record.reference} {event}" for event in events_of(bundle.pk))


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """Who chose to hear otherwise than by default: why somebody got no mail."""

    known_by = ("person", "about")
    list_display = ("person", "about", "how", "since")
    list_filter = ("how",)
    list_select_related = ("person",)
    search_fields = ("person__email__iexact", "group__startswith")
    search_help_text = gettext_lazy("A person's whole e-mail, or the beginning of a group")
    fields = ("person", "about", "how", "since")
    readonly_fields = ("about",)

    @admin.display(description=gettext_lazy("about"))
    def about(self, preference: Preference) -> str:
        """The group, as the page of preferences calls it."""
        return str(group_of(preference.group).label)
