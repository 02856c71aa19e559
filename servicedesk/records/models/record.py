"""Record: every numbered thing in the house."""

from datetime import UTC, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest, StrIndex, Upper
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.models.follower import Follower
from servicedesk.records.refusals import Stale
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.records.transitions import Lifecycle, Move

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
MANY_TITLES = 1000
"""Words that as many of an organization's titles have are not rare."""


class Kind(models.TextChoices):
    """What a record is. The value names its sequence, the prefix its reference."""

    INCIDENT = "incident", gettext_lazy("Incident")
    REQUEST = "request", gettext_lazy("Service request")
    PROBLEM = "problem", gettext_lazy("Problem")
    RFC = "rfc", gettext_lazy("Request for change")

    @property
    def prefix(self) -> str:
        """The letters of the reference."""
        return {"incident": "INC", "request": "REQ", "problem": "PRB", "rfc": "RFC"}[self.value]


class Visibility(models.TextChoices):
    """Who sees a record. SME staff see all; published ones belong to one organization and are read by all."""

    ORGANIZATION = "organization", gettext_lazy("Everyone in my organization")
    RESTRICTED = "restricted", gettext_lazy("Only the people named on it and our administrators")
    EVERYONE = "everyone", gettext_lazy("Every organization")

    @classmethod
    def own(cls) -> list[tuple[str, str | Promise]]:
        """Those that an organization chooses from for a record of its own."""
        return [choice for choice in cls.choices if choice[0] != cls.EVERYONE]


def own(reader: Reader, record: str = "") -> Q:
    """The records of a reader's organizations, unless they are restricted.

    A restricted record is seen by its reporter, its followers (contacts follow) and the organization's
    administrators, as long as they belong to that organization. ``record`` is a row's path to its record,
    for rows of other tables.
    """
    standing = reader.standing()
    to = f"{record}__" if record else ""
    named = Exists(Follower.objects.filter(record=OuterRef(f"{to}pk"), person=standing.person_id))
    open_to_all = ~Q(**{f"{to}visibility": Visibility.RESTRICTED})
    theirs = Q(**{f"{to}reporter": standing.person_id}) | Q(**{f"{to}organization__in": standing.administers})
    return Q(**{f"{to}organization__in": standing.organizations}) & (open_to_all | theirs | Q(named))


def seen(reader: Reader, record: str = "") -> Q:
    """The records that a reader sees: for SME staff all, for others their own and what is published to everyone.

    ``record`` is a row's path to its record. A condition on the joined record lets PostgreSQL look at the rows'
    records alone, where ``record__in`` a query would have it gather every record that the reader sees.
    """
    if reader.standing().sees_all:
        return Q()
    to = f"{record}__" if record else ""
    return own(reader, record) | Q(**{f"{to}visibility": Visibility.EVERYONE})


def ours(record: str, reader: Reader) -> Q:
    """Of a row's record that a reader sees: may they read what is said on it? ``record`` is the row's path to it.

    What is said on a published RFC is between the organization that asks and the desk; on a problem it is
    said to everyone.
    """
    return (
        ~Q(**{f"{record}__visibility": Visibility.EVERYONE})
        | Q(**{f"{record}__kind": Kind.PROBLEM})
        | Q(**{f"{record}__organization__in": reader.standing().organizations})
    )


def _titled(words: str) -> list[int]:
    """Some records with these words in the title, of the organizations that the transaction is served for."""
    pattern = f"%{connection.ops.prep_for_like_query(words)}%"
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_titled(%s, %s, %s)", [pattern, words, MANY_TITLES])
        return [pk for (pk,) in cursor.fetchall()]


class RecordQuerySet(ScopedQuerySet):
    """Records, or any of their kinds."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see every record; others their organizations', and what is published to everyone."""
        return self.filter(seen(reader))

    def titled(self, text: str, reader: Reader) -> Self:
        """Records with these words in their title, as they stand there, or with this reference.

        ``visible_to`` the reader already. Below row security PostgreSQL uses no index of titles. So a function
        that may is asked first (one query): rare words are found by its answer, and for words that many titles
        have the rows are walked through in their order, until a page is full.
        """
        words, reference = text.upper(), Q(reference=text.upper())
        if reader.standing().sees_all:
            return self.annotate(title_upper=Upper("title")).filter(
                Q(title_upper__contains=words) | reference
            )
        found = _titled(words)
        if len(found) < MANY_TITLES:
            return self.filter(pk__in=found)
        walked = self.annotate(words_at=StrIndex(Upper("title"), Value(words)))
        return walked.filter(Q(words_at__gt=0) | reference)

    def unfinished(self) -> Self:
        """Records that somebody still has to work on."""
        return self.filter(done_at=None)


