"""Requests for change, their approvals and the change calendar."""
