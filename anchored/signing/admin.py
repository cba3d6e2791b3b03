"""Signatures, listed without the documents' words."""

from django.contrib import admin

from anchored.audit.manners import ViewOnly

from .models import Addendum, Signature


@admin.register(Signature)
class SignatureAdmin(ViewOnly):
    explanation = "Who signed which document and when. The documents themselves are read in the charts."
    list_display_links = None
    list_display = ["signed_at", "meaning", "name_as_signed", "document_type"]
    list_filter = ["meaning", "document_type"]
    search_fields = ["name_as_signed"]


@admin.register(Addendum)
class AddendumAdmin(ViewOnly):
    explanation = "Who added to which document and when, without the words."
    list_display_links = None
    list_display = ["written_at", "name_as_signed", "document_type"]
    list_filter = ["document_type"]
    search_fields = ["name_as_signed"]
