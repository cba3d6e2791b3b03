"""What leaves the house by an address."""

from django.urls import path

from . import billing_views, views

urlpatterns = [
    path("accounts/preferences/calendar/", views.calendar_link, name="calendar_link"),
    path("calendar/<slug:token>.ics", views.calendar, name="calendar"),
    path("billing/", billing_views.services_for_billing, name="billing"),
    path("billing/services.csv", billing_views.billing_file, name="billing_file"),
]
