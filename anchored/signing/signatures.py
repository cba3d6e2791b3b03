"""Signing, cosigning, adding."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.audit import trail
from anchored.ground.rows import add as add_row
from anchored.ground.rows import check

from .models import Addendum, Signature


@transaction.atomic
def sign(document, *, by):
    """Seal a document with its author's signature. Raises SomeoneWasFirst when it is sealed already."""
    current = type(document).objects.select_for_update().get(pk=document.pk)
    if current.is_sealed:
        raise SomeoneWasFirst("This document is signed already. Nothing was changed.")
    current.sealed_at, current.digest = timezone.now(), current.digest_now()
    current.save(update_fields=["sealed_at", "digest"])
    signature = _signature(current, by=by, meaning=Signature.Meaning.AUTHOR)
    trail.record("document.signed", current, by=by)
    document.sealed_at, document.digest = current.sealed_at, current.digest
    return signature


@transaction.atomic(savepoint=False)
def sealed(document, *, by):
    """Save a new document and seal it in the same act: for forms whose one button signs."""
    document.sealed_at = timezone.now()
    document.digest = document.digest_now()
    add_row(document)
    _signature(document, by=by, meaning=Signature.Meaning.AUTHOR)
    trail.record("document.signed", document, by=by)
    return document


@transaction.atomic(savepoint=False)
def sealed_together(documents, *, by):
    """Save new documents of one kind and seal them in one act: one statement each for documents, signatures and trail."""
    for document in documents:
        check(document)
        document.sealed_at = timezone.now()
        document.digest = document.digest_now()
    if documents:
        type(documents[0])._base_manager.bulk_create(documents)
        Signature.objects.bulk_create(_unsaved(document, by=by, meaning=Signature.Meaning.AUTHOR) for document in documents)
        trail.record_each("document.signed", documents, by=by)


@transaction.atomic
def cosign(document, *, by):
    """A second person's signature under a signed document. Raises NotNow while it is a draft, NotPermitted for its author."""
    current = type(document).objects.select_for_update().get(pk=document.pk)
    if not current.is_sealed:
        raise NotNow("The author signs first.")
    signed = next((each for each in of(current) if each.signed_by.is_same_person(by)), None)
    if signed:
        raise NotPermitted(
            "You cannot cosign your own document." if signed.meaning == Signature.Meaning.AUTHOR else "You have signed already."
        )
    if of(current).filter(meaning=Signature.Meaning.COSIGNER).exists():
        raise SomeoneWasFirst("Somebody has cosigned this already. Nothing was changed.")
    signature = _signature(current, by=by, meaning=Signature.Meaning.COSIGNER)
    trail.record("document.cosigned", current, by=by)
    return signature


@transaction.atomic
def add(document, *, text, by):
    """Write an addendum under a signed document. Raises NotNow while it is a draft, or when there is no text."""
    if not document.is_sealed:
        raise NotNow("Sign first, or change the draft.")
    type(document).objects.select_for_update().get(pk=document.pk)  # one after the other, so that the numbers have no hole
    number = addenda_of(document).count() + 1
    facts = {"document_type": document._meta.label_lower, "document_id": document.pk, "number": number}
    addendum = Addendum(**facts, text=text, written_by=by, name_as_signed=str(by))
    try:
        add_row(addendum)
    except ValidationError as trouble:
        raise NotNow(trouble.messages) from None
    trail.record("document.added_to", document, by=by)
    return addendum


def of(document):
    """The signatures under a document, first the author's."""
    rows = Signature.objects.filter(document_type=document._meta.label_lower, document_id=document.pk)
    return rows.select_related("signed_by")


def addenda_of(document):
    return Addendum.objects.filter(document_type=document._meta.label_lower, document_id=document.pk)


def _signature(document, *, by, meaning):
    signature = _unsaved(document, by=by, meaning=meaning)
    signature.save(force_insert=True)
    return signature


def _unsaved(document, *, by, meaning):
    return Signature(
        document_type=document._meta.label_lower,
        document_id=document.pk,
        meaning=meaning,
        signed_by=by,
        name_as_signed=str(by),
        digest=document.digest,
    )
