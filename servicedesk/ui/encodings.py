"""The encoding that a request says it has, looked at before Django sees it.

Django reads the address by it while it makes the request, where nothing answers for an error: and
Python knows encodings that are none of text, that refuse everything, or that give letters which
nothing can store. Pages are UTF-8, and browsers send that.
"""

import codecs
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

UNREADABLE = "desk.unreadable"
"""What the environment of a request carries that ReadableRequests (middleware) answers with 400."""
_CHARSET = re.compile(r';\s*+charset\s*+=\s*+"?[^;"\s]*+"?', re.IGNORECASE)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_utf8(application: Application) -> Application:
    """The application for requests of any encoding: it is told of those that are not UTF-8, and never reads them."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind = environ.get("CONTENT_TYPE", "")
        if ";" in kind:
            readable = _is_utf8(kind)
            environ |= {"CONTENT_TYPE": _CHARSET.sub("", kind) if readable else "", UNREADABLE: not readable}
        return application(environ, start_response)

    return guarded


def _is_utf8(kind: str) -> bool:
    try:
        _type, parameters = parse_header_parameters(kind)
        return codecs.lookup(parameters.get("charset", "utf-8")).name == "utf-8"
    except (LookupError, ValueError):
        return False
