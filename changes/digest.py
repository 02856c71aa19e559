"""What exactly was approved: a fingerprint of everything that a decision rests on.

An approval keeps it. An edit that changes it voids the approval, visibly (changes.actions.editing).
"""

import hashlib
import json

from changes.models import RequestForChange

MATERIAL = (
    "title",
    "change_class",
    "category",
    "description",
    "reason",
    "affected",
    "environments",
    "interfaces",
    "downtime",
    "implementation_plan",
    "test_plan",
    "communication_plan",
    "back_out_plan",
    "risk",
)
"""Fields whose change is another change. The window, the release and the implementer are not: they are planning."""


def digest_of(rfc: RequestForChange) -> str:
    """SHA-256 of the material fields and the affected documents, as 64 hexadecimal digits."""
    documents = sorted(rfc.documents.values_list("title", "old_version", "new_version"))
    material = {name: getattr(rfc, name) for name in MATERIAL} | {"documents": documents}
    for name in ("environments", "interfaces"):
        material[name] = sorted(material[name])
    return hashlib.sha256(json.dumps(material, sort_keys=True).encode()).hexdigest()
