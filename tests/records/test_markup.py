"""People's text becomes safe HTML."""

import re

import pytest

from servicedesk.records.markup import in_one_line, to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    '[x](https://example.com "onmouseover=alert(1)")',
    '[x](https://example.com/" onmouseover="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>*{display:none}</style>",
    "<form action='https://evil.example'><input name=password></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "> > > <b onclick=alert(1)>deep</b>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "**[bold *and <u onclick=alert(1)>under*](javascript:alert(1))**",
    "[![x](x onerror=alert(1))](javascript:alert(1))",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>", re.IGNORECASE)
TAGS = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
HARMLESS = re.compile(r'\s(href="(https?:|mailto:)[^"]*"|rel="[a-z ]*"|start="\d+"|title="[^"]*")')


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_runs_loads_or_submits_gets_into_a_page(text: str) -> None:
    for _closing, name, attributes in TAG.findall(to_html(text)):
        assert name in TAGS
        assert HARMLESS.sub("", attributes).strip(" /") == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_no_angle_bracket_is_left_that_is_not_a_tag_of_ours(text: str) -> None:
    assert "<" not in TAG.sub("", to_html(text))


def test_a_picture_becomes_its_words() -> None:
    assert "<img" not in to_html("![meter](https://example.com/m.png)")


def test_links_are_marked_as_not_ours() -> None:
    assert to_html("[the manual](https://example.com/vee)") == (
        '<p><a href="https://example.com/vee" rel="noopener noreferrer nofollow">the manual</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *not*", "<p><strong>bold</strong> and <em>not</em></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("~~old~~", "<p><s>old</s></p>\n"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>\n'),
        ("5 < 7 & 9 > 8", "<p>5 &lt; 7 &amp; 9 &gt; 8</p>\n"),
        ("a `<b>` c", "<p>a <code>&lt;b&gt;</code> c</p>\n"),
        ("", ""),
    ],
)
def test_ordinary_writing_keeps_its_shape(text: str, html: str) -> None:
    assert to_html(text) == html


def test_deep_nesting_is_no_bomb() -> None:
    assert "deep" in to_html(">" * 9 + " deep")
    assert to_html(">" * 10_000 + " deep")
    assert to_html("*" * 10_000)
    assert to_html("[" * 10_000)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**Marcus** asks", "Marcus asks"),
        ("# Since noon\n\n- BQ_2027-03-15.csv\n- `ORG 4711`", "Since noon BQ_2027-03-15.csv ORG 4711"),
        ("> We _really_ wait\n\n2 > 1, 3 - 2 and #4", "We really wait 2 > 1, 3 - 2 and #4"),
        ("| Meter | Reads |\n|---|---|", "Meter Reads --- ---"),
        ("<b>no</b>", "<b>no</b>"),
    ],
)
def test_in_one_line_the_words_stay_and_the_marks_go(text: str, plain: str) -> None:
    assert in_one_line(text) == plain
