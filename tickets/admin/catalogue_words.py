"""What an item promises, whom it asks, and what of it is not in French yet: in words."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from servicedesk.records.models import Kind
from tickets.catalogue.definitions import Column, Option, read_choices, read_columns
from tickets.models import ApprovalStep, FieldKind, ItemField, ItemVersion, Needs
from tickets.sla.rulebook import Terms

EVERYBODY = 0
"""The organization of a request to which only general promises apply."""
VERSION_TEXTS = ("name", "summary", "prepare")
FIELD_TEXTS = ("label", "help", "pattern_words")


def general_terms(slug: str) -> Terms:
    """The terms on which every organization orders an item, unless it has a promise of its own."""
    return Terms(Kind.REQUEST, EVERYBODY, slug)


def approval_words(steps: Iterable[ApprovalStep]) -> str:
    """``The organization’s administrators, then Approvers of the SME (all of them)``."""
    asked = [
        _("%(approvers)s (all of them)") % {"approvers": step.get_asks_display()}
        if step.needs == Needs.ALL
        else str(step.get_asks_display())
        for step in sorted(steps, key=lambda step: step.position)
    ]
    return pgettext("one approval after another", ", then ").join(asked) or _("none")


def missing_french(version: ItemVersion) -> list[str]:
    """The texts that have no French yet, each by its place. Reads the fields and the tasks."""
    return [*_of_the_version(version), *_of_the_tasks(version)] + [
        _("Field “%(name)s”: %(text)s") % {"name": field.name, "text": text}
        for field in version.fields_in_order()
        for text in (*_untranslated(field, FIELD_TEXTS), *_of_its_answers(field))
    ]


def _of_the_version(version: ItemVersion) -> Iterator[str]:
    for text in _untranslated(version, VERSION_TEXTS):
        yield text[:1].upper() + text[1:]


def _of_the_tasks(version: ItemVersion) -> Iterator[str]:
    for task in version.tasks.all():
        if not task.title_fr:
            yield _("Task “%(title)s”") % {"title": task.title}


def _untranslated(row: ItemVersion | ItemField, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if getattr(row, name) and not getattr(row, f"{name}_fr"):
            yield str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column of ours


def _of_its_answers(field: ItemField) -> Iterator[str]:
    """Choices and columns; those that cannot be read are a problem of their own."""
    options: list[Option | Column] = []
    try:
        if field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE}:
            options += read_choices(field.choices)
        for column in read_columns(field.columns):
            options += [column, *(one for one in column.options if one.label != one.value)]
    except ValueError:
        return
    for option in options:
        if not option.label_fr:
            yield _("the choice or column “%(label)s”") % {"label": option.label}
