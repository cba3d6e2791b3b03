"""Home, Today, Continuum."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.day, name="today"),
    path("continuum/", views.continuum, name="continuum"),
]
