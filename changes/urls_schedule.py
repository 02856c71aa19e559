"""Addresses of the schedule. Included before those that take a reference."""

from django.urls import path

from changes.views import calendar, feed, schedule

urlpatterns = [
    path("changes.ics", feed.ics, name="ics"),
    path("changes/calendar/", calendar.calendar, name="calendar"),
    path("changes/feed/", feed.feed, name="feed"),
    path("desk/changes/<str:reference>/schedule/", schedule.window, name="schedule"),
]
