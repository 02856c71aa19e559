"""Problem: the cause of incidents. What every organization reads, and apart from it what only the desk does."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Follower, Record, RecordQuerySet, Visibility
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.records.transitions import Lifecycle
from tickets.models.ticket import Environment
from tickets.problem_transitions import PROBLEM_LIFECYCLE

WORDS_OF = "english"
"""How the database reads the words of problems."""


class ServiceArea(models.TextChoices):
    """The part of the MDM/R's service that a problem is about."""

    BILLING = "billing", _("Billing quantities")
    VEE = "vee", _("VEE and estimation")
    SYNCHRONIZATION = "sync", _("Synchronization")
    FILE_TRANSFER = "files", _("File transfer")
    GUI = "gui", _("GUI")
    REPORTS = "reports", _("Reports")
    WEB_SERVICES = "web", _("Web services")
    OTHER = "other", _("Something else")


class ProblemQuerySet(RecordQuerySet):
    """Problems."""

    def published(self) -> Self:
        """Those that every organization reads."""
        return self.filter(visibility=Visibility.EVERYONE)

    def with_counts(self, reader: Reader) -> Self:
        """Count the affected organizations, and say whether the reader's are among them and they follow it.

        The count is the database's own: who the others are, no LDC's request can read.
        """
        standing = reader.standing()
        theirs = ProblemAffects.objects.live().filter(
            problem=OuterRef("pk"), organization__in=standing.organizations
        )
        followed = Follower.objects.filter(record=OuterRef("pk"), person=standing.person_id)
        return self.annotate(
            affected_count=Func(F("pk"), function="problem_affects", output_field=models.IntegerField()),
            affects_us=Exists(theirs),
            followed=Exists(followed),
        )


class Problem(Record):
    """What causes incidents. It belongs to the SME; published, it is read by every organization.

    Everything here is its public face; ProblemInternals holds the rest. ``changed_at`` is when that
    face last changed: what the desk does behind it does not show. The workaround is Markdown, in steps.
    """

    area = models.CharField(_("service area"), max_length=8, choices=ServiceArea)
    environment = models.CharField(_("environment"), max_length=12, choices=Environment, blank=True)
    symptom = models.TextField(_("symptom"))
    affected = models.TextField(_("who is affected"), blank=True)
    workaround = models.TextField(_("workaround"), blank=True)
    last_verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    planned_fix = models.TextField(_("planned fix"), blank=True)
    fix_rfc_reference = models.CharField(_("RFC"), max_length=20, blank=True)
    planned_release = models.CharField(_("release"), max_length=60, blank=True)
    fix_planned_on = models.DateField(_("planned for"), null=True, blank=True)
    fix_verified_at = models.DateTimeField(null=True, blank=True)
    fix_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    duplicate_of = models.ForeignKey("self", models.PROTECT, related_name="duplicates", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    words = models.GeneratedField(
        expression=SearchVector("symptom", "affected", "workaround", config=WORDS_OF),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ProblemQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model
    affected_count: int  # set by with_counts()
    affects_us: bool
    followed: bool

    class Meta:
        verbose_name = _("problem")
        indexes = [
            models.Index(fields=["-changed_at", "-record_ptr"], name="problem_recent"),
            GinIndex(fields=["words"], name="problem_words", fastupdate=False),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_verified_on=None) | ~Q(workaround=""), name="problem_verified_workaround"
            ),
            models.CheckConstraint(
                condition=Q(fix_planned_on=None) | ~Q(fix_rfc_reference="") | ~Q(planned_release=""),
                name="problem_planned_by_an_rfc_or_a_release",
            ),
            models.CheckConstraint(
                condition=Q(fix_verified_at=None, fix_verified_by=None)
                | Q(fix_verified_at__isnull=False, fix_verified_by__isnull=False),
                name="problem_fix_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(symptom=""), name="problem_published_with_a_symptom"
            ),
            models.CheckConstraint(
                condition=~Q(duplicate_of=F("record_ptr")), name="problem_duplicate_of_another"
            ),
        ]

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of its moves."""
        return PROBLEM_LIFECYCLE

    @property
    def is_published(self) -> bool:
        """Does every organization read it?"""
        return self.visibility == Visibility.EVERYONE

    def search_text(self) -> str:
        """What everybody reads of it, for the search index."""
        return "\n\n".join(
            [self.symptom, self.affected, self.workaround, self.planned_fix, self.planned_release]
        )

    def get_absolute_url(self) -> str:
        """The problem's page, the same address for both sides."""
        return reverse("tickets:problem", args=[self.reference])


class ForTheDesk(ScopedQuerySet):
    """Rows that no LDC reads."""

    def visible_to(self, reader: Reader) -> Self:
        """All, to SME staff."""
        return self if reader.standing().sees_all else self.none()


class ProblemInternals(models.Model):
    """A problem's internal face. The database shows it to the desk alone."""

    problem = models.OneToOneField(Problem, models.CASCADE, related_name="internals", primary_key=True)
    root_cause = models.TextField(_("root cause"), blank=True)
    contributing_factors = models.TextField(_("contributing factors"), blank=True)
    vendor_notes = models.TextField(_("vendor notes"), blank=True)

    objects = ForTheDesk.as_manager()

    class Meta:
        verbose_name = _("internal face of a problem")

    def __str__(self) -> str:
        return f"Internals of {self.problem_id}"


class AffectsQuerySet(ScopedQuerySet):
    """Who is affected by problems."""

    def visible_to(self, reader: Reader) -> Self:
        """Every row to SME staff; to others those of their organizations, at problems that they see."""
        standing = reader.standing()
        if standing.sees_all:
            return self
        seen = Problem.objects.visible_to(reader)
        return self.filter(organization__in=standing.organizations, problem__in=seen)

    def live(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)


class ProblemAffects(models.Model):
    """A problem affects an organization: somebody there said so, or an incident of theirs was linked to it."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="affects")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = AffectsQuerySet.as_manager()

    class Meta:
        verbose_name = _("affected organization")
        verbose_name_plural = _("affected organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "organization"],
                condition=Q(withdrawn_at=None),
                name="problem_affects_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="problem_affects_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} affects {self.organization_id}"
