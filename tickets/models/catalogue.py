"""The service catalogue: what an organization can order, in versions that are published and then never changed.

A request keeps the version that it was filled in with. English and French stand side by side
(``label``, ``label_fr``); ``text_in`` reads the one that is wanted.
"""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from servicedesk.records.models import Visibility
from servicedesk.records.scope import Reader
from tickets.models.published import NUMBERED_IFF_PUBLISHED, Published

if TYPE_CHECKING:
    from tickets.models.item_field import ItemField

FRENCH = "fr"


def text_in(row: Any, name: str, language: str | None = None) -> str:
    """A text of a row in a language (default: the active one); in English where it has no French yet."""
    wanted = (language or get_language() or "").partition("-")[0]
    french = getattr(row, f"{name}_fr") if wanted == FRENCH else ""
    return str(french or getattr(row, name))


class Choice(models.TextChoices):
    """The nine choices that the portal offers (DOMAIN, What the portal offers)."""

    INCIDENT = "incident", gettext_lazy("Something isn’t working")
    FEEDBACK = "feedback", gettext_lazy("Testing feedback")
    CHANGE = "change", gettext_lazy("Request a change")
    GUI_USERS = "gui_users", gettext_lazy("MDM/R GUI users")
    DESK_USERS = "desk_users", gettext_lazy("Service Desk users")
    WORKSHOPS = "workshops", gettext_lazy("Workshops")
    CONFIGURATION = "configuration", gettext_lazy("Configuration")
    DATA = "data", gettext_lazy("Data")
    ENVIRONMENTS = "environments", gettext_lazy("Environments")

    @property
    def group(self) -> str:
        """The heading that it stands under, in the active language."""
        return next(str(heading) for heading, choices in CHOICE_GROUPS if self in choices)


CHOICE_GROUPS = (
    (gettext_lazy("Issues and requests"), (Choice.INCIDENT, Choice.FEEDBACK, Choice.CHANGE)),
    (gettext_lazy("People and training"), (Choice.GUI_USERS, Choice.DESK_USERS, Choice.WORKSHOPS)),
    (gettext_lazy("System and organization"), (Choice.CONFIGURATION, Choice.DATA, Choice.ENVIRONMENTS)),
)
"""The choices under their headings, in the order of the page."""


class Effect(models.TextChoices):
    """What fulfilling a request does to an account of this portal."""

    INVITE = "invite", gettext_lazy("Invites a new person")
    CHANGE_ROLE = "change_role", gettext_lazy("Gives a person another role")
    DEACTIVATE = "deactivate", gettext_lazy("Ends a person’s access")
    CHANGE_ADMINISTRATOR = "change_administrator", gettext_lazy("Makes another person the administrator")


class Approver(models.TextChoices):
    """Whom an approval step asks."""

    ORGANIZATION_ADMIN = "organization_admin", gettext_lazy("The organization’s administrators")
    SME_APPROVER = "sme_approver", gettext_lazy("Approvers of the SME")


class Needs(models.TextChoices):
    """How many of those asked have to agree."""

    ANY = "any", gettext_lazy("One of them")
    ALL = "all", gettext_lazy("All of them")


