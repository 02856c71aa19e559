"""Files: taken into a draft one by one, and handed out to whoever may see their record."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import open_draft
from servicedesk.records.files import attach_to_draft, read_whole
from servicedesk.records.models import Attachment
from servicedesk.records.refusals import Refused, Unusable
from servicedesk.ui.drafts import is_kept, most_open


@require_POST
@signed_in
def upload(request: SignedInRequest) -> HttpResponse:
    """Take one file into a draft; answer with its row, or with a row that says what is wrong with it."""
    sent = request.FILES.get("file")
    form = request.GET.get("form", "")
    try:
        if sent is None or not is_kept(form):
            raise Unusable(_("Choose a file."))
        key, now = request.POST.get("draft", ""), timezone.now()
        draft = open_draft(key, form=form, by=request.user, at=now, most=most_open(form))
        attachment = attach_to_draft(sent, draft, by=request.user, at=now)
    except Refused as refusal:
        context = {"name": sent.name if sent else "", "error": str(refusal)}
        return render(request, "ui/_file_refused.html", context, status=422)
    return render(request, "ui/_file.html", {"file": attachment, "removable": True}, status=201)


@require_POST
@signed_in
def remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Take a file out of one's own draft."""
    waiting = Attachment.objects.visible_to(request.user).filter(draft__person=request.user.pk)
    get_object_or_404(waiting, public_id=public_id).delete()
    return HttpResponse(status=200)


@require_safe
@signed_in
def download(request: SignedInRequest, public_id: UUID, name: str) -> HttpResponse:
    """Hand a file out: always as a download, never shown by the browser."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), public_id=public_id)
    return HttpResponse(
        read_whole(attachment),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, attachment.name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
