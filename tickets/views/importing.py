"""Rows of a table from CSV: looked at first, taken into the draft when somebody says so."""

import hashlib
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import save_draft
from servicedesk.records.idempotency import SeeOther
from servicedesk.records.models import Draft
from servicedesk.records.refusals import Unusable
from servicedesk.ui.draft_forms import key_in
from tickets.catalogue.definitions import PREFIX, Column, read_columns
from tickets.catalogue.fields import MOST_ROWS
from tickets.catalogue.offers import current_version
from tickets.catalogue.ordering import RowsForm
from tickets.catalogue.tables import Checked, cell_label, check_rows, explain, read_rows, write_rows
from tickets.catalogue.text_files import read_text
from tickets.drafts import order_form
from tickets.exports import csv_answer
from tickets.models import FieldKind, ItemField, text_in
from tickets.views.filing import may_file, where_sent


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rows(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """Paste or choose CSV; see each row with what is wrong with it; then take the good ones."""
    may_file(request).or_refuse()
    said = request.POST if request.method == "POST" else request.GET
    field = _table(slug, said.get("field", ""))
    mine = Draft.objects.visible_to(request.user).filter(form=order_form(slug))
    draft = get_object_or_404(mine.select_related("became"), public_id=key_in(said.get("draft", "")))
    if draft.sent_at:
        return redirect(where_sent(draft))
    if request.method != "POST":
        return _page(request, field, draft, RowsForm())
    text, form = request.POST.get("rows", ""), RowsForm(request.POST)
    if upload := request.FILES.get("file"):
        try:
            text = read_text(upload)
        except Unusable as refusal:
            form.add_error("rows", str(refusal))
            return _page(request, field, draft, form, status=422)
        form = RowsForm({"rows": text})
    if not form.is_valid():
        return _page(request, field, draft, form, status=422)
    wanted = request.POST.get("use", "")
    if wanted and not upload and request.POST.get("checked") == _digest(text):
        return _take(draft, field, text, wanted)
    return _page(request, field, draft, form, text=text)


@require_safe
@signed_in
def template(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """A CSV file with the columns' names alone, to fill in."""
    field = _table(slug, request.GET.get("field", ""))
    return csv_answer(f"{slug}-{field.name}", _headings(_columns(field)), [], count=0)


def _take(draft: Draft, field: ItemField, text: str, wanted: str) -> HttpResponse:
    """Put the good rows into the draft, in the place of those there or behind them."""
    columns, name = _columns(field), f"{PREFIX}{field.name}"
    before = draft.data.get(name, [""])[-1].rstrip() if wanted == "add" else ""
    taken = write_rows(read_rows(text, columns, _most(field)).rows, columns)
    if before:
        taken = taken.partition("\n")[2]  # a heading stands above all rows, or nowhere
    typed = draft.data | {name: ["\n".join(part for part in (before, taken) if part)]}
    save_draft(draft, typed, at=timezone.now())
    form_page = reverse("tickets:order", args=[field.version.item.slug])
    return SeeOther(f"{form_page}?draft={draft.public_id}&read={name}#id_{name}")


def _page(
    request: SignedInRequest,
    field: ItemField,
    draft: Draft,
    form: RowsForm,
    *,
    text: str | None = None,
    status: int = 200,
) -> HttpResponse:
    columns, slug = _columns(field), field.version.item.slug
    context: dict[str, Any] = {
        "form": form,
        "item": text_in(field.version, "name"),
        "label": text_in(field, "label"),
        "explanation": explain(columns),
        "slug": slug,
        "field": f"{PREFIX}{field.name}",
        "draft_key": draft.public_id,
        "form_page": f"{reverse('tickets:order', args=[slug])}?draft={draft.public_id}",
    }
    if text is not None:
        looked_at = list(check_rows(text, columns, _most(field)))
        good = sum(not one.wrong for one in looked_at)
        there = draft.data.get(context["field"], [""])[-1]
        context |= {
            "looked_at": [(one, _cells(one, columns)) for one in looked_at],
            "headings": _headings(columns),
            "good": good,
            "bad": len(looked_at) - good,
            "there": len(read_rows(there, columns).rows),
            "checked": _digest(text),
        }
    return render(request, "tickets/order/import.html", context, status=status)


def _table(slug: str, name: str) -> ItemField:
    """The table of that name (as on the form) of an item that is offered, or its only one. 404 for none."""
    version = current_version(slug)
    tables = [one for one in (version.fields_in_order() if version else []) if one.kind == FieldKind.TABLE]
    found = [one for one in tables if f"{PREFIX}{one.name}" == name] if name else tables
    if len(found) != 1:
        raise Http404
    return found[0]


def _columns(field: ItemField) -> list[Column]:
    return read_columns(field.columns)


def _most(field: ItemField) -> int:
    return field.most or MOST_ROWS


def _headings(columns: list[Column]) -> list[str]:
    return [text_in(column, "label") for column in columns]


def _cells(looked_at: Checked, columns: list[Column]) -> list[tuple[str, str]]:
    """A row's cells under their headings: a bad one's as they came."""
    if looked_at.wrong:
        cells = looked_at.cells[: len(columns)]
        cells += [""] * (len(columns) - len(cells))
    else:
        cells = [cell_label(looked_at.row[column.name], column) for column in columns]
    return list(zip(_headings(columns), cells, strict=True))


def _digest(text: str) -> str:
    """Tells the text that was looked at from one that was changed since."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:16]
