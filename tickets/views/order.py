"""Ordering from the catalogue: form → check → sent. It works on a draft, as reporting an incident does.

The draft knows which version of the item it was filled in with (tickets/catalogue/carrying.py).
Once there is a newer one, what fits is carried over, and the rest is shown to be copied.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.models import Organization, Person
from accounts.policy import may
from accounts.requests import SignedInRequest
from accounts.roles import Permission
from servicedesk.records.drafts import save_draft, typed_fields
from servicedesk.records.idempotency import SeeOther
from servicedesk.records.models import Attachment, Draft
from servicedesk.ui.draft_forms import NO_ID, as_query, draft_of, key_in, own_draft, take_files, with_a_key
from tickets.actions.requests import Order, first_status, submit_request
from tickets.catalogue.answers import shown
from tickets.catalogue.carrying import (
    VERSION,
    Carried,
    as_text,
    carry_request,
    carry_typed,
    version_in,
)
from tickets.catalogue.definitions import PREFIX
from tickets.catalogue.forms import RequestForm, initial_from_typed
from tickets.catalogue.offers import approvers, current_version, past_version
from tickets.catalogue.ordering import RequesterForm
from tickets.drafts import order_form
from tickets.models import Choice, FieldKind, ItemVersion, ServiceRequest, text_in
from tickets.sla.promises import RequestPromise, promise_request, request_terms
from tickets.sla.seals import promised_at, seal
from tickets.sla.spans import fulfilment_time
from tickets.views.filing import may_file, organizations_of, where_sent
from tickets.views.help import OWN_FORMS
from tickets.views.list_files import read_into

Typed = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form is filled in: for which version and organization, on which draft, with which files."""

    version: ItemVersion
    organization: Organization
    key: uuid.UUID
    files: list[Attachment] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def order(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """An item's form. Saved into its draft on every POST, good or bad."""
    may_file(request).or_refuse()
    version = current_version(slug)
    if version is None:
        return _not_offered(request, slug)
    if request.method == "POST":
        return _keep_and_go_on(request, version)
    held = take(request, page=request.path)
    key = key_in((held or {}).get("draft", [request.GET.get("draft", "")])[-1])
    if key == NO_ID and not held:
        return with_a_key(request)
    draft = draft_of(request, key, order_form(slug))
    if draft and draft.sent_at:
        return redirect(where_sent(draft))
    typed = held or (draft.data if draft else {})
    carried = _carried(request, typed, version)
    typed = carried.typed if carried else typed
    organization = _organization(request, typed)
    if organization is None:
        return _ask_for_whom(request, key)
    place = Place(version, organization, uuid.uuid4() if key == NO_ID else key, _files(request, key))
    form, behalf = _forms(request, place, typed, bound="checked" in request.GET or "read" in request.GET)
    if wanted := request.GET.get("read", ""):
        _forget_errors(form, wanted)
    return _form_page(request, place, form, behalf, restored=bool(held), carried=carried, typed=typed)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """Everything once more, with what is promised; and the button that sends it."""
    may_file(request).or_refuse()
    key = key_in((request.POST if request.method == "POST" else request.GET).get("draft", ""))
    mine = Draft.objects.visible_to(request.user).filter(form=order_form(slug))
    draft = get_object_or_404(mine.select_related("became"), public_id=key)
    if draft.sent_at:
        return SeeOther(where_sent(draft))
    version = current_version(slug)
    if version is None:
        return _not_offered(request, slug, draft.data)
    form_page = f"{reverse('tickets:order', args=[slug])}?draft={draft.public_id}"
    organization = _organization(request, draft.data)
    if organization is None or version_in(draft.data) not in {None, version.pk}:
        return redirect(form_page)
    place = Place(version, organization, key, _files(request, key))
    form, behalf = _forms(request, place, draft.data, bound=True)
    if not form.is_valid() or (behalf and not behalf.is_valid()):
        return redirect(f"{form_page}&checked=1")
    now, promise_from = timezone.now(), partial(_promise, version, organization)
    held_to = None
    if request.method == "POST":  # a form without a seal was promised nothing: its clock starts now
        held_to = promised_at(request.POST["seal"], promise_from) if "seal" in request.POST else now
    if held_to:
        what = _order(request, place, form, behalf)
        sent = submit_request(what, draft=draft, by=request.user, at=now, promised_at=held_to)
        return SeeOther(reverse("tickets:submitted", args=[sent.reference]))
    promised = promise_from(now)
    terms = request_terms(organization.pk, slug)
    context = {
        "item": text_in(version, "name"),
        "slug": slug,
        "form_page": form_page,
        "draft": draft,
        "organization": organization,
        "title": form.cleaned_data["title"],
        "requester": behalf.cleaned_data["requester"] if behalf else None,
        "answers": [(one, form[f"{PREFIX}{one.name}"]) for one in shown(version, form.answers())],
        "files": place.files,
        "promise": promised,
        "within": fulfilment_time(promised.versions, terms, on=timezone.localdate()).words(),
        "approvers": approvers(version, organization.name),
        "restricted": version.visibility == "restricted",
        "seal": seal(promised, now),
        "moved": request.method == "POST",
    }
    return render(request, "tickets/order/check.html", context, status=409 if context["moved"] else 200)


def _keep_and_go_on(request: SignedInRequest, version: ItemVersion) -> HttpResponseBase:
    """Save what was sent, take its files, and go on to where its button leads if nothing is in the way."""
    draft = own_draft(request, order_form(version.item.slug))
    if draft.sent_at:
        return SeeOther(where_sent(draft))
    typed = typed_fields(request.POST)
    wanted = {name: (typed.pop(name, None) or [""])[-1] for name in ("read", "import")}
    unread = read_into(typed, version, request.FILES)
    save_draft(draft, typed, at=timezone.now())
    refused = take_files(request, draft)
    form_page = f"{request.path}?draft={draft.public_id}"
    if version_in(typed) not in {None, version.pk}:
        return SeeOther(form_page)
    organization = _organization(request, typed)
    if organization is None:  # hidden on the page: kept without it, the page asks again
        save_draft(draft, typed | {"organization": []}, at=timezone.now())
        return _ask_for_whom(request, draft.public_id, status=422)
    place = Place(version, organization, draft.public_id, _files(request, draft.public_id))
    form, behalf = _forms(request, place, typed, bound=True)
    if wanted["import"] and not refused:
        page = reverse("tickets:order_import", args=[version.item.slug])
        return SeeOther(f"{page}?draft={draft.public_id}&field={wanted['import']}")
    if wanted["read"]:
        if not unread and not refused:
            return SeeOther(f"{form_page}&read={wanted['read']}#id_{wanted['read']}")
        _forget_errors(form, wanted["read"])
    for name, words in unread.items():
        form.add_error(name, words)
    complete = form.is_valid() and (behalf is None or behalf.is_valid())
    if complete and not refused and not wanted["read"]:
        return SeeOther(f"{reverse('tickets:order_check', args=[version.item.slug])}?draft={draft.public_id}")
    return _form_page(request, place, form, behalf, typed=typed, refused=refused, status=422)


def _form_page(
    request: SignedInRequest,
    place: Place,
    form: RequestForm,
    behalf: RequesterForm | None,
    *,
    typed: Typed,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    evidence = next((name for name, one in form.item_fields.items() if one.kind == FieldKind.FILE), "")
    context = {
        "form": form,
        "behalf": behalf,
        "item": text_in(place.version, "name"),
        "summary": text_in(place.version, "summary"),
        "prepare": text_in(place.version, "prepare"),
        "slug": place.version.item.slug,
        "version": place.version.pk,
        "organization": place.organization,
        "several": len(request.user.standing().organizations) > 1 or behalf is not None,
        "draft_key": str(place.key),
        "draft_name": order_form(place.version.item.slug),
        "evidence": form[evidence] if evidence else None,
        "files": place.files,
        "left": "".join(typed.get("_left", [])),
        **extra,
    }
    return render(request, "tickets/order/form.html", context, status=status)


def _ask_for_whom(request: SignedInRequest, key: uuid.UUID, status: int = 200) -> HttpResponse:
    """Somebody who acts for several organizations, or for none, chooses first."""
    context = {
        "organizations": organizations_of(request),
        "draft_key": str(key),
        "again": request.GET.get("again", ""),
        "wrong": status != 200,
    }
    return render(request, "tickets/order/for_whom.html", context, status=status)


def _not_offered(request: SignedInRequest, slug: str, typed: Typed | None = None) -> HttpResponse:
    """The item is retired: say so, and hand back what was typed."""
    last = past_version(slug)
    if last is None:
        raise Http404
    if typed is None and request.method == "POST":
        draft, typed = own_draft(request, order_form(slug)), typed_fields(request.POST)
        if draft.sent_at:
            return SeeOther(where_sent(draft))
        save_draft(draft, typed, at=timezone.now())
    elif typed is None and (again := _again(request, slug)):
        typed = carry_request(again, again.item_version).typed
    elif typed is None:
        found = draft_of(request, key_in(request.GET.get("draft", "")), order_form(slug))
        if found and found.sent_at:
            return redirect(where_sent(found))
        typed = found.data if found else {}
        if not typed and last.item.choice in OWN_FORMS:
            return redirect(OWN_FORMS[Choice(last.item.choice)])
    filled_in = past_version(slug, version_in(typed)) or last
    context = {"item": text_in(last, "name"), "text": as_text(typed, filled_in)}
    return render(request, "tickets/order/retired.html", context, status=410)


def _carried(request: SignedInRequest, typed: Typed, version: ItemVersion) -> Carried | None:
    """What is taken over from an older version of the form, or from a request that is ordered again."""
    if not typed:
        again = _again(request, version.item.slug)
        return carry_request(again, version) if again else None
    filled_in = version_in(typed)
    if filled_in in {None, version.pk}:
        return None
    old = past_version(version.item.slug, filled_in)
    return carry_typed(typed, old, version) if old else None


def _again(request: SignedInRequest, slug: str) -> ServiceRequest | None:
    """The request that is to be ordered again, if the address names one. 404 for one out of sight."""
    if not (reference := request.GET.get("again", "")):
        return None
    mine = ServiceRequest.objects.visible_to(request.user).select_related("item_version")
    return get_object_or_404(mine, reference=reference, item=slug)


def _organization(request: SignedInRequest, typed: Typed) -> Organization | None:
    """For whom it is: as typed, or as the address says, or the only one there is."""
    mine = {str(one.pk): one for one in organizations_of(request)}
    stated = "".join(typed.get("organization", [])) or request.GET.get("organization", "")
    if not stated and len(mine) == 1 and request.method != "POST":
        return next(iter(mine.values()))
    return mine.get(stated)


def _forms(
    request: SignedInRequest, place: Place, typed: Typed, *, bound: bool
) -> tuple[RequestForm, RequesterForm | None]:
    """The item's form, and for the desk the one that says for whom it orders."""
    given: dict[str, Any] = (
        {"data": as_query(typed)} if bound else {"initial": initial_from_typed(_without_empty(typed))}
    )
    form = RequestForm(
        version=place.version,
        organization=place.organization,
        reader=request.user,
        has_files=bool(place.files),
        **given,
    )
    on_behalf = may(request.user, Permission.WORK_TICKETS)
    return form, RequesterForm(organization_id=place.organization.pk, **given) if on_behalf else None


def _order(request: SignedInRequest, place: Place, form: RequestForm, behalf: RequesterForm | None) -> Order:
    requester: Person = behalf.cleaned_data["requester"] if behalf else request.user
    return Order(
        organization_id=place.organization.pk,
        version=place.version,
        title=form.cleaned_data["title"],
        answers=form.answers(),
        requester=requester,
    )


def _promise(version: ItemVersion, organization: Organization, start: datetime) -> RequestPromise:
    """What a request is promised that is sent then."""
    status = first_status(version)
    return promise_request(version.item.slug, status, organization_id=organization.pk, start=start)


def _forget_errors(form: RequestForm, all_but: str) -> None:
    """Say of one field alone what is wrong: the others are not finished yet."""
    for name in set(form.errors) - {all_but}:
        del form.errors[name]


def _files(request: SignedInRequest, key: uuid.UUID) -> list[Attachment]:
    return list(Attachment.objects.visible_to(request.user).filter(draft__public_id=key).order_by("pk"))


def _without_empty(typed: Typed) -> dict[str, list[str]]:
    """What was typed at all: the form says the rest itself, such as its title."""
    return {name: values for name, values in typed.items() if name in {"title", VERSION} or any(values)}
