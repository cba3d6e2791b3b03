"""Home, Today, Continuum, Caseloads."""

from django.urls import path

from . import caseload_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.day, name="today"),
    path("continuum/", views.continuum, name="continuum"),
    path("caseloads/", caseload_views.caseloads, name="caseloads"),
    path("caseloads/overdue/", caseload_views.caseload_items, name="caseload_items"),
    path("caseloads/<int:user_id>/", caseload_views.caseload, name="caseload"),
    path("caseloads/<int:user_id>/sheet/", caseload_views.caseload_sheet, name="caseload_sheet"),
]
