"""ServiceRequest: an order from the catalogue, and what is decided and done about it."""

from django.db import models

from servicedesk.records.models import RecordQuerySet
from tickets.models.catalogue import ItemVersion
from tickets.models.ticket import Ticket


class ServiceRequest(Ticket):
    """A standard request. It keeps the version of the item that it was filled in with.

    ``answers`` is what tickets.catalogue.forms.RequestForm.answers() said, by field name.
    """

    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="requests")
    answers = models.JSONField(default=dict)

    objects = RecordQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model
