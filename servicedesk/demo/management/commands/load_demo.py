"""manage.py load_demo: fictional people and six months of tickets, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from servicedesk.demo.cast import sign_in_lines
from servicedesk.demo.loader import load


class Command(BaseCommand):
    """Load the demo if it is not there, and say how to get in."""

    help = "Load the fictional demo data, once, and print who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if not settings.DEMO:
            raise CommandError(
                f"MODE is {settings.MODE}: demo people share one published password, so they are loaded"
                " with MODE=demo alone, into a database of their own."
            )
        if load(at=timezone.now()):
            self.stdout.write("The demo data was loaded.")
        for line in sign_in_lines():
            self.stdout.write(line)
