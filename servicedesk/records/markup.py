"""People's text as safe HTML: a small Markdown, sanitized.

Raw HTML in the source stays text, pictures are not fetched, links open nothing but http(s) and
mail. Rendering is pure, so its result is remembered.
"""

import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_MARKS = re.compile(r"[*`|]+|(?<!\w)_+|(?<!_)_++(?!\w)|^[^\S\n]*+(?:[#>]+|[-+]\s)", re.MULTILINE)
"""The marks of Markdown; what stands inside a word, as in the name of a file, is none."""
_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 100})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline"])
)


@lru_cache(maxsize=4096)
def to_html(text: str) -> SafeString:
    """Render Markdown to HTML that may stand in a page."""
    clean = nh3.clean(
        _markdown.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    # nh3 has just sanitized it: the one place where people's text becomes markup.
    return mark_safe(clean)  # noqa: S308  # nosec B308 B703


def in_one_line(text: str) -> str:
    """The words of a text without the marks of Markdown, in one line. As plain as they were typed: not yet HTML."""
    return " ".join(_MARKS.sub(" ", text).split())
