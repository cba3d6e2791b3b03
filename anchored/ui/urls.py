"""Preferences and help."""

from django.urls import path

from . import views

urlpatterns = [
    path("accounts/preferences/", views.preferences, name="preferences"),
    # /help/
    path("help/", views.help_page, name="help"),
    path("help/shortcuts/", views.shortcuts_page, name="shortcuts"),
    path("help/language/", views.language, name="language"),
]
