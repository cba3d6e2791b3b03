from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = "Patients and programs"

    def ready(self):
        from . import guards  # noqa: F401
