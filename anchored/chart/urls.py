"""Addresses of the chart, beside those of the patients."""

from django.urls import path

from . import summary, views

urlpatterns = [
    path("<uuid:patient_id>/", views.overview, name="chart"),
    path("<uuid:patient_id>/summary/", summary.summary, name="summary"),
    path("<uuid:patient_id>/timeline/", views.timeline, name="timeline"),
]
