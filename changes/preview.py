"""What other LDCs will read of an RFC once it is published."""

from dataclasses import dataclass

from changes.models import RequestForChange, Risk
from changes.wording import document_words, value_words
from servicedesk.records.markup import to_html
from servicedesk.records.models import Attachment


@dataclass(frozen=True, slots=True)
class Preview:
    """The public face of an RFC, and how many files go with it."""

    facts: dict[str, str]
    description: str
    reason: str
    documents: list[str]
    files: list[str]
    risk: str


def as_other_ldcs_read_it(rfc: RequestForChange) -> Preview:
    """Everything that an outsider's page shows of it, in the same words."""
    names = ("category", "environments", "interfaces", "desired_on", "downtime")
    files = Attachment.objects.filter(record=rfc.pk, comment=None, internal=False).order_by("pk")
    documents = rfc.documents.order_by("title").values_list("title", "old_version", "new_version")
    return Preview(
        facts={name: value_words(name, getattr(rfc, name)) for name in names},
        description=to_html(rfc.description),
        reason=to_html(rfc.reason),
        documents=[document_words(*one) for one in documents],
        files=list(files.values_list("name", flat=True)),
        risk=str(Risk(rfc.risk).label) if rfc.risk else "",
    )
