"""The desk's own tags, available in every template without ``{% load %}`` (settings, "builtins")."""

import uuid
import zlib
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.ui import devices, moments

register = template.Library()


class Chip(Protocol):
    """What ``sla_chip`` draws. ``due_at`` is None when nothing runs."""

    @property
    def state(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def due_at(self) -> datetime | None: ...


TONE_ICONS = {
    "new": "circle-dot",
    "progress": "progress",
    "waiting": "message-question",
    "hold": "calendar-pause",
    "good": "check",
    "done": "archive",
    "bad": "alert-triangle",
}
SEVERITIES = {
    1: ("octagon", _("Critical")),
    2: ("triangle", _("High")),
    3: ("square", _("Medium")),
    4: ("circle", _("Low")),
}
CHIP_ICONS = {
    "ok": "clock",
    "soon": "clock-exclamation",
    "urgent": "flame",
    "breached": "alert-triangle",
    "paused": "player-pause",
    "met": "check",
    "missed": "x",
}
DASH = format_html('<span class="muted" aria-hidden="true">{}</span>', "–")


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, extra: str = "") -> SafeString:
    """``{% icon "clock" %}``: a decorative icon of static/icons.svg; the words stand beside it."""
    return format_html(
        '<svg class="icon icon-{}{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        name,
        f" {extra}" if extra else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def when(instant: datetime | None, style: str = "relative") -> SafeString:
    """``{% when instant %}`` relative under seven days; ``{% when instant "absolute" %}`` with date and zone;
    ``"short"`` is for columns: the day alone, once it is not near."""
    if instant is None:
        return DASH
    now = timezone.now()
    full = moments.absolute(instant)
    if style != "absolute" and moments.is_near(instant, now):
        words = moments.relative(instant, now)
    else:
        words = moments.day(instant) if style == "short" else full
    return format_html('<time datetime="{}" title="{}">{}</time>', moments.machine(instant), full, words)


register.filter("hours", moments.length)
register.filter("device", devices.device)


@register.simple_tag
@lru_cache(maxsize=256)
def status_tag(label: str, tone: str) -> SafeString:
    """A status in words with its icon; ``tone`` is one of TONE_ICONS."""
    return format_html(
        '<span class="tag tag-{}">{}{}</span>', tone, icon(TONE_ICONS.get(tone, "circle-dot")), label
    )


@register.simple_tag
def severity_badge(level: int | None) -> SafeString:
    """``Sev 1`` to ``Sev 4``, told apart by outline as well as by colour; a dash while it is not set."""
    return _severity_badge(level, get_language()) if level in SEVERITIES else DASH


@lru_cache(maxsize=32)
def _severity_badge(level: int, _language: str | None) -> SafeString:
    shape, word = SEVERITIES[level]
    return format_html(
        '<span class="sev sev-{}">{}{}<span class="visually-hidden"> {}</span></span>',
        level,
        icon(shape),
        gettext("Sev %(level)d") % {"level": level},
        word,
    )


@register.simple_tag
def sla_chip(chip: Chip | None) -> SafeString:
    """A promise and how it stands. ``chip`` has state, text, label and due_at (UX §6.1).

    The script ticks the words on while they are of the form "in 42 min" or "1 h 05 min late".
    """
    if chip is None:
        return DASH
    due_at = chip.due_at
    if due_at is None:
        title = format_html(' title="{}"', chip.label) if chip.label else ""
        time = format_html("<span{}>{}</span>", title, chip.text)
        due = ""
    else:
        due = moments.machine(due_at)
        time = format_html(
            '<time datetime="{}" title="{}">{}</time>', due, moments.absolute(due_at), chip.text
        )
        due = format_html(' data-due="{}"', due)
    return format_html(
        '<span class="sla sla-{}"{}>{}<span class="visually-hidden">{} </span>{}</span>',
        chip.state,
        due,
        icon(CHIP_ICONS.get(chip.state, "clock")),
        chip.label,
        time,
    )


@register.simple_tag
def form_errors(form: BaseForm | None) -> SafeString:
    """The summary above a form that came back: what is wrong and a link to where it is."""
    if form is None or not form.errors:
        return SafeString("")
    return render_to_string("ui/forms/error_summary.html", {"form": form})


@register.simple_tag(takes_context=True)
def request_key(context: template.Context) -> SafeString:
    """The idempotency key of this filled-in form: kept when the form comes back, new when it is fresh."""
    request = context.get("request")
    sent = request.POST.get("request_id", "") if request is not None and request.method == "POST" else ""
    return format_html('<input type="hidden" name="request_id" value="{}">', _key(sent))


@register.simple_tag
def avatar(name: str) -> SafeString:
    """A person's initials in a circle. Decorative: the name stands beside it."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()] or ["?"]
    initials = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    hue = zlib.crc32(str(name).encode()) % 6
    return format_html(
        '<span class="initials initials-{}" aria-hidden="true">{}</span>', hue, initials.upper()
    )


def _key(sent: str) -> str:
    try:
        return str(uuid.UUID(sent))
    except ValueError:
        return str(uuid.uuid4())
