"""How administration writes what a row holds: labels for what is stored, the portal's moments, references unbroken.

Lists and pages name fields of their models. Here a name becomes a column by the kind of its field, and
keeps its place, its order and its class in the page. Django's own way with a field stays for the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from html import unescape
from typing import Any, ClassVar, cast

from django.contrib.admin.utils import display_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    EmailField,
    Field,
    ForeignKey,
    Model,
    TextField,
)
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_words import called

Column = str | Callable[[Any], Any]
Write = Callable[[Any], Any]

NOTHING = format_html('<span class="desk-none">{}</span>', "–")
LONGEST_TEXT, LONGEST_TITLE = 90, 80
"""Characters in a cell of a list; the whole stands in its title."""

HEADINGS: Mapping[str, str | Promise] = {
    "accepted_at": _("accepted"),
    "adjusted_state": _("after excuses"),
    "agrees": _("agreed"),
    "asks": _("who is asked"),
    "at": _("when"),
    "attempts": _("tries"),
    "available_at": _("next try"),
    "cancelled_at": _("called off"),
    "cast_by": _("given by"),
    "change_class": _("class"),
    "changed_at": _("changed"),
    "claims": _("tries"),
    "closed_at": _("closed"),
    "closes_at": _("closes"),
    "created_at": _("created"),
    "created_by": _("asked for by"),
    "dead_at": _("given up"),
    "decided_at": _("decided"),
    "done_at": _("done"),
    "due_at": _("due"),
    "ended": _("reported all the same"),
    "ended_at": _("ended"),
    "ends_at": _("ends"),
    "escalated_at": _("escalated"),
    "expires_at": _("works until"),
    "expires_on": _("until"),
    "facts": _("details"),
    "failed_at": _("failed"),
    "finished_at": _("finished"),
    "fired_at": _("fired"),
    "is_active": _("active"),
    "leg": _("part"),
    "needs": _("who has to agree"),
    "occurred_at": _("occurred"),
    "offered_at": _("offered"),
    "opened_at": _("opened"),
    "paused_at": _("stands still since"),
    "public_id": _("identifier"),
    "published_at": _("published"),
    "replaced_at": _("replaced"),
    "responded_at": _("first answer"),
    "revoked_at": _("withdrawn"),
    "rfc": _("request for change"),
    "started_at": _("started"),
    "starts_at": _("starts"),
    "stepped_at": _("last step"),
    "updated_at": _("updated"),
    "voided_at": _("void since"),
    "withdrawn_at": _("withdrawn"),
}
"""Headings for people, where a field is named for those who write programs."""


class InWords:
    """What an admin of rows writes them with."""

    model: type[Model]
    admin_site: Any
    """Says how an instant and a day are written: the portal's way is above this floor."""
    words: ClassVar[Mapping[str, Mapping[str, str | Promise]]] = {}
    """Labels of what a field stores, by field, where the field itself has no choices."""
    named: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold the name of a mechanism (admin_words)."""
    headings: ClassVar[Mapping[str, str | Promise]] = {}
    """Headings of this admin's own, by field."""
    known_by: ClassVar[tuple[str, ...]] = ()
    """What people know a row by, as columns, where its own name is for those who write programs."""
    list_editable: ClassVar[Any]

    def title_of(self, row: Any) -> str:
        """What a row's page is called."""
        if not self.known_by:
            return str(row)
        said = (self._said(row, name) for name in self.known_by)
        return ", ".join(words for words in said if words)

    def _said(self, row: Any, name: str) -> str:
        field, _attr, value = lookup_field(self._column(name, False), row, cast(Any, self))
        words = _as_django(field)(value) if field else value
        return "" if words is None or words is NOTHING else unescape(strip_tags(str(words)))

    def heading_of(self, name: str) -> str | Promise | None:
        """What a field is called here, where its own name is for those who write programs."""
        return self.headings.get(name) or HEADINGS.get(name)

    def columns(self, names: Iterable[Any], *, on_page: bool = False) -> tuple[Any, ...]:
        """The columns for these names of fields; lists of names (a page's lines) keep their shape."""
        return tuple(
            self.columns(name, on_page=on_page)
            if isinstance(name, list | tuple)
            else self._column(name, on_page)
            for name in names
        )

    def _column(self, name: Any, on_page: bool) -> Column:
        """The same function each time: Django looks for it among those that can be sorted by."""
        made: dict[tuple[Any, bool], Column] = self.__dict__.setdefault("_made", {})
        if (name, on_page) not in made:
            made[name, on_page] = self._make(name, on_page)
        return made[name, on_page]

    def _make(self, name: Any, on_page: bool) -> Column:
        try:
            field: Any = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name  # a method's, or a function already
        if not field.concrete:
            return str(name)  # a method that is called like the way back from another table
        heading = self.heading_of(name)
        write = self._on_page(field) if on_page else self._in_list(field)
        if on_page and heading and isinstance(field, ForeignKey):
            write = _linked
        if (write is None and heading is None) or (not on_page and name in self.list_editable):
            return str(name)

        def column(row: Any) -> Any:
            value = getattr(row, name)
            if isinstance(field, BooleanField):
                return value
            return NOTHING if value is None or value == "" else (write or _as_django(field))(value)

        column.__name__ = name
        column.short_description = heading or field.verbose_name  # type: ignore[attr-defined]
        column.admin_order_field = name  # type: ignore[attr-defined]
        column.boolean = isinstance(field, BooleanField)  # type: ignore[attr-defined]
        return column

    def _in_list(self, field: Any) -> Write | None:
        """How a cell of a list is written, where Django's way will not do."""
        if isinstance(field, ForeignKey) and _is_numbered(field.related_model):
            return record_words
        if isinstance(field, EmailField):
            return address_words
        if field.name == "key":
            return key_words
        if isinstance(field, CharField | TextField) and not field.choices and self._of_words(field) is None:
            return shortened
        return self._of_words(field)

    def _on_page(self, field: Any) -> Write | None:
        """How a line of a page is written."""
        if field.name in self.named:
            return lambda name: f"{called(name)} ({name})"
        return self._of_words(field)

    def _of_words(self, field: Any) -> Write | None:
        """What lists and pages have in common: labels and dates."""
        if field.name in self.named:
            return lambda name: format_html('<span title="{}">{}</span>', name, called(name))
        if labels := self.words.get(field.name):
            return lambda value: str(labels.get(value, value))
        if isinstance(field, DateTimeField):
            return self.admin_site.moment
        return self.admin_site.day if isinstance(field, DateField) else None