class Record(models.Model):
    """What every numbered thing has: a reference, an owner, a status, a version, a next due moment.

    Status and version stand here, not on the kinds, so that one UPDATE compares and sets both,
    and so that a queue over several kinds is one index scan.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(gettext_lazy("title"), max_length=120)
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="records")
    visibility = models.CharField(max_length=20, choices=Visibility, default=Visibility.ORGANIZATION)
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reported")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assigned", null=True, blank=True
    )
    status = models.CharField(max_length=30)
    done_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    queue_at = models.GeneratedField(
        expression=Coalesce(F("due_at"), Value(NEVER)), output_field=models.DateTimeField(), db_persist=True
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["queue_at", "id"], name="record_queue", condition=Q(done_at=None)),
            models.Index(
                fields=["assignee", "queue_at", "id"], name="record_assigned", condition=Q(done_at=None)
            ),
            models.Index(fields=["organization", "-updated_at", "-id"], name="record_organization"),
            models.Index(fields=["-updated_at", "-id"], name="record_recent"),
            models.Index(fields=["-updated_at", "-id"], name="record_desk_recent", condition=Q(done_at=None)),
            models.Index(fields=["reporter", "-created_at"], name="record_reporter"),
            models.Index(
                fields=["organization", "queue_at", "id"],
                name="record_organization_open",
                condition=Q(done_at=None),
            ),
            models.Index(
                fields=["organization", "-updated_at", "-id"],
                name="record_open_recent",
                condition=Q(done_at=None),
            ),
            models.Index(fields=["organization", "status", "updated_at"], name="record_organization_status"),
            GinIndex(
                OpClass(Upper("title"), "gin_trgm_ops"),
                name="record_title_trigrams",
                fastupdate=False,  # a pending list would make every search read it, and the planner shy away
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="record_has_a_title"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(due_at=None), name="record_done_means_nothing_due"
            ),
            models.CheckConstraint(
                condition=~Q(visibility="everyone") | Q(kind__in=["problem", "rfc"]),
                name="record_only_these_kinds_are_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @staticmethod
    def next_reference(kind: Kind) -> str:
        """Draw the next number of a kind. Numbers of rolled-back transactions are not reused."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s)", [f"records_{kind.value}_reference"])
            (number,) = cursor.fetchone()
        return f"{kind.prefix}-{number}"

    def advance(
        self, move: Move, lifecycle: Lifecycle, *, version: int, at: datetime, **changes: Any
    ) -> None:
        """Take a move, unless somebody else changed the record first. The only writer of a status.

        ``version`` is what the person was looking at. Raises Stale.
        """
        changes["status"] = move.target
        changes["done_at"] = (self.done_at or at) if move.target in lifecycle.done else None
        if changes["done_at"]:
            changes["due_at"] = None
        self.amend(version=version, at=at, **changes)

    def amend(self, *, version: int, at: datetime, **changes: Any) -> None:
        """Write record columns by compare-and-set on the version. Raises Stale."""
        changes |= {"version": version + 1, "updated_at": at}
        won = Record.objects.filter(pk=self.pk, status=self.status, version=version).update(**changes)
        if not won:
            raise self.stale()
        for field, value in changes.items():
            setattr(self, field, value)

    def stale(self) -> Stale:
        """What to raise when somebody else changed it first."""
        return Stale(
            _("%(reference)s was changed by somebody else while you were writing.")
            % {"reference": self.reference}
        )

    def touch(self, *, at: datetime, **derived: Any) -> None:
        """Move the record up in lists of recent activity, without claiming to have edited it.

        ``derived`` are columns that follow from its history, such as ``due_at``: hold the row's lock.
        """
        moment = Greatest(F("updated_at"), Value(at))
        Record.objects.filter(pk=self.pk).update(updated_at=moment, **derived)
        for field, value in {"updated_at": max(self.updated_at, at), **derived}.items():
            setattr(self, field, value)
