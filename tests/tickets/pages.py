"""Reading the desk's pages as people do: by their words, fields and buttons."""

import re
from html import unescape
from html.parser import HTMLParser

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

VOID = {"input", "meta", "link", "br", "hr", "img", "use"}


class _Fields(HTMLParser):
    """Collects what each named control of a page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._area: str | None = None
        self._select: str | None = None
        self._first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Controls in the order of the page."""
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and name:
            if found.get("type") in {"radio", "checkbox"} and "checked" not in found:
                return
            self.values.setdefault(name, []).append(found.get("value") or "")
        elif tag == "textarea" and name:
            self._area, self._first = name, True
            self.values.setdefault(name, []).append("")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found and self._select:
            self.values.setdefault(self._select, []).append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """The end of a control."""
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """What stands in a text area; browsers drop the line break it begins with."""
        if self._area:
            self.values[self._area][-1] += data.removeprefix("\n") if self._first else data
            self._first = False


def fields(answer: HttpResponse) -> dict[str, list[str]]:
    """What each control of the page would send, by name, in the page's order."""
    parser = _Fields()
    parser.feed(main(answer))
    return parser.values


def main(answer: HttpResponse) -> str:
    """The page's own part, without frame, rail and menus."""
    text = answer.content.decode()
    found = re.search(r"<main\b.*</main>", text, re.DOTALL)
    return found[0] if found else text


def words(answer: HttpResponse) -> str:
    """The page's own words, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", main(answer), flags=re.DOTALL)
    text = re.sub(r'<span class="visually-hidden">\s*\(internal\)</span>', "", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def messages(answer: HttpResponse) -> list[str]:
    """The errors that stand beside fields and in the file list."""
    found = re.findall(r'<p class="field-message"[^>]*>(.*?)</p>', main(answer), re.DOTALL)
    plain = [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]
    return [one.removeprefix("Error:").strip() for one in plain]


def buttons(answer: HttpResponse) -> list[str]:
    """What the enabled submit buttons of the page say."""
    found = re.findall(r"<button\b([^>]*)>(.*?)</button>", main(answer), re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", inside)).split())
        for attributes, inside in found
        if 'type="submit"' in attributes and "disabled" not in attributes
    ]


def moves(answer: HttpResponse) -> set[str]:
    """The moves that the page offers, by name."""
    return set(re.findall(r'action="[^"]*/move/([a-z_]+)/"', main(answer)))


def cost(browser: Client, address: str) -> list[str]:
    """The queries of one request, without those that open it and say for whom it is."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    texts = [query["sql"] for query in asked.captured_queries]
    return [sql for sql in texts if "SAVEPOINT" not in sql and "set_config" not in sql]
