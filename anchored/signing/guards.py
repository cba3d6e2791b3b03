"""The database refuses to change what is signed, even by raw SQL."""

from django.apps import apps

from anchored.ground.triggers import refuse

from .models import Signable


def guard_documents():
    """Called when all apps are known: one guard for each kind of document, and for signatures and addenda."""
    for model in apps.get_models():
        if issubclass(model, Signable):
            table = model._meta.db_table
            refuse(f"{table}_sealed", table, ["UPDATE"], "This document is signed.", when="OLD.sealed_at IS NOT NULL")
            refuse(f"{table}_kept", table, ["DELETE", "TRUNCATE"], "Clinical documents are not deleted.")
    for table in ("signing_signature", "signing_addendum"):
        refuse(f"{table}_kept", table, ["UPDATE", "DELETE", "TRUNCATE"], "Signatures and addenda are kept as they are.")
