from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = "Groups"

    def ready(self):
        from patients import meter

        from . import guards, hours, receivers  # noqa: F401

        meter.register(hours.of_week)
