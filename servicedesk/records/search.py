"""The search index: writing a record's words, and finding them again.

Actions write it in the transaction that changes the words: ``index_face`` what a record says itself,
``index_said`` what is said on it. It can be rebuilt from the records (``manage.py rebuild_search``).
"""

import re
from collections.abc import Collection
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import BooleanField, Case, F, TextField, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length, Substr

from servicedesk.records.models import Readers, Record, SearchText, Visibility
from servicedesk.records.models.search_text import SearchTextQuerySet
from servicedesk.records.scope import Reader

MOST_KEPT = 20_000
"""Characters kept of a record's words for the excerpt. All of them are found."""
MOST_WORDS = 8
NEWEST = 1000
"""Of very many hits only the newest are ranked."""
LONGEST_WORD = 60
MARK, UNMARK = "\ue000", "\ue001"
"""What stands around a hit in an excerpt: characters of no language, which PostgreSQL takes as they are."""

_VECTOR = "to_tsvector('desk_en', %(words)s) || to_tsvector('desk_fr', %(words)s) || array_to_tsvector(%(found_by)s)"
_ROW = f"""
INSERT INTO records_searchtext (record_id, readers, kind, body, vector)
VALUES (%(record)s, %(readers)s, %(kind)s, left(%(text)s, {MOST_KEPT}), {_VECTOR})
ON CONFLICT (record_id, readers) DO UPDATE SET
"""  # noqa: S608  # nosec B608 - our own constants
_ANEW = f"{_ROW} body = EXCLUDED.body, vector = EXCLUDED.vector"
_MORE = f"""{_ROW}
    body = left(records_searchtext.body || E'\\n\\n' || EXCLUDED.body, {MOST_KEPT}),
    vector = records_searchtext.vector || EXCLUDED.vector
"""
_HITS = "records_searchtext.id = ANY(ARRAY(SELECT records_search(%s, %s, %s)))"
"""Below row security no index of words is used, so a function asks it (migration 0012). Its answer is made an
array first, so that PostgreSQL fetches those rows and does not look at all the others."""
_WORD = re.compile(r"[^\W_]+")
"""Names of files, addresses and compounds are words with something between them, when written and when sought."""
_BELOW_TITLE = Case(
    When(readers=Readers.FACE, then=Substr("body", Length("record__title") + 3)),
    default="body",
    output_field=TextField(),
)
"""What an excerpt is taken from: the title stands above it already (index_face puts it first, and a blank line)."""
_REF = re.compile(r"^\s*([A-Za-z]{3})-?(\d{1,12})\s*$")


def index_face(record: Record, text: str) -> None:
    """Write what the record itself says, in place of what it said before. Its title is added."""
    _write(_ANEW, record, Readers.FACE, f"{record.title}\n\n{text}")


def index_said(record: Record, text: str, *, internal: bool = False) -> None:
    """Add what somebody said on it, or noted for the desk alone."""
    _write(_MORE, record, Readers.DESK if internal else Readers.OURS, text)


def reference_in(words: str) -> str:
    """The reference that was typed, as it is written "INC-10421" for "inc10421"; or nothing."""
    found = _REF.match(words)
    return f"{found[1].upper()}-{found[2]}" if found else ""


def words_in(text: str) -> list[str]:
    """The words to look for: the first eight, each cut to a bearable length."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(text)[:MOST_WORDS]]


def find(reader: Reader, words: Collection[str], *, kinds: Collection[str], most: int) -> SearchTextQuerySet:
    """What this reader may read that has all these words, the last one as a beginning; the best first.

    In English or in French. Each row has its ``record`` (with its organization), its ``title`` and an
    ``excerpt`` with what was found between MARKs. A record is there more than once where more of it fits.
    """
    query = _query(words)
    rows: SearchTextQuerySet = SearchText.objects.visible_to(reader).filter(kind__in=kinds, vector=query)
    if reader.standing().sees_all:
        newest = SearchText.objects.filter(kind__in=kinds, vector=query).order_by("-record_id")
        rows = rows.filter(pk__in=newest.values("pk")[:NEWEST])
    else:
        hits = [_text(words), list(kinds), NEWEST]
        rows = rows.filter(RawSQL(_HITS, hits, BooleanField()))  # noqa: S611  # nosec B611 - our own constant
    return (
        rows.select_related("record__organization")
        .annotate(
            rank=SearchRank(F("vector"), query),
            title=_headline("record__title", query, highlight_all=True),
            excerpt=_headline(_BELOW_TITLE, query, max_words=28, min_words=12),
        )
        .order_by("-rank", "-record_id")[:most]
    )


def _write(sql: str, record: Record, readers: Readers, text: str) -> None:
    everybody = readers == Readers.FACE and record.visibility == Visibility.EVERYONE
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "record": record.pk,
                "readers": readers,
                "kind": record.kind,
                "text": text.replace("\x00", ""),
                "words": " ".join(_WORD.findall(text)),
                "found_by": [f"o{record.organization_id}", *(["o0"] if everybody else [])],
            },
        )


def _headline(text: str | Case, query: SearchQuery, **form: Any) -> SearchHeadline:
    return SearchHeadline(text, query, config="desk_en", start_sel=MARK, stop_sel=UNMARK, **form)


def _query(words: Collection[str]) -> SearchQuery:
    text = _text(words)
    return SearchQuery(text, config="desk_en", search_type="raw") | SearchQuery(
        text, config="desk_fr", search_type="raw"
    )


def _text(words: Collection[str]) -> str:
    """The words as PostgreSQL reads them: all of them, the last one as a beginning."""
    return f"{' & '.join(words)}:*"
