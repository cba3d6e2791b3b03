from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class GroundConfig(AppConfig):
    name = "anchored.ground"
    label = "ground"

    def ready(self):
        from . import checks, triggers  # noqa: F401  (the check registers itself)

        pre_migrate.connect(triggers.step_aside_for_migrate, dispatch_uid="guards step aside")
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="guards")
