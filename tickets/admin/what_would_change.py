"""What a version does to the open tickets: foreseen before it is published, or done by it. One page for both."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.schedule.models import Job
from servicedesk.ui.moments import absolute, length
from tickets.exports import csv_answer
from tickets.models import CalendarVersion, PolicyVersion, RolloutShift, TargetName
from tickets.sla.rollout import PREVIEW, ROLLOUT, Version

SHOWN = 500
"""Due times on the page. The CSV has them all."""
AGAIN_AFTER = 3
"""Seconds after which the page of a job at work loads itself again."""


@dataclass(frozen=True, slots=True)
class Move:
    """One due time, in words."""

    reference: str
    address: str
    organization: str
    target: str
    was: str
    now: str
    by: str
    newly_late: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A job, for a page about its version: where it shows, and when it began, in words."""

    job: Job
    address: str
    when: str


def shifts(request: HttpRequest, object_id: str) -> HttpResponse:
    """How far the job is; and when it is done, what moves."""
    job = _job(object_id)
    version = _version(job)
    found = _in_order(job)
    moves = [_move(shift) for shift in found.select_related("record__organization")[: SHOWN + 1]]
    context = {
        **admin.site.each_context(request),
        "title": _("What changes") if job.kind == ROLLOUT else _("What would change"),
        "job": job,
        "when": absolute(job.created_at),
        "again_at": absolute(job.available_at),
        "original": version,
        "opts": version._meta,
        "running": job.finished_at is None and job.failed_at is None,
        "done_already": job.kind == ROLLOUT,
        "again_after": AGAIN_AFTER,
        "moves": moves[:SHOWN],
        "total": found.count() if len(moves) > SHOWN else len(moves),
        "outdated": outdated(version, job),
        "draft": version.number is None,
    }
    return TemplateResponse(request, "admin/tickets/what_would_change.html", context)


def shifts_csv(request: HttpRequest, object_id: str) -> HttpResponseBase:
    """All due times that move."""
    job = _job(object_id)
    rows = _in_order(job).values_list(
        "record__reference", "record__organization__name", "target", "was_due_at", "due_at", "newly_late"
    )
    heading = [
        _("Reference"), _("Organization"), _("Target"), _("Was due"), _("Will be due"), _("Newly late"),
    ]  # fmt: skip
    return csv_answer("what-would-change", heading, _lines(rows), count=rows.count())


def address(job: Job) -> str:
    """Where a job's moves show."""
    return reverse("admin:tickets_shifts", args=[job.public_id])


def latest_look(version: Version) -> Look | None:
    """The latest foresight of a draft, or what a published version did, if anybody looked or anything moves."""
    kind = PREVIEW if version.number is None else ROLLOUT
    named = {f"payload__{_field(version)}": version.pk}
    job = Job.objects.filter(kind=kind, **named).order_by("-pk").first()
    return Look(job, address(job), absolute(job.created_at)) if job else None


def outdated(version: Version, job: Job) -> bool:
    """Was the draft changed after that look at it?"""
    about = get_content_type_for_model(version)
    edits = LogEntry.objects.filter(content_type=about, object_id=str(version.pk))
    return job.kind == PREVIEW and edits.filter(action_time__gt=job.created_at).exists()


def _field(version: Version) -> str:
    return "calendar_version" if isinstance(version, CalendarVersion) else "policy_version"


def _job(public_id: str) -> Job:
    """Raises Http404 for what is no such job."""
    try:
        wanted = uuid.UUID(public_id)
    except ValueError as error:
        raise Http404 from error
    job = Job.objects.filter(public_id=wanted, kind__in=[PREVIEW, ROLLOUT]).first()
    if job is None:
        raise Http404
    return job


def _version(job: Job) -> Version:
    """What it is about. Raises Http404 when that draft is gone."""
    payload = job.payload
    found: Version | None
    if "calendar_version" in payload:
        found = (
            CalendarVersion.objects.select_related("calendar").filter(pk=payload["calendar_version"]).first()
        )
    else:
        found = PolicyVersion.objects.filter(pk=payload["policy_version"]).first()
    if found is None:
        raise Http404
    return found


def _in_order(job: Job) -> QuerySet[RolloutShift]:
    """The newly late first."""
    return RolloutShift.objects.filter(job=job).order_by("-newly_late", "due_at", "pk")


def _move(shift: RolloutShift) -> Move:
    record: Any = shift.record
    return Move(
        reference=record.reference,
        address=reverse("tickets:detail", args=[record.reference]),
        organization=record.organization.name,
        target=str(TargetName(shift.target).label),
        was=_moment(shift.was_due_at),
        now=_moment(shift.due_at),
        by=_by(shift.was_due_at, shift.due_at),
        newly_late=shift.newly_late,
    )


def _moment(instant: datetime | None) -> str:
    return absolute(instant) if instant else _("no due time")


def _by(was: datetime | None, now: datetime | None) -> str:
    """How much later or earlier, on the wall clock."""
    if was is None or now is None:
        return ""
    words = _("%(span)s later") if now > was else _("%(span)s earlier")
    return words % {"span": length(abs(now - was))}


def _lines(rows: Any) -> Iterator[list[Any]]:
    """Words and zone are chosen now; the rows are read while the download runs."""
    zone = ZoneInfo(timezone.get_current_timezone_name())
    targets = {value: str(label) for value, label in TargetName.choices}
    yes, no = _("yes"), _("no")

    def moment(instant: datetime | None) -> str:
        return instant.astimezone(zone).isoformat(timespec="seconds") if instant else ""

    return (
        [reference, organization, targets[target], moment(was), moment(now), yes if late else no]
        for reference, organization, target, was, now, late in rows.iterator(1000)
    )
