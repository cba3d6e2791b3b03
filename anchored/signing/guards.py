"""The database refuses to change what is signed, even by raw SQL."""

from django.apps import apps

from anchored.ground.triggers import changes, refuse

from .models import Signable


def guard_documents():
    """Called when all apps are known: one guard for each kind of document, and for signatures and addenda."""
    for model in apps.get_models():
        if issubclass(model, Signable):
            table = model._meta.db_table
            refuse(f"{table}_sealed", table, ["UPDATE"], "This document is signed.", when=f"OLD.sealed_at IS NOT NULL{_but_for(model)}")
            refuse(f"{table}_kept", table, ["DELETE", "TRUNCATE"], "Clinical documents are not deleted.")
    for table in ("signing_signature", "signing_addendum"):
        refuse(f"{table}_kept", table, ["UPDATE", "DELETE", "TRUNCATE"], "Signatures and addenda are kept as they are.")


def _but_for(model):
    """What may be written after the seal, once: columns that were empty until then."""
    if not model.LATER:
        return ""
    fixed = changes(*[field.column for field in model._meta.concrete_fields if field.name not in model.LATER])
    once = [f"(OLD.{name} IS NOT NULL AND ({changes(name)}))" for name in model.LATER]
    return f" AND ({' OR '.join([fixed, *once])})"
