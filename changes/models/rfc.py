"""RequestForChange: what is to change, why, where, and how it is to be done and undone."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes.transitions import IN_PLACE, LIFECYCLES, ON_CALENDAR, ChangeClass
from servicedesk.records.models import Link, Record, RecordQuerySet, Relation
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.records.transitions import Lifecycle
from tickets.models import Environment


class Category(models.TextChoices):
    """What kind of thing changes (DOMAIN: software, hardware and documents)."""

    SOFTWARE = "software", _("Software")
    HARDWARE = "hardware", _("Hardware")
    DOCUMENT = "document", _("Document")


class Interface(models.TextChoices):
    """An MDM/R service or interface that a change touches."""

    METER_READS = "meter_reads", _("Meter-read files")
    VEE = "vee", _("VEE and estimation")
    BILLING = "billing", _("Billing quantities")
    SYNCHRONIZATION = "synchronization", _("Synchronization files")
    FILE_TRANSFER = "file_transfer", _("File transfer (AS2)")
    WEB_SERVICE = "web_service", _("Web services")
    GUI = "gui", _("MDM/R GUI")
    REPORTS = "reports", _("Reports")


class Outcome(models.TextChoices):
    """How an implementation went."""

    SUCCESSFUL = "successful", _("Successful")
    WITH_ISSUES = "with_issues", _("Successful, with issues")
    BACKED_OUT = "backed_out", _("Backed out")


class Release(models.Model):
    """A release of the MDM/R, which collects RFCs and fixed problems."""

    name = models.CharField(max_length=40, unique=True)
    planned_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its release notes."""
        return reverse("changes:release", args=[self.name])


class ChangeTemplate(models.Model):
    """A change that is approved in advance, until it expires. Its plans are those of the RFCs made from it."""

    title = models.CharField(max_length=120, unique=True)
    description = models.TextField()
    category = models.CharField(max_length=10, choices=Category)
    environments = ArrayField(models.CharField(max_length=12, choices=Environment), default=list)
    interfaces = ArrayField(models.CharField(max_length=20, choices=Interface), default=list, blank=True)
    implementation_plan = models.TextField()
    test_plan = models.TextField(blank=True)
    communication_plan = models.TextField(blank=True)
    back_out_plan = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_on = models.DateField()
    expires_on = models.DateField()

    class Meta:
        verbose_name = _("change template")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=models.F("approved_on")), name="template_expires_after_approval"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ChangeQuerySet(RecordQuerySet):
    """Requests for change: published ones are read by everyone."""

    def in_place(self) -> Self:
        """Those that were carried out, and not backed out."""
        return self.filter(status__in=IN_PLACE).exclude(outcome=Outcome.BACKED_OUT)

    def with_mends(self) -> Self:
        """Say of each whether it is to mend a problem, so that most pages need not ask which."""
        links = Link.objects.filter(target=OuterRef("pk"), relation=Relation.FIXED_BY)
        return self.annotate(mends=Exists(links))


class RequestForChange(Record):
    """An RFC. LDCs see their own and those that are published (``visibility`` everyone).

    ``starts_at`` and ``ends_at`` are its window (changes.models.schedule keeps what it occupies);
    ``downtime`` is in minutes.
    """

    change_class = models.CharField(max_length=10, choices=ChangeClass, default=ChangeClass.NORMAL)
    template = models.ForeignKey(
        ChangeTemplate, models.PROTECT, related_name="changes", null=True, blank=True
    )
    category = models.CharField(max_length=10, choices=Category)
    description = models.TextField()
    reason = models.TextField()
    affected = models.TextField(blank=True)
    desired_on = models.DateField(null=True, blank=True)
    environments = ArrayField(models.CharField(max_length=12, choices=Environment), default=list)
    interfaces = ArrayField(models.CharField(max_length=20, choices=Interface), default=list, blank=True)
    downtime = models.PositiveIntegerField(default=0)
    release = models.ForeignKey(Release, models.PROTECT, related_name="changes", null=True, blank=True)
    implementer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="implements", null=True, blank=True
    )
    implementation_plan = models.TextField(blank=True)
    test_plan = models.TextField(blank=True)
    communication_plan = models.TextField(blank=True)
    back_out_plan = models.TextField(blank=True)
    risk = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    deferred_until = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)

    objects = ChangeQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model
    mends: bool  # set by with_mends()

    class Meta:
        verbose_name = _("request for change")
        verbose_name_plural = _("requests for change")
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="rfc_window")]
        constraints = [
            models.CheckConstraint(
                condition=Q(change_class="standard", template__isnull=False)
                | ~Q(change_class="standard") & Q(template=None),
                name="rfc_standard_iff_template",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="rfc_window_ends_after_it_starts",
            ),
        ]

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of its moves."""
        return LIFECYCLES[self.change_class]

    @property
    def has_window(self) -> bool:
        """Is its window that of the schedule? One that was taken off keeps it, so that feeds can cancel it."""
        return self.starts_at is not None and self.status in ON_CALENDAR

    def search_text(self) -> str:
        """What everybody who sees it reads of it, for the search index."""
        return "\n\n".join([self.description, self.reason, self.affected])

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("changes:detail", args=[self.reference])


class OfChange(ScopedQuerySet):
    """Rows that belong to an RFC."""

    def visible_to(self, reader: Reader) -> Self:
        """Those of the RFCs one may see."""
        return self.filter(rfc__in=RequestForChange.objects.visible_to(reader))


class AffectedDocument(models.Model):
    """A manual or interface specification that changes: from which version to which."""

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="documents")
    title = models.CharField(max_length=160)
    old_version = models.CharField(max_length=20, blank=True)
    new_version = models.CharField(max_length=20)

    objects = OfChange.as_manager()

    class Meta:
        verbose_name = _("affected document")
        constraints = [models.UniqueConstraint(fields=["rfc", "title"], name="affected_document_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.new_version}"
