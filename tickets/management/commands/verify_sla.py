"""manage.py verify_sla: is what is stored of service levels what follows from the histories?"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.models import Ticket
from tickets.sla.verification import Difference, differences, next_chunk, repair

SAYS_EVERY = 20
"""Chunks between two lines of progress."""


class Command(BaseCommand):
    """Print every difference; end with status 1 when one is left."""

    help = (
        "Recompute everything stored of service levels from the tickets' histories, and print what differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to look at, and whether to mend it."""
        parser.add_argument("--open", action="store_true", help="open tickets only")
        parser.add_argument(
            "--repair", action="store_true", help="write what follows from the histories (after an upgrade)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError when a difference is left."""
        looked_at = found = left = 0
        for number, chunk in enumerate(_chunks(open_only=options["open"]), 1):
            differs = repair(chunk) if options["repair"] else differences(chunk)
            self._print(differs)
            found += len(differs)
            left += len(differences(_read_anew(chunk))) if differs and options["repair"] else len(differs)
            looked_at += len(chunk)
            if number % SAYS_EVERY == 0:
                self.stdout.write(f"{looked_at:,} tickets looked at, {found:,} differences.")
        self.stdout.write(f"{looked_at:,} tickets, {found:,} differences, {found - left:,} mended.")
        if left:
            raise CommandError(f"{left:,} differences are left.")

    def _print(self, found: list[Difference]) -> None:
        for one in found:
            self.stdout.write(str(one))


def _read_anew(chunk: list[Ticket]) -> list[Ticket]:
    """The same tickets, read anew."""
    return list(Ticket.objects.filter(pk__in=[one.pk for one in chunk]).order_by("pk"))


def _chunks(*, open_only: bool) -> Iterator[list[Ticket]]:
    """All tickets, or the open ones, by primary key."""
    last = 0
    while chunk := next_chunk(last, open_only=open_only):
        yield chunk
        last = chunk[-1].pk
