"""manage.py rebuild_search: write the search index anew from the records (after an upgrade, or a restore)."""

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from servicedesk.records.models import Comment, Record, SearchText
from servicedesk.records.search import index_face, index_said
from servicedesk.ui.search import models

CHUNK = 1000


class Command(BaseCommand):
    """Rebuild, a thousand records at a time; what is written meanwhile is not lost."""

    help = "Write the search index anew from the records and what is said on them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        written = 0
        for model in models():
            last = 0
            while chunk := list(model.objects.filter(pk__gt=last).order_by("pk")[:CHUNK]):
                rebuild(chunk)
                last, written = chunk[-1].pk, written + len(chunk)
        self.stdout.write(f"{written:,} records can be found.")


@transaction.atomic
def rebuild(records: list[Any]) -> None:
    """Write the words of some records anew. Holds off whoever writes on them."""
    pks = [record.pk for record in records]
    list(Record.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values("pk"))
    SearchText.objects.filter(record__in=pks).delete()
    for record in records:
        index_face(record, record.search_text())
    by_pk = {record.pk: record for record in records}
    comments = Comment.objects.filter(record__in=pks).order_by("record", "internal", "pk")
    for (pk, internal), said in groupby(comments, key=lambda one: (one.record_id, one.internal)):
        index_said(by_pk[pk], "\n\n".join(comment.body for comment in said), internal=internal)
