"""/reports/teds/"""

from django.urls import path

from . import views

urlpatterns = [
    path("teds/", views.teds, name="teds"),
    path("teds/file/", views.teds_file, name="teds_file"),
]
