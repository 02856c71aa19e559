"""The project package: settings, the ground floor and what holds the house together."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
