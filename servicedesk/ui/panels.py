"""Named places on a page that apps above fill in, so that a lower app never has to know them.

An app registers in the module that its ``apps.py`` imports in ``ready()``::

    @panel("home.ldc", order=10)
    def waiting_for_you(request): ...
"""

from collections import defaultdict
from collections.abc import Callable

from django.utils.safestring import SafeString

from accounts.requests import SignedInRequest

Fragment = Callable[[SignedInRequest], SafeString | None]

_slots: dict[str, list[tuple[int, str, Fragment]]] = defaultdict(list)


def panel(slot: str, *, order: int = 50) -> Callable[[Fragment], Fragment]:
    """Show what the function renders in ``slot``; lower ``order`` first. None shows nothing."""

    def register(fragment: Fragment) -> Fragment:
        _slots[slot].append((order, f"{fragment.__module__}.{fragment.__qualname__}", fragment))
        _slots[slot].sort(key=lambda entry: entry[:2])
        return fragment

    return register


def render(slot: str, request: SignedInRequest) -> list[SafeString]:
    """The slot's rendered fragments, in order."""
    fragments = [fragment(request) for _order, _name, fragment in _slots.get(slot, [])]
    return [fragment for fragment in fragments if fragment]
