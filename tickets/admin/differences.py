"""What is new in a version, line by line, against the one before it: read before it is published."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from servicedesk.ui.moments import length
from tickets.admin.hours import WEEKDAYS, day_words, hours_words
from tickets.admin.pauses import pause_words
from tickets.models import CalendarVersion, EscalationStep, PolicyRule, PolicyVersion, ServiceCalendar
from tickets.sentences import step_words


class Difference(NamedTuple):
    """One line: about what, what the version before says, what this one says. Empty for nothing."""

    about: str
    was: str
    now: str


def calendar_before(version: CalendarVersion) -> CalendarVersion | None:
    """The latest published version of the same calendar, if this draft is not its first."""
    published = CalendarVersion.objects.published().filter(calendar=version.calendar_id)
    return published.order_by("-number").first()


def policy_before() -> PolicyVersion | None:
    """The latest published policy."""
    return PolicyVersion.objects.published().order_by("-number").first()


def calendar_differences(version: CalendarVersion, before: CalendarVersion | None) -> list[Difference]:
    """What a draft of a calendar would change."""
    return between(_calendar_lines(before) if before else {}, _calendar_lines(version))


def policy_differences(version: PolicyVersion, before: PolicyVersion | None) -> list[Difference]:
    """What a draft of the policy would change."""
    return between(_policy_lines(before) if before else {}, _policy_lines(version))


def between(was: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """What differs between two texts, line by line: in the order of what is now, then what is gone."""
    return [
        Difference(about, was.get(about, ""), now.get(about, ""))
        for about in [*now, *(about for about in was if about not in now)]
        if was.get(about) != now.get(about)
    ]


def _calendar_lines(version: CalendarVersion) -> dict[str, str]:
    lines = {_("Time zone"): version.zone}
    for name, pairs in zip(WEEKDAYS.values(), version.windows, strict=True):
        lines[str(name)] = hours_words(pairs)
    for one in version.days.select_related("organization").order_by("day", "organization__name"):
        whose = f" ({one.organization})" if one.organization else ""
        lines[f"{day_words(one.day)}{whose}"] = f"{one.name}: {hours_words(one.windows)}"
    return lines


def _policy_lines(version: PolicyVersion) -> dict[str, str]:
    calendars = dict(ServiceCalendar.objects.values_list("pk", "name"))
    return dict([*_rule_lines(version, calendars), *_step_lines(version, calendars)])


def _rule_lines(version: PolicyVersion, calendars: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    for rule in version.rules.select_related("organization").order_by("kind", "severity", "item", "pk"):
        yield str(rule), "; ".join(_promises(rule, calendars))


def _promises(rule: PolicyRule, calendars: Mapping[int, str]) -> Iterator[str]:
    parts = (
        (_("answer within %(length)s (%(calendar)s)"), rule.respond_minutes, rule.respond_calendar_id),
        (_("update every %(length)s (%(calendar)s)"), rule.update_minutes, rule.update_calendar_id),
        (_("restore within %(length)s (%(calendar)s)"), rule.finish_minutes, rule.finish_calendar_id),
    )
    for words, minutes, calendar in parts:
        if minutes is not None and calendar is not None:
            yield words % {"length": length(timedelta(minutes=minutes)), "calendar": calendars[calendar]}
    if rule.pauses:
        yield _("stands still while: %(statuses)s") % {"statuses": pause_words(rule.pauses)}


def _step_lines(version: PolicyVersion, calendars: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    for step in version.steps.order_by("target", "percent", "offset_minutes", "pk"):
        severities = ", ".join(str(severity) for severity in sorted(step.severities)) or _("all")
        about = _("Step: %(target)s, severity %(severities)s, %(when)s, tells %(whom)s") % {
            "target": step.get_target_display(),
            "severities": severities,
            "when": step_words(step.when()),
            "whom": step.get_tells_display(),
        }
        yield about, "; ".join(_ways(step, calendars))


def _ways(step: EscalationStep, calendars: Mapping[int, str]) -> Iterator[str]:
    yield _("bell and mail") if step.by_mail else _("bell")
    if step.raises:
        yield _("shows it as escalated")
    if step.quiet_calendar_id is not None:
        yield _("mail only in the hours of %(calendar)s") % {"calendar": calendars[step.quiet_calendar_id]}
