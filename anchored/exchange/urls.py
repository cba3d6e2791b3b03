"""What leaves the house by an address."""

from django.urls import path

from . import billing_views, calendar_views, teds_views

urlpatterns = [
    path("accounts/preferences/calendar/", calendar_views.calendar_link, name="calendar_link"),
    path("calendar/<slug:token>.ics", calendar_views.calendar, name="calendar"),
    path("billing/", billing_views.services_for_billing, name="billing"),
    path("billing/services.csv", billing_views.billing_file, name="billing_file"),
    path("reports/teds/", teds_views.teds, name="teds"),
    path("reports/teds/file/", teds_views.teds_file, name="teds_file"),
]
