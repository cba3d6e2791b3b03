"""Scanned papers and signatures for tests: small files that are what they say, and papers taken through the real action."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from patients import uploads
from patients.actions import papers, scans
from patients.models import PaperTemplate

DRAWN = "[[60,120,70,90,85,60,100,50,110,70,105,110],[120,160,400,150]]"


def pdf(objects=b"", *, packed=b"", catalog=b""):
    """A one-page PDF, with more objects as they would stand in the file; `packed` ones stand in an object stream."""
    body = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
    body += b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b">>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    body += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n" + objects
    if packed:
        data = zlib.compress(packed)
        facts = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(data)
        body += b"5 0 obj\n" + facts + b"\nstream\n" + data + b"\nendstream\nendobj\n"
    return body + b"xref\n0 4\ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def picture(kind, size=(60, 40), **how):
    kept = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(kept, kind, **how)
    return kept.getvalue()


def png(size=(60, 40)):
    return picture("PNG", size)


def jpeg(size=(60, 40), **how):
    return picture("JPEG", size, **how)


def file(content=None, name="card.pdf"):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, pdf() if content is None else content)


def make_scan(patient, *, by, kind="insurance", title="Insurance card, front", content=None):
    return scans.file(patient, upload=uploads.check("card.pdf", content or pdf()), kind=kind, title=title, by=by)


def template(code="treatment"):
    """The version of a text that was made last."""
    return PaperTemplate.objects.filter(code=code).order_by("-version").first()


def take(patient, code="treatment", *, by, how="typed", **facts):
    """A paper as the page would have it taken."""
    text = template(code)
    if how in ("typed", "drawn"):
        facts = {"signer_name": "Rosa Alvarez", **facts}
    if how == "drawn":
        facts = {"drawing": DRAWN, **facts}
    return papers.take(patient, text, how=how, digest=text.digest(), by=by, **facts)
