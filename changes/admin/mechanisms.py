"""What administration calls the events, due rows and effects of changes."""

from django.utils.translation import gettext_lazy as _

from changes.sentences import HEADLINES
from servicedesk.records.admin_words import call

call({f"rfc.{what}": words for what, words in HEADLINES.items()})
call(
    {
        "rfc.consultation_closes": _("A consultation ends"),
        "rfc.consultation_heard": _("The desk hears an LDC’s answer"),
        "rfc.count_ballot": _("A vote is counted"),
        "rfc.decision_deadline": _("A decision is due"),
        "rfc.decision_reminder": _("Those who have not voted are reminded"),
        "rfc.digest": _("Daily mail of changes"),
        "rfc.fan_out": _("Find who hears of a change"),
        "rfc.mail": _("Mail about a change"),
        "rfc.mend": _("Take problems along with a change"),
        "rfc.recheck": _("Look for conflicts anew"),
        "rfc.review_opens": _("An emergency is put to review"),
    }
)
