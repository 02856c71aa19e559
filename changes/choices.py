"""What forms choose from: templates that count still, releases, and the questions of today's formula."""

from datetime import date, datetime

from django.db.models import QuerySet

from changes.models import ChangeTemplate, Release, RiskFormula


def templates_on(day: date) -> QuerySet[ChangeTemplate]:
    """The templates that a standard change may follow on a day."""
    return ChangeTemplate.objects.filter(expires_on__gt=day).order_by("title")


def releases() -> QuerySet[Release]:
    """Every release, the latest planned first."""
    return Release.objects.order_by("-planned_on", "name")


def formula_at(moment: datetime) -> RiskFormula:
    """The formula that a rating goes by at a moment. The first one counts for everything before it, too."""
    published = RiskFormula.objects.filter(published_at__lte=moment).order_by("-number").first()
    return published or RiskFormula.objects.earliest("number")
