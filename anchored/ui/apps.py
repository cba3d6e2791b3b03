from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "anchored.ui"
    label = "ui"
    verbose_name = "Pages"
