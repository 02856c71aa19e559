"""One mail about many things: the daily one, and the one about what came in quiet hours."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.notifications.bundles import bundled, groups_of
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.telling import DAILY, HELD, still_mailed
from servicedesk.notifications.unsubscribing import foot
from servicedesk.notifications.wording import Item, retell
from servicedesk.records.models import Event


@bundled("rfc.digest")  # where the daily news of changes was bundled before it joined the others
@bundled(DAILY)
@bundled(HELD)
def deliver(row: OutboxMessage, events: list[Event]) -> str:
    """Send one person one mail about these events: what they may see now, and still wish to get by mail."""
    person = get_user_model()._default_manager.get(pk=row.recipient_id)
    if not person.is_active:
        return "not sent: has no access any more"
    groups = groups_of(row.bundle_id) if row.bundle_id else {}
    mailed = still_mailed(person.pk, groups.values())
    wanted = [event for event in events if groups[event.pk] in mailed]
    with translation.override(person.language), timezone.override(person.time_zone):
        items = retell(person, wanted)
        if not items:
            return "not sent: nothing that they may see and wish to hear of"
        told = {groups[item.event.pk] for item in items}
        send(_letter(person, items, {*filter(None, told)}, daily=row.effect != HELD), key=row.key)
    return f"sent: {len(items)}"


def _letter(person: Any, items: list[Item], groups: set[str], *, daily: bool) -> Letter:
    by_record: dict[str, list[Item]] = {}
    for item in items:
        by_record.setdefault(item.reference, []).append(item)
    last = foot(person.pk, groups)
    context = {
        "records": [
            {"reference": some[0].reference, "title": some[0].title, "link": some[-1].link, "items": some}
            for some in by_record.values()
        ],
        "daily": daily,
        "foot": last,
        "desk_phone": settings.DESK_PHONE,
        "desk_email": settings.DESK_EMAIL,
        "language": person.language,
    }
    alone = len(by_record) == 1
    return Letter(
        to=person.email,
        subject=f"[{items[-1].reference}] {items[-1].title} — {_news(items)}"
        if alone
        else _subject(items, by_record, daily),
        text=render_to_string("notifications/mail/news.txt", context),
        html=render_to_string("notifications/mail/news.html", context),
        thread=items[0].reference if alone else "",
        unsubscribe=last.stop,
    )


def _news(items: list[Item]) -> str:
    if len(items) == 1:
        return items[0].headline
    return ngettext("%(number)d piece of news", "%(number)d pieces of news", len(items)) % {
        "number": len(items)
    }


def _subject(items: list[Item], by_record: dict[str, list[Item]], daily: bool) -> str:
    words = {"number": len(items), "records": ", ".join(by_record) if len(by_record) <= 3 else ""}
    if words["records"]:
        words["records"] = f": {words['records']}"
    when = _("Your daily mail") if daily else _("While your mail was held")
    return f"{when} — {_news(items)}{words['records']}"
