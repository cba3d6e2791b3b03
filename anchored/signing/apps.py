from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "anchored.signing"
    label = "signing"

    def ready(self):
        from . import guards

        guards.guard_documents()
