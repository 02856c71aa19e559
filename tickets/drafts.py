"""The forms of this app that keep drafts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Draft
from servicedesk.ui.drafts import keep_drafts
from tickets.catalogue.fields import LONGEST_LIST

ORDER = "request"


def order_form(slug: str) -> str:
    """What the drafts of an item's form are called."""
    return f"{ORDER}:{slug}"


def _report(draft: Draft) -> str:
    return f"{reverse('tickets:report')}?draft={draft.public_id}"


def _order(draft: Draft) -> str:
    slug = draft.form.partition(":")[2]
    return f"{reverse('tickets:order', args=[slug])}?draft={draft.public_id}"


keep_drafts("incident", label=_("Incident"), address=_report)
keep_drafts("message")
keep_drafts(ORDER, label=_("Request"), address=_order, longest=LONGEST_LIST)
