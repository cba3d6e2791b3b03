"""The database refuses to change what is signed, even by raw SQL."""

from django.apps import apps

from anchored.accounts.guards import same_person
from anchored.ground.triggers import ask, changes, refuse

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
    ask(
        "nobody_cosigns_their_own",
        "signing_signature",
        "BEFORE INSERT",
        "EXISTS (SELECT 1 FROM signing_signature s WHERE s.document_type = NEW.document_type"
        f" AND s.document_id = NEW.document_id AND {same_person('s.signed_by_id', 'NEW.signed_by_id')})",
        "Nobody cosigns what they have signed, with another account either.",
        when="NEW.meaning = 'cosigner'",
    )


def _but_for(model):
    """What may be written after the seal, once: columns that were empty until then."""
    if not model.LATER:
        return ""
    fixed = changes(*[field.column for field in model._meta.concrete_fields if field.name not in model.LATER])
    once = [f"(OLD.{name} IS NOT NULL AND ({changes(name)}))" for name in model.LATER]
    return f" AND ({' OR '.join([fixed, *once])})"
