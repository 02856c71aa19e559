"""App registration."""

from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    """Due rows, jobs and heartbeats."""

    name = "servicedesk.schedule"
    label = "schedule"
