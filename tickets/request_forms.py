"""What people may hand in about a request besides what belongs to every ticket: links, conversions."""

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.records.models import Relation
from servicedesk.ui.forms import CardChoiceField, DeskForm
from tickets.forms import LONGEST_TEXT
from tickets.models import Environment, Impact, Urgency


class LinkForm(DeskForm):
    """Another record, and how this ticket stands to it."""

    marks_optional = False
    relation = forms.ChoiceField(label=gettext_lazy("This ticket"), choices=Relation.by_hand)
    reference = forms.CharField(
        label=gettext_lazy("Reference"), help_text=gettext_lazy("Such as INC-10023."), max_length=20
    )


class ToItemForm(DeskForm):
    """To a request for an item. ``item_version`` is the form that the preview spoke of."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    item_version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("What the organization reads"),
        help_text=gettext_lazy("Why it is better there. What has no place in the new form is added to it."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ToIncidentForm(DeskForm):
    """To an incident: what a report states besides."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    environment = forms.ChoiceField(label=gettext_lazy("In which environment?"), choices=Environment)
    impact = CardChoiceField(label=gettext_lazy("Who or what is affected?"), choices=Impact)
    urgency = CardChoiceField(label=gettext_lazy("By when does it have to work again?"), choices=Urgency)
