from django.apps import AppConfig


class TreatmentPlansConfig(AppConfig):
    name = "treatment_plans"
    verbose_name = "Plans and notes"

    def ready(self):
        from . import guards, receivers  # noqa: F401
