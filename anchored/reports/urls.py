"""/reports/"""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("<slug:slug>/", views.report, name="report"),
]
