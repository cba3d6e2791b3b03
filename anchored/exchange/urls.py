"""What leaves the house by an address."""

from django.urls import path

from . import calendar_views, teds_views

urlpatterns = [
    path("accounts/preferences/calendar/", calendar_views.calendar_link, name="calendar_link"),
    path("calendar/<slug:token>.ics", calendar_views.calendar, name="calendar"),
    path("reports/teds/", teds_views.teds, name="teds"),
    path("reports/teds/file/", teds_views.teds_file, name="teds_file"),
]
