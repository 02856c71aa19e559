"""Choosing by name: boxes that complete what is typed from a list that stands once on the page.

They need no script, and a page costs the same however many of them it has.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organization
from tickets.models import CalendarVersion

ORGANIZATIONS, ZONES = "desk-organizations", "desk-zones"
"""The ids of the lists (templates/admin/tickets/_names.html)."""
USUAL_ZONES = ("America/Toronto", "America/Winnipeg", "America/Atikokan", "UTC")


class NameInput(forms.TextInput):
    """A text box that completes from one of the lists."""

    def __init__(self, names: str, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"list": names, "autocomplete": "off", "spellcheck": "false", **(attrs or {})})


class ZoneInput(NameInput):
    """A time zone by its IANA name."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(ZONES, attrs)


class OrganizationField(forms.CharField):
    """An organization by its name, in any case. Empty is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=NameInput(ORGANIZATIONS), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Its name, for a form that is filled in from a row."""
        return value.name if isinstance(value, Organization) else value

    def clean(self, value: Any) -> Organization | None:
        """The organization. Raises ValidationError for a name that none has."""
        name = str(super().clean(value))
        if not name:
            return None
        found: Organization | None = Organization.objects.filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(
                _("No organization is called “%(name)s”. Choose one from the list.") % {"name": name}
            )
        return found


def organization_names() -> QuerySet[Organization, str]:
    """Those that a calendar day or a promise can be about."""
    return Organization.objects.order_by("name").values_list("name", flat=True)


def zone_names() -> list[str]:
    """Those that are likely."""
    used = CalendarVersion.objects.values_list("zone", flat=True).distinct()
    return sorted({*USUAL_ZONES, *used})
