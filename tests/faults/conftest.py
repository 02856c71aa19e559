"""What the crash tests share."""

from tests.support.fixtures import beat, committed, empty_broker, post_office, worker

__all__ = ["beat", "committed", "empty_broker", "post_office", "worker"]
