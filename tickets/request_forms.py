"""What people may hand in about a request besides what belongs to every ticket: links, conversions."""

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.records.models import Relation
from servicedesk.ui.forms import DeskForm


class LinkForm(DeskForm):
    """Another record, and how this ticket stands to it."""

    marks_optional = False
    relation = forms.ChoiceField(label=gettext_lazy("This ticket"), choices=Relation.by_hand)
    reference = forms.CharField(
        label=gettext_lazy("Reference"), help_text=gettext_lazy("Such as INC-10023."), max_length=20
    )
