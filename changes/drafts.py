"""The forms of this app that keep drafts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Draft
from servicedesk.ui.drafts import keep_drafts

CHANGE = "change"


def _proposal(draft: Draft) -> str:
    return f"{reverse('changes:new')}?draft={draft.public_id}"


keep_drafts(CHANGE, label=_("Request for change"), address=_proposal)
