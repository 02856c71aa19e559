"""Two bars for each month, as SVG numbers. The table beside a chart says the same in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import dateformat

HEIGHT, STEP, BAR = 120, 48, 18
"""In units of its own: the tallest bar, a month's width, a bar's width."""


def month_chart(months: Iterable[tuple[date, float, float]], first: str, second: str) -> dict[str, Any]:
    """A chart of pairs, in whatever unit: the tallest is as high as the chart. ``first``, ``second``: their colours."""
    pairs = list(months)
    most = max((max(one, other) for _month, one, other in pairs), default=0) or 1
    bars = [
        {
            "label": dateformat.format(month, "M"),
            "x": number * STEP + STEP / 2,
            "first": _bar(number, 0, one / most),
            "second": _bar(number, 1, other / most),
        }
        for number, (month, one, other) in enumerate(pairs)
    ]
    return {"bars": bars, "width": len(bars) * STEP, "height": HEIGHT, "first": first, "second": second}


def _bar(number: int, second: int, share: float) -> dict[str, str]:
    height = HEIGHT * share
    x = number * STEP + STEP / 2 - BAR + second * BAR
    return {"x": f"{x:.1f}", "y": f"{HEIGHT - height:.1f}", "height": f"{height:.1f}", "width": str(BAR - 2)}
