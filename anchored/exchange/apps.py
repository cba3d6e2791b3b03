from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "anchored.exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import guards  # noqa: F401
