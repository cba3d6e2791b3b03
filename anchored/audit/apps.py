from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "anchored.audit"
    label = "audit"
    verbose_name = "Audit"

    def ready(self):
        from . import guards, receivers  # noqa: F401
