from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

PLANS_KEPT = 250  # by one connection: a day's pages ask more questions than psycopg's hundred, and plan each anew that was given up


class GroundConfig(AppConfig):
    name = "anchored.ground"
    label = "ground"

    def ready(self):
        from . import checks, triggers  # noqa: F401  (the check registers itself)

        pre_migrate.connect(triggers.step_aside_for_migrate, dispatch_uid="guards step aside")
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="guards")
        connection_created.connect(_keep_plans, dispatch_uid="plans are kept")


def _keep_plans(connection, **_):
    if connection.vendor == "postgresql":
        connection.connection.prepared_max = PLANS_KEPT
