"""The questions of an item's form."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from tickets.models.catalogue import ItemVersion, text_in


class FieldKind(models.TextChoices):
    """What a field asks for."""

    TEXT = "text", gettext_lazy("One line of text")
    LONG_TEXT = "long_text", gettext_lazy("Text")
    CHOICE = "choice", gettext_lazy("One of some choices")
    MULTI_CHOICE = "multi_choice", gettext_lazy("Any of some choices")
    DATE = "date", gettext_lazy("Date")
    DATETIME = "datetime", gettext_lazy("Date and time")
    ENVIRONMENT = "environment", gettext_lazy("Environment")
    ORG_ID = "org_id", gettext_lazy("ORG ID of the organization")
    PERSON = "person", gettext_lazy("Person of the organization")
    EMAIL = "email", gettext_lazy("E-mail address")
    EMAILS = "emails", gettext_lazy("List of e-mail addresses")
    SDP_LIST = "sdp_list", gettext_lazy("List of SDP or USDP IDs")
    FILE = "file", gettext_lazy("Files")
    TABLE = "table", gettext_lazy("Table")


WITH_CHOICES = (FieldKind.CHOICE, FieldKind.MULTI_CHOICE)
WITH_DAYS = (FieldKind.DATE, FieldKind.DATETIME)
WITH_PATTERN = (FieldKind.TEXT, FieldKind.SDP_LIST)
WITH_MOST = (
    FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.EMAILS, FieldKind.SDP_LIST, FieldKind.TABLE,
)  # fmt: skip


class ItemField(models.Model):
    """A question of an item's form.

    ``choices`` has a line for each choice: ``value | English | French``; of an environment, those
    that may be named, if not all. ``columns`` has a line for each column of a table: ``name | kind |
    English | French | required or optional | choices separated by ;``. With ``show_field`` it is
    asked only where that field's answer is one of ``show_values`` (separated by commas).
    ``earliest_days`` and ``latest_days`` count from today. ``most`` limits characters, lines or rows,
    whichever the kind has.
    """

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField(gettext_lazy("position"), default=0)
    name = models.SlugField(gettext_lazy("name"), max_length=40, db_index=False)
    kind = models.CharField(gettext_lazy("asks for"), max_length=20, choices=FieldKind)
    label = models.CharField(gettext_lazy("label"), max_length=120)
    label_fr = models.CharField(gettext_lazy("label in French"), max_length=120, blank=True)
    help = models.CharField(gettext_lazy("help"), max_length=300, blank=True)
    help_fr = models.CharField(gettext_lazy("help in French"), max_length=300, blank=True)
    required = models.BooleanField(gettext_lazy("required"), default=True)
    material = models.BooleanField(
        gettext_lazy("material"), default=True,
        help_text=gettext_lazy("Changing the answer makes approvals void."),
    )  # fmt: skip
    choices = models.TextField(
        gettext_lazy("choices"), blank=True, help_text=gettext_lazy("One on a line: value | English | French")
    )
    columns = models.TextField(
        gettext_lazy("columns"), blank=True,
        help_text=gettext_lazy(
            "One on a line: name | kind | English | French | required or optional | choices separated by ;"
        ),
    )  # fmt: skip
    pattern = models.CharField(
        gettext_lazy("pattern"), max_length=200, blank=True,
        help_text=gettext_lazy("A regular expression that the whole answer, or each line of a list, matches."),
    )  # fmt: skip
    pattern_words = models.CharField(
        gettext_lazy("pattern in words"), max_length=200, blank=True,
        help_text=gettext_lazy("How to fix an answer that does not match."),
    )  # fmt: skip
    pattern_words_fr = models.CharField(
        gettext_lazy("pattern in words, in French"), max_length=200, blank=True
    )
    show_field = models.CharField(gettext_lazy("only when this field"), max_length=40, blank=True)
    show_values = models.CharField(
        gettext_lazy("has one of these values"), max_length=200, blank=True,
        help_text=gettext_lazy("Separated by commas."),
    )  # fmt: skip
    earliest_days = models.SmallIntegerField(
        gettext_lazy("earliest (days from today)"), null=True, blank=True
    )
    latest_days = models.SmallIntegerField(gettext_lazy("latest (days from today)"), null=True, blank=True)
    most = models.PositiveIntegerField(gettext_lazy("most characters, lines or rows"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("field")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "name"],
                name="item_field_name_once",
                violation_error_message=gettext_lazy("There is a field of this name already."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(label=""), name="item_field_is_named"),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_CHOICES) & ~Q(choices="")
                | ~Q(kind__in=WITH_CHOICES) & Q(choices="")
                | Q(kind=FieldKind.ENVIRONMENT),
                name="item_field_choices_iff_choice",
                violation_error_message=gettext_lazy("Give a choice field its choices, and no other field any."),
            ),
            models.CheckConstraint(
                condition=Q(kind=FieldKind.TABLE) & ~Q(columns="") | ~Q(kind=FieldKind.TABLE) & Q(columns=""),
                name="item_field_columns_iff_table",
                violation_error_message=gettext_lazy("Give a table its columns, and no other field any."),
            ),
            models.CheckConstraint(
                condition=Q(show_field="", show_values="") | ~Q(show_field="") & ~Q(show_values=""),
                name="item_field_shown_for_values",
                violation_error_message=gettext_lazy("Give a condition both a field and values, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(pattern="", pattern_words="", pattern_words_fr="")
                | ~Q(pattern="") & ~Q(pattern_words="") & Q(kind__in=WITH_PATTERN),
                name="item_field_pattern_with_words",
                violation_error_message=gettext_lazy(
                    "Say a pattern in words too. Only a line of text and a list of IDs can have one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(earliest_days=None, latest_days=None) | Q(kind__in=WITH_DAYS),
                name="item_field_days_only_of_dates",
                violation_error_message=gettext_lazy("Only dates have an earliest and a latest day."),
            ),
            models.CheckConstraint(
                condition=Q(earliest_days=None) | Q(latest_days=None) | Q(earliest_days__lte=F("latest_days")),
                name="item_field_earliest_first",
                violation_error_message=gettext_lazy("Choose a latest day that is not before the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(most=None) | Q(most__gt=0, kind__in=WITH_MOST),
                name="item_field_most_of_what",
                violation_error_message=gettext_lazy("Only texts, lists and tables have a limit, of at least 1."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return text_in(self, "label")
