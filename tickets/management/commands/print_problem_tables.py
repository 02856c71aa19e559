"""Print the tables of docs/problems.md: a problem's life, and what its followers hear."""

from typing import Any

from django.core.management.base import BaseCommand

from tickets.problem_life_table import life_table
from tickets.problem_news_table import table


class Command(BaseCommand):
    """``manage print_problem_tables``; a test keeps the page equal to them."""

    help = "Print the tables of docs/problems.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Both, with a line between them."""
        self.stdout.write(life_table())
        self.stdout.write("")
        self.stdout.write(table())