def shortened(text: Any, longest: int = LONGEST_TEXT) -> str:
    """The beginning of a text, the whole in its title."""
    cut = Truncator(str(text)).chars(longest)
    return format_html('<span title="{}">{}</span>', text, cut) if cut != str(text) else cut


def address_words(address: str) -> str:
    """An e-mail address, broken nowhere but after its @."""
    person, _at, host = address.rpartition("@")
    return format_html("<span>{}@</span><wbr><span>{}</span>", person, host)


def key_words(key: str) -> str:
    """A key of a mechanism, which may be broken after its colons."""
    return format_html_join(format_html("{}<wbr>", ":"), "{}", ([part] for part in key.split(":")))


def record_words(record: Any) -> str:
    """A reference that is never broken, and the beginning of the title."""
    return format_html(
        '<span class="nowrap">{}</span> {}', record.reference, shortened(record.title, LONGEST_TITLE)
    )


def _is_numbered(model: Any) -> bool:
    """Is it a kind of record? The site is made before any model is, so that none can be named here."""
    return {"reference", "title"} <= {field.name for field in model._meta.get_fields()}


def _as_django(field: Field) -> Write:
    """Whatever a field holds, by its label where it has choices."""
    return lambda value: display_for_field(value, field, NOTHING)


def _linked(row: Model) -> str:
    """A row by its name, with the way to its page if it has one."""
    try:
        where = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return str(row)
    return format_html('<a href="{}">{}</a>', where, row)
