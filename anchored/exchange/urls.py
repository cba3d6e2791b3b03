"""What leaves the house by an address."""

from django.urls import path

from . import views

urlpatterns = [
    path("accounts/preferences/calendar/", views.calendar_link, name="calendar_link"),
    path("calendar/<slug:token>.ics", views.calendar, name="calendar"),
]
