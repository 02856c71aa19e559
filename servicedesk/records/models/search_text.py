"""SearchText: the words of a record, in one index for every kind."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from servicedesk.records.models.record import Kind, Record, own, seen
from servicedesk.records.scope import Reader, ScopedQuerySet


class Readers(models.TextChoices):
    """Who may read some of a record's words."""

    FACE = "face"
    """Whoever sees the record."""
    OURS = "ours"
    """Its organization and the desk: what is said on it."""
    DESK = "desk"
    """The desk alone: internal notes."""


class SearchTextQuerySet(ScopedQuerySet):
    """Words of records."""

    def visible_to(self, reader: Reader) -> Self:
        """What the desk reads is for the desk, what is said on a record for its organization."""
        if reader.standing().sees_all:
            return self
        face = Q(readers=Readers.FACE) & seen(reader, "record")
        return self.filter(face | Q(readers=Readers.OURS) & own(reader, "record"))


class SearchText(models.Model):
    """Some of a record's words, by who may read them. Written by servicedesk.records.search alone.

    ``vector`` holds the words in English and in French, accents folded, and one lexeme for each organization
    that may find it ("o12"; "o0" for every one), so that one index answers "this word, in my organization".
    ``body`` is kept for the excerpt.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="search_texts")
    readers = models.CharField(max_length=4, choices=Readers)
    kind = models.CharField(max_length=20, choices=Kind)
    body = models.TextField()
    vector = SearchVectorField()

    objects = SearchTextQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "readers"], name="search_text_once")]
        indexes = [GinIndex(fields=["vector"], name="search_text_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.record_id} {self.readers}"
