"""The Celery application of a worker that also knows the kinds of tests/support/storm.py."""

from servicedesk.celery import app

__all__ = ["app"]

app.autodiscover_tasks(["tests.support"], related_name="storm")
