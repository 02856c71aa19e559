"""Django's commonest widgets, drawn in Python: the same markup as their templates, which take three nodes for
each attribute of each option.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""What a widget's ``get_context`` says of it."""


def drawn(template_name: str, widget: Widget) -> SafeString | None:
    """A widget whose template is one of Django's commonest; None for all others."""
    if template_name == "django/forms/widgets/select.html":
        return _select(widget)
    if template_name in _INPUTS:
        return _input(widget)
    return None


_INPUTS = {f"django/forms/widgets/{kind}.html" for kind in ("hidden", "text", "number", "email")}


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    given = {} if value is None else {"value": str(value)}
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        flatatt(given),
        flatatt(widget["attrs"]),
    )


def _select(widget: Widget) -> SafeString:
    groups = format_html_join(
        "", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"])
    )
    return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), groups)


def _group(name: object, options: list[Widget]) -> SafeString:
    inside = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((str(one["value"]), flatatt(one["attrs"]), one["label"]) for one in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, inside) if name else inside
