"""Approvals of a request: opened step by step, decided, made void."""

from datetime import datetime

from tickets.models import ServiceRequest


def open_round(request: ServiceRequest, *, at: datetime) -> None:
    """Ask for what the request's item needs. Call it inside a transaction."""


def void_round(request: ServiceRequest, *, at: datetime) -> None:
    """Make what still waits void, because the request has ended. Call it inside a transaction."""
