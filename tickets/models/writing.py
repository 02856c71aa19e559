"""What agents write with: reply templates, and messages that are sent but can still be taken back."""

import uuid
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.catalogue import Team
from tickets.models.problem import ForTheDesk
from tickets.models.ticket import Ticket


class ReplyTemplateQuerySet(ForTheDesk):
    """Reply templates."""

    def offered_to(self, person_id: int) -> Self:
        """Those in use: everybody's, and those of the teams that this person is in."""
        return self.filter(Q(team=None) | Q(team__members=person_id), is_active=True).distinct()


class ReplyTemplate(models.Model):
    """A message to begin with. Its variables, in double braces, are a closed table (tickets.writing.variables)."""

    class Audience(models.TextChoices):
        """Who reads what is made of it."""

        PUBLIC = "public", _("The LDC")
        INTERNAL = "internal", _("The desk alone")

    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("text"))
    body_fr = models.TextField(_("text in French"), blank=True)
    audience = models.CharField(_("who reads it"), max_length=8, choices=Audience, default=Audience.PUBLIC)
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        related_name="reply_templates",
        null=True,
        blank=True,
        verbose_name=_("team"),
        help_text=_("Offered to its members alone. To everyone at the desk where none is chosen."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                name="reply_template_title_once",
                violation_error_message=_(
                    "Another template has this title. Choose one that tells them apart."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title


class HeldMessage(models.Model):
    """A message of an agent's that waits to leave. Until then it is no part of the ticket (decision 0010).

    ``move`` is the step in the ticket's life that goes with it, "ask" or none. ``left_out`` are the
    people who will not be told of it, ``follow`` those who will follow the ticket from then on.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        TAKEN_BACK = "taken_back", _("Taken back")
        NOT_SENT = "not_sent", _("Not sent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="held_messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    body = models.TextField()
    internal = models.BooleanField()
    move = models.CharField(max_length=20, blank=True)
    left_out = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    follow = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    draft = models.ForeignKey("records.Draft", models.SET_NULL, related_name="+", null=True, blank=True)
    sent_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ForTheDesk.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket"], name="held_waiting", condition=Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="held_ended_iff_not_waiting",
            ),
            models.CheckConstraint(condition=Q(move="") | Q(internal=False), name="held_note_moves_nothing"),
        ]

    def __str__(self) -> str:
        return f"Message {self.public_id} on {self.ticket_id}"
