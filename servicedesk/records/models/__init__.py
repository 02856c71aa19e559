"""The tables of the ground floor."""

from servicedesk.records.models.attachment import Attachment
from servicedesk.records.models.comment import Comment
from servicedesk.records.models.draft import Draft
from servicedesk.records.models.event import Event
from servicedesk.records.models.follower import Follower
from servicedesk.records.models.link import Link, Relation
from servicedesk.records.models.record import NEVER, Kind, Record, RecordQuerySet, Visibility, seen
from servicedesk.records.models.search_text import Readers, SearchText
from servicedesk.records.models.submission import Submission

__all__ = [
    "NEVER",
    "Attachment",
    "Comment",
    "Draft",
    "Event",
    "Follower",
    "Kind",
    "Link",
    "Readers",
    "Record",
    "RecordQuerySet",
    "Relation",
    "SearchText",
    "Submission",
    "Visibility",
    "seen",
]