class Team(models.Model):
    """Who works on tickets of a sort: a queue that they are routed to."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=60)
    name_fr = models.CharField(gettext_lazy("name in French"), max_length=60, blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)

    class Meta:
        verbose_name = gettext_lazy("team")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name")]

    def __str__(self) -> str:
        return text_in(self, "name")


class CatalogueItemQuerySet(models.QuerySet["CatalogueItem"]):
    """Items."""

    def visible_to(self, reader: Reader) -> Self:
        """Everybody who signs in may read the catalogue, what is no longer offered too."""
        return self

    def offered(self) -> Self:
        """Those that can be ordered: published, and not retired."""
        published = ItemVersion.objects.published().filter(item=OuterRef("pk"))
        return self.filter(Exists(published), retired_at=None)

    def with_current(self) -> Self:
        """Load the latest published version of each, for ``current()``."""
        return self.prefetch_related(
            Prefetch("versions", ItemVersion.objects.latest_of_each(), to_attr="latest_versions")
        )


class CatalogueItem(models.Model):
    """A thing that can be ordered: what stays of it from version to version."""

    slug = models.SlugField(max_length=60, unique=True)
    choice = models.CharField(gettext_lazy("offered under"), max_length=20, choices=Choice)
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=0)
    retired_at = models.DateTimeField(gettext_lazy("retired at"), null=True, blank=True)

    objects = CatalogueItemQuerySet.as_manager()
    latest_versions: list["ItemVersion"]  # set by with_current()

    class Meta:
        verbose_name = gettext_lazy("catalogue item")
        constraints = [
            models.CheckConstraint(condition=~Q(choice=Choice.INCIDENT), name="catalogue_item_is_no_incident")
        ]

    def __str__(self) -> str:
        return self.slug

    def current(self) -> "ItemVersion | None":
        """The latest published version, as ``with_current()`` loaded it."""
        return self.latest_versions[0] if self.latest_versions else None


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    """Versions of items."""

    def published(self) -> Self:
        """Those that count for some requests."""
        return self.exclude(number=None)

    def offered(self) -> Self:
        """The latest published versions of items that can be ordered."""
        latest = self.model.objects.latest_of_each().values("pk")
        return self.filter(pk__in=latest, item__retired_at=None)

    def latest_of_each(self) -> Self:
        """The latest published version of each item."""
        return self.published().order_by("item", "-number").distinct("item")

    def with_form(self) -> Self:
        """Load what a form is built from: the item and the fields."""
        return self.select_related("item", "team").prefetch_related("fields")


class ItemVersion(Published):
    """An item as it is offered from some time on. A draft until it has a ``number``; then nobody changes it."""

    item = models.ForeignKey(CatalogueItem, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(gettext_lazy("version"), null=True, blank=True)
    note = models.CharField(gettext_lazy("what is new, and why"), max_length=200)
    name = models.CharField(gettext_lazy("name"), max_length=80)
    name_fr = models.CharField(gettext_lazy("name in French"), max_length=80, blank=True)
    summary = models.CharField(
        gettext_lazy("summary"), max_length=200,
        help_text=gettext_lazy("What it is, with an example: one line."),
    )  # fmt: skip
    summary_fr = models.CharField(gettext_lazy("summary in French"), max_length=200, blank=True)
    prepare = models.CharField(gettext_lazy("what to have ready"), max_length=200, blank=True)
    prepare_fr = models.CharField(gettext_lazy("what to have ready, in French"), max_length=200, blank=True)
    visibility = models.CharField(
        gettext_lazy("who sees a request"),
        max_length=20,
        choices=Visibility.own(),
        default=Visibility.ORGANIZATION,
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=gettext_lazy("team")
    )
    effect = models.CharField(gettext_lazy("effect"), max_length=20, choices=Effect, blank=True)

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("item version")
        constraints = [
            models.CheckConstraint(
                condition=NUMBERED_IFF_PUBLISHED, name="item_version_numbered_iff_published"
            ),
            models.UniqueConstraint(fields=["item", "number"], name="item_version_number_once"),
            models.CheckConstraint(condition=~Q(name=""), name="item_version_has_a_name"),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return _("%(name)s, draft") % {"name": text_in(self, "name")}
        return _("%(name)s, version %(number)d") % {"name": text_in(self, "name"), "number": self.number}

    def fields_in_order(self) -> list["ItemField"]:
        """The fields as the form asks them. One query, or none after ``with_form()``."""
        return sorted(self.fields.all(), key=lambda field: (field.position, field.pk or 0))


class ApprovalStep(models.Model):
    """Somebody who has to agree before work begins. Days are business days."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="approval_steps")
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=0)
    asks = models.CharField(gettext_lazy("asks"), max_length=20, choices=Approver)
    needs = models.CharField(gettext_lazy("needs"), max_length=5, choices=Needs, default=Needs.ANY)
    remind_after_days = models.PositiveSmallIntegerField(
        gettext_lazy("remind after (business days)"), default=1
    )
    decide_within_days = models.PositiveSmallIntegerField(
        gettext_lazy("decide within (business days)"), default=3
    )

    class Meta:
        verbose_name = gettext_lazy("approval step")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="approval_step_one_at_a_time",
                violation_error_message=gettext_lazy("Two approval steps have the same position."),
            ),
            models.CheckConstraint(
                condition=Q(remind_after_days__gt=0, remind_after_days__lt=F("decide_within_days")),
                name="approval_step_reminds_first",
                violation_error_message=gettext_lazy("Remind at least a day before the decision is due."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_asks_display()}"


class TaskTemplate(models.Model):
    """A piece of the work, due at so much of the fulfilment time."""

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=0)
    title = models.CharField(gettext_lazy("title"), max_length=120)
    title_fr = models.CharField(gettext_lazy("title in French"), max_length=120, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=gettext_lazy("team")
    )
    due_percent = models.PositiveSmallIntegerField(
        gettext_lazy("due at percent of the fulfilment time"), default=100
    )

    class Meta:
        verbose_name = gettext_lazy("task")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="task_template_has_a_title"),
            models.CheckConstraint(
                condition=Q(due_percent__gte=1, due_percent__lte=100),
                name="task_template_percent_in_range",
                violation_error_message=gettext_lazy("A percentage is between 1 and 100."),
            ),
        ]

    def __str__(self) -> str:
        return text_in(self, "title")
