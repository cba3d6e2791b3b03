"""Home, Today, Continuum."""

from django.urls import path

from . import views
from .appointments import views as appointments

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.day, name="today"),
    path("today/still/<slug:part>/", views.today_part, name="today_part"),
    path("tasks/", views.tasks, name="tasks"),
    path("appointments/", appointments.my_week, name="appointments"),
    path("appointments/<uuid:appointment_id>/move/", appointments.move, name="move_appointment"),
    path("appointments/<uuid:appointment_id>/cancel/", appointments.cancel, name="cancel_appointment"),
    path("continuum/", views.continuum, name="continuum"),
]
in_the_chart = [path("<uuid:patient_id>/appointments/new/", appointments.book, name="book")]
