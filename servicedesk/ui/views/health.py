"""Health: is the process up, and does the desk make progress?"""

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from servicedesk.notifications.models import OutboxMessage
from servicedesk.schedule.models import DueRow, Heartbeat

SLOWEST_BEAT = timedelta(minutes=2)
OLDEST_WAITING = timedelta(minutes=5)


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The web process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers; and how old the beats, the outbox and the due rows are, in seconds.

    503 only when the web process cannot serve. A tired worker is told as "degraded": people can
    still file and reply, and what is to be sent waits in its rows.
    """
    now = timezone.now()
    try:
        beats = {beat.name: (now - beat.at).total_seconds() for beat in Heartbeat.objects.all()}
        oldest_mail = OutboxMessage.objects.due(now).order_by("available_at").first()
        oldest_due = DueRow.objects.due(now).order_by("available_at").first()
        dead = OutboxMessage.objects.filter(dead_at__isnull=False).count()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "does not answer"}, status=503)
    outbox_age = (now - oldest_mail.available_at).total_seconds() if oldest_mail else 0
    due_age = (now - oldest_due.available_at).total_seconds() if oldest_due else 0
    tired = [
        name for name in ("canary", "outbox", "sweep") if beats.get(name, 1e9) > SLOWEST_BEAT.total_seconds()
    ]
    degraded = bool(tired) or max(outbox_age, due_age) > OLDEST_WAITING.total_seconds()
    return JsonResponse(
        {
            "status": "degraded" if degraded else "ok",
            "beat_age_seconds": beats,
            "silent": tired,
            "outbox_age_seconds": outbox_age,
            "overdue_row_age_seconds": due_age,
            "dead_letters": dead,
        }
    )
