"""What a draft of an item would change, in words: read before it is published."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from tickets.admin.differences import Difference, between
from tickets.models import ItemVersion

Said = Mapping[str, str]
"""The columns of a row in words, by name."""
NO_CONTENT = {"id", "version", "position", "item", "number", "note", "published_at", "published_by"}


def item_before(version: ItemVersion) -> ItemVersion | None:
    """The latest published version of the same item, if this draft is not its first."""
    published = ItemVersion.objects.published().filter(item=version.item_id).order_by("-number")
    return published.select_related("team").first()


def item_differences(version: ItemVersion, before: ItemVersion | None) -> list[Difference]:
    """What is new against the version before: texts, fields, approvals and tasks, each with what changed of it."""
    own = between(_said(before) if before else {}, _said(version))
    was, now = _parts(before) if before else {}, _parts(version)
    return [*own, *_of_parts(was, now), *_of_the_order(was, now)]


def _of_parts(was: Mapping[str, Said], now: Mapping[str, Said]) -> Iterator[Difference]:
    for about in [*now, *(about for about in was if about not in now)]:
        if about not in was or about not in now:
            yield Difference(about, _summary(was.get(about, {})), _summary(now.get(about, {})))
        else:
            for one in between(was[about], now[about]):
                yield one._replace(about=f"{about}: {one.about}")


def _of_the_order(was: Mapping[str, Said], now: Mapping[str, Said]) -> Iterator[Difference]:
    """The order of what stays."""
    before = [about for about in was if about in now]
    after = [about for about in now if about in was]
    if before != after:
        yield Difference(_("Order"), ", ".join(before), ", ".join(after))


def _parts(version: ItemVersion) -> dict[str, Said]:
    """The fields, approvals and tasks of a version, in their order."""
    steps, tasks = _in_order(version.approval_steps.all()), version.tasks.select_related("team")
    named = [
        *((_("Field “%(name)s”") % {"name": field.name}, field) for field in version.fields_in_order()),
        *((_("Approval step %(n)d") % {"n": n}, step) for n, step in enumerate(steps, start=1)),
        *((_("Task “%(title)s”") % {"title": task.title}, task) for task in _in_order(tasks)),
    ]
    parts: dict[str, Said] = {}
    for about, row in named:
        while about in parts:
            about = _("%(about)s (again)") % {"about": about}
        parts[about] = _said(row)
    return parts


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.position, row.pk))


def _said(row: Model) -> Said:
    """What a row says, column by column; not what is empty."""
    said = {}
    for column in row._meta.concrete_fields:
        if column.name not in NO_CONTENT and (words := _words(row, column)):
            name = str(column.verbose_name)
            said[name[:1].upper() + name[1:]] = words
    return said


def _words(row: Any, column: Any) -> str:
    value = getattr(row, column.name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    return "" if value is None else "; ".join(str(value).splitlines())


def _summary(said: Said) -> str:
    return "; ".join(f"{name}: {words}" for name, words in said.items())
