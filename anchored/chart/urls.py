"""Addresses of the chart, beside those of the patients."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:patient_id>/", views.overview, name="chart"),
    path("<uuid:patient_id>/timeline/", views.timeline, name="timeline"),
]
