"""Doing something to many tickets at once. Start reading at tickets.models.bulk and tickets.actions.bulk."""
