"""Scanned papers: what is let in and what is refused, where it lies, who gets it back, and whether it is still as it was filed."""

import os
import re
import stat
import struct
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from patients import shelf, uploads
from patients.actions import scans
from patients.models import Scan
from tests import papers
from tests.checking import trail_broken
from tests.making import afresh, made_once, make_admitted, make_both, make_clinician, make_supervisor, make_user
from tests.screens.visiting import Page, chart_url, events, signed_in

pytestmark = pytest.mark.django_db

WHY = "It belongs to another person."
BOUNDARY = "cut-here"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """An empty shelf of its own for each test."""
    settings.STORAGES = {**settings.STORAGES, "documents": {"BACKEND": "patients.shelf.Shelf", "OPTIONS": {
        **settings.STORAGES["documents"]["OPTIONS"], "location": tmp_path / "documents",
    }}}  # fmt: skip
    return tmp_path / "documents"


both = made_once(make_both)


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def address(patient):
    return chart_url("documents", patient)


def on_disk(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def send(desk, address, content, name="card.pdf", **more):
    """A form as raw bytes, so that the name of the file arrives as it is written here."""
    fields = {"kind": "insurance", "title": "Insurance card", **more}
    body = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()
    )
    name = name if isinstance(name, bytes) else name.encode()
    body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="'.encode() + name + b'"\r\n'
    body += b"Content-Type: application/pdf\r\n\r\n" + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    return Page(desk.generic("POST", address, body, f"multipart/form-data; boundary={BOUNDARY}"))


# What is let in


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (papers.pdf(), "application/pdf"),
        (papers.pdf(packed=b"4 0 << /Type /Annot >>"), "application/pdf"),
        (papers.pdf() + b"\n", "application/pdf"),
        (papers.png(), "image/png"),
        (papers.jpeg(), "image/jpeg"),
        (papers.jpeg(progressive=True), "image/jpeg"),
        (papers.jpeg(comment=b"From the scanner at the front desk"), "image/jpeg"),
        (papers.picture("JPEG", restart_marker_blocks=1), "image/jpeg"),
    ],
    ids=["pdf", "pdf with packed objects", "pdf with a last line break", "png", "jpeg", "progressive", "with a comment", "with restarts"],
)
def test_what_is_a_scan_is_filed_as_what_it_is(desk, address, folder, content, media_type):
    assert send(desk, address, content, name="Insurance card (front).pdf").status == 302

    scan = Scan.objects.get()
    assert (scan.media_type, scan.size, scan.name) == (media_type, len(content), "Insurance card (front).pdf")
    assert on_disk(folder) == [str(scan.pk)]
    assert (folder / str(scan.pk)).read_bytes() == content


def test_a_name_that_says_something_else_is_judged_by_the_content(desk, address):
    send(desk, address, papers.png(), name="card.exe")

    assert Scan.objects.get().media_type == "image/png"


def test_a_form_that_is_sent_twice_files_one_scan(desk, address, folder):
    once = Page(desk.get(address)).form("kind")["once"]

    assert {send(desk, address, papers.pdf(), once=once).status for _ in range(2)} == {302}

    assert Scan.objects.count() == 1
    assert len(on_disk(folder)) == 1


def test_files_are_private_and_their_names_say_nothing(desk, address, folder):
    send(desk, address, papers.pdf(), name="Rosa Alvarez.pdf")

    (path,) = [path for path in folder.rglob("*") if path.is_file()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert re.fullmatch(r"[0-9a-f-]{36}", path.name)


# What is refused


def zipped():
    name = b"a.txt"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    central = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    return local + central + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)


def png_of(*chunks):
    """A PNG of these (kind, data), with right check sums."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


END, DOT = (b"IEND", b""), (b"IDAT", zlib.compress(b"\0" * 4))


def header(wide, high):
    return b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)


def bomb():
    return png_of(header(60_000, 60_000), (b"IDAT", zlib.compress(b"\0" * 100_000)), END)


def jpeg_bomb():
    small = papers.jpeg()
    place = small.index(b"\xff\xc0")
    return small[: place + 5] + struct.pack(">HH", 60_000, 60_000) + small[place + 9 :]


def jpeg_with(segment):
    whole = papers.jpeg()
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(segment) + 2) + segment + whole[2:]


def spoiled(content, place):
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def objects(action):
    return b"4 0 obj\n<< /Type /Action /S " + action + b" >>\nendobj\n"


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
HOSTILE = {
    "nothing": (b"", uploads.EMPTY),
    "text": (b"Rosa Alvarez, insured", uploads.OTHER_KIND),
    "GIF named PDF": (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", uploads.OTHER_KIND),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', uploads.OTHER_KIND),
    "HTML named PDF": (HTML, uploads.OTHER_KIND),
    "program": (b"MZ\x90\x00" + b"\0" * 200, uploads.OTHER_KIND),
    "ZIP named PDF": (zipped(), uploads.OTHER_KIND),
    "HTML before a PDF": (HTML + papers.pdf(), uploads.OTHER_KIND),
    "line before a PDF": (b"\n" + papers.pdf(), uploads.OTHER_KIND),
    "ZIP before a PDF": (zipped() + papers.pdf(), uploads.OTHER_KIND),
    "PDF and ZIP": (papers.pdf() + zipped(), uploads.SOMETHING_ELSE),
    "PDF and ZIP, with an end": (papers.pdf() + zipped() + b"\n%%EOF", uploads.SOMETHING_ELSE),
    "PDF with HTML inside": (papers.pdf(b"% " + HTML + b"\n"), uploads.SOMETHING_ELSE),
    "PDF and RAR": (papers.pdf(b"Rar!\x1a\x07\x00"), uploads.SOMETHING_ELSE),
    "PDF that breaks off": (papers.pdf()[:200], uploads.BROKEN),
    "PDF with more behind": (papers.pdf() + b"<p>more", uploads.SOMETHING_ELSE),
    "PDF with JavaScript": (papers.pdf(objects(b"/JavaScript /JS (app.alert\\(1\\))")), uploads.ACTS),
    "PDF with JavaScript written in numbers": (papers.pdf(objects(b"/J#61vaScript /JS (x)")), uploads.ACTS),
    "PDF with packed JavaScript": (papers.pdf(packed=b"4 0 << /S /JavaScript /JS (x) >>"), uploads.ACTS),
    "PDF that starts a program": (papers.pdf(objects(b"/Launch /F (cmd.exe)")), uploads.ACTS),
    "PDF that acts when opened": (papers.pdf(catalog=b"/OpenAction 4 0 R "), uploads.ACTS),
    "PDF with a file inside": (papers.pdf(b"4 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n"), uploads.ACTS),
    "PDF with an XML form": (papers.pdf(catalog=b"/AcroForm << /XFA [(x) 5 0 R] >> "), uploads.ACTS),
    "PDF with a password": (papers.pdf(b"", catalog=b"/Encrypt 9 0 R "), uploads.LOCKED),
    "PDF whose packed objects hide": (papers.pdf(b"8 0 obj\n<< /Type /ObjStm" + b" " * 4000 + b">>\nstream\nx\nendstream\n"), uploads.ACTS),
    "PDF whose packed objects burst": (papers.pdf(packed=b"\0" * (uploads.MOST_UNPACKED + 10)), uploads.ACTS),
    "JPEG and HTML": (papers.jpeg() + HTML, uploads.SOMETHING_ELSE),
    "JPEG with HTML in a comment": (jpeg_with(HTML), uploads.SOMETHING_ELSE),
    "JPEG and ZIP": (papers.jpeg() + zipped(), uploads.SOMETHING_ELSE),
    "JPEG with a ZIP in a comment": (jpeg_with(zipped()), uploads.SOMETHING_ELSE),
    "JPEG that breaks off": (papers.jpeg((300, 200))[:-400], uploads.BROKEN),
    "JPEG of two bytes more": (papers.jpeg()[:3] + b"\xff\xd9", uploads.BROKEN),
    "JPEG bomb": (jpeg_bomb(), uploads.TOO_MANY_PIXELS),
    "PNG with a script behind": (papers.png() + b"<script>alert(1)</script>", uploads.SOMETHING_ELSE),
    "PNG with a script in a chunk": (png_of(header(1, 1), (b"tEXt", b"a\0<script>"), DOT, END), uploads.SOMETHING_ELSE),
    "PNG that breaks off": (papers.png((300, 200))[:-400], uploads.BROKEN),
    "PNG with a wrong check sum": (spoiled(papers.png(), 60), uploads.BROKEN),
    "PNG without a picture": (png_of(header(10, 10), END), uploads.BROKEN),
    "PNG bomb": (bomb(), uploads.TOO_MANY_PIXELS),
    "PNG as wide as a street": (png_of(header(30_000, 1), END), uploads.TOO_MANY_PIXELS),
    "PNG of no width": (png_of(header(0, 10), END), uploads.BROKEN),
}  # fmt: skip
NAMES = {
    "../../x.pdf": uploads.NAME_WITH_PATH,
    "..\\x.pdf": uploads.NAME_WITH_PATH,
    "/etc/passwd": uploads.NAME_WITH_PATH,
    "C:\\scans\\x.pdf": uploads.NAME_WITH_PATH,
    "C:x.pdf": uploads.NAME_WITH_PATH,
    "..&#47;x.pdf": uploads.NAME_WITH_PATH,
    "..": uploads.NAME_WITH_PATH,
    ".": uploads.NAME_WITH_PATH,
    "a\x00.pdf": uploads.NAME_UNUSABLE,
    "a\x1b[31m.pdf": uploads.NAME_UNUSABLE,
    "a\tb.pdf": uploads.NAME_UNUSABLE,
    "a\u202efdp.exe": uploads.NAME_UNUSABLE,
    "a\u200ffdp.exe": uploads.NAME_UNUSABLE,
    "a\u2066b.pdf": uploads.NAME_UNUSABLE,
    "a\ufffd.pdf": uploads.NAME_UNUSABLE,
    "x" * 147 + ".pdf": uploads.NAME_TOO_LONG,
    "🦊" * 151: uploads.NAME_TOO_LONG,
}


def refused(page, sentence):
    assert (page.status, page.mistakes) == (422, [sentence])
    assert page.invalid == {"file"}
    assert page.form("kind")["title"] == "Insurance card"


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_scan_is_refused_with_words_and_leaves_nothing(desk, address, folder, what):
    content, sentence = HOSTILE[what]

    refused(send(desk, address, content), sentence)

    assert (Scan.objects.count(), on_disk(folder)) == (0, [])


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_with_a_path_or_signs_that_nobody_sees_is_refused(desk, address, folder, name):
    refused(send(desk, address, papers.pdf(), name=name), NAMES[name])

    assert (Scan.objects.count(), on_disk(folder)) == (0, [])


def test_a_name_of_bytes_that_are_no_text_or_written_the_long_way_is_refused_too(desk, address, folder):
    assert send(desk, address, papers.pdf(), name=b"x.pdf\"; filename*=UTF-8''..%2F..%2Fx.pdf; y=\"").mistakes == [uploads.NAME_WITH_PATH]
    assert send(desk, address, papers.pdf(), name=b"a\xff\xfe.pdf").status == 422
    assert send(desk, address, papers.pdf(), name="x" * 5000).status == 400  # no computer has such a name

    assert (Scan.objects.count(), on_disk(folder)) == (0, [])


def test_a_file_of_twenty_megabytes_is_the_largest(desk, address, folder):
    small = papers.pdf()
    filling = b"%" + b" " * (uploads.LARGEST_FILE - len(small) - 2) + b"\n"
    largest = papers.pdf(filling)
    largest = papers.pdf(filling[: -1 - (len(largest) - uploads.LARGEST_FILE)] + b"\n")

    refused(send(desk, address, largest.replace(b"%%EOF", b" %%EOF")), uploads.TOO_LARGE)
    assert (Scan.objects.count(), on_disk(folder)) == (0, [])
    assert len(largest) == uploads.LARGEST_FILE
    assert send(desk, address, largest).status == 302


def test_a_form_without_a_file_asks_for_it(desk, address):
    page = Page(desk.post(address, {"kind": "", "title": ""}))

    assert (page.status, page.mistakes) == (422, ["Choose the kind", "Enter a title", "Choose the file"])


# Bodies that are too large are not read


class Endless:
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("The body was read.")

    readline = read


def claims(client, address, length, kind=f"multipart/form-data; boundary={BOUNDARY}"):
    return client.post(address, data=b"", content_type=kind, CONTENT_LENGTH=str(length), **{"wsgi.input": Endless()})


@pytest.mark.parametrize("length", [uploads.LARGEST_FILE + 2_000_000, 10**12])
def test_a_body_beyond_the_limit_is_answered_before_it_is_read(desk, address, length):
    page = Page(claims(desk, address, length))

    assert (page.status, page.heading) == (413, "Too large")
    assert "A file may have up to 20 MB." in page.text


def test_only_an_address_with_a_file_takes_much_and_only_of_somebody_signed_in(desk, patient, address):
    five_megabytes = 5_000_000

    assert claims(desk, chart_url("flags", patient), five_megabytes).status_code == 413
    assert claims(desk, "/nowhere/", five_megabytes).status_code == 413
    assert claims(Client(), address, five_megabytes).status_code == 413
    assert claims(desk, "/search/", five_megabytes, kind="application/x-www-form-urlencoded").status_code == 413


# Filing is one act


def test_filing_is_recorded_without_words(patient, clinician):
    scan = papers.make_scan(patient, by=clinician)

    assert events(patient)[-1] == "scan.filed"
    assert TrailEntry.objects.latest("sequence").facts == {"kind": "insurance"}
    assert (scan.filed_by, scan.title) == (clinician, "Insurance card, front")


def test_when_the_rows_cannot_be_written_no_file_stays(patient, clinician, folder):
    with trail_broken(), pytest.raises(TrailUnavailable):
        papers.make_scan(patient, by=clinician)

    assert (Scan.objects.count(), on_disk(folder)) == (0, [])


def test_when_the_file_cannot_be_written_no_row_stays(patient, clinician, folder, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(OSError, match="No space"):
        papers.make_scan(patient, by=clinician)
    assert (Scan.objects.count(), on_disk(folder)) == (0, [])


def test_a_prescriber_files_and_an_administrator_does_not(patient):
    with pytest.raises(NotPermitted):
        papers.make_scan(patient, by=make_user(Role.ADMINISTRATOR))

    assert papers.make_scan(patient, by=make_user(Role.PRESCRIBER))


# Getting it back


def test_a_scan_is_given_as_a_file_that_nothing_runs(desk, patient, clinician):
    scan = papers.make_scan(patient, by=clinician, title="Card of Rosa Alvarez")

    answer = desk.get(chart_url("scan", patient, scan.pk))

    assert (answer.status_code, answer.content) == (200, papers.pdf())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="scan-{str(scan.pk)[:8]}.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert events(patient)[-2:] == ["scan.opened", "chart.opened"]


def test_nobody_without_scope_gets_a_file_by_its_address(patient, clinician):
    scan = papers.make_scan(patient, by=clinician)
    other = make_admitted(make_clinician())
    url = chart_url("scan", patient, scan.pk)

    assert signed_in(make_clinician()).get(url).status_code == 404
    assert signed_in(make_user(Role.ADMINISTRATOR)).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert signed_in(make_user(Role.FRONT_DESK, works_in=["Residential detox"])).get(url).status_code == 403
    assert signed_in(clinician).get(chart_url("scan", other, scan.pk)).status_code == 404
    for place in ("/documents/", "/media/", "/static/"):
        assert signed_in(clinician).get(f"{place}{scan.pk}").status_code == 404


def test_the_folder_is_not_among_what_is_served(settings):
    folder = Path(settings.DOCUMENTS_DIR)
    served = [
        Path(settings.BASE_DIR) / "staticfiles",
        *(Path(path[1] if isinstance(path, tuple) else path) for path in settings.STATICFILES_DIRS),
    ]

    assert not any(folder == place or place in folder.parents or folder in place.parents for place in served)
    assert settings.MEDIA_URL in ("", "/")
    with pytest.raises(ValueError, match="no address"):
        shelf.shelf().url("x")


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_file_that_is_not_as_it_was_filed_is_noticed_and_not_shown(desk, patient, clinician, folder, change, caplog):
    scan = papers.make_scan(patient, by=clinician)
    path = folder / str(scan.pk)
    path.write_bytes(papers.pdf(b"% changed\n")) if change == "changed" else path.unlink()

    page = Page(desk.get(chart_url("scan", patient, scan.pk)))

    assert (page.status, page.heading) == (422, "This file is not shown")
    assert "scan.damaged" in events(patient)
    assert "scan.opened" not in events(patient)
    assert str(scan.pk) in caplog.text
    assert scan.title not in caplog.text


# Filed in error


def test_a_withdrawn_scan_stays_on_record_and_opens_for_a_supervisor_only(desk, patient, clinician, folder):
    scan = scans.withdraw(papers.make_scan(patient, by=clinician), because=WHY, by=clinician)
    url = chart_url("scan", patient, scan.pk)

    page = Page(desk.get(url))
    assert page.status == 403
    assert "This scan was filed in error and no longer opens. A supervisor can open it." in page.text
    assert signed_in(make_supervisor(supervises=[clinician])).get(url).status_code == 200
    assert on_disk(folder) == [str(scan.pk)]
    assert events(patient)[-1:] + [TrailEntry.objects.get(event="scan.withdrawn").facts] == ["chart.opened", {}]


def test_each_refusal_of_a_withdrawal(patient, clinician):
    scan = papers.make_scan(patient, by=clinician)
    front_desk = make_user(Role.FRONT_DESK)

    with pytest.raises(NotNow, match="at least 15"):
        scans.withdraw(scan, because="Wrong", by=clinician)
    with pytest.raises(NotPermitted, match="Only the person who filed this scan"):
        scans.withdraw(scan, because=WHY, by=front_desk)
    with pytest.raises(NotPermitted):
        scans.withdraw(scan, because=WHY, by=make_user(Role.ADMINISTRATOR))
    scans.withdraw(scan, because=WHY, by=clinician)
    with pytest.raises(SomeoneWasFirst, match="S. Lindqvist withdrew this scan just now"):
        scans.withdraw(scan, because=WHY, by=clinician)
    assert scans.withdraw(papers.make_scan(patient, by=front_desk), because=WHY, by=front_desk).withdrawn_at


def test_the_database_keeps_what_was_filed(patient, clinician):
    scan = scans.withdraw(papers.make_scan(patient, by=clinician), because=WHY, by=clinician)

    for change in ("title = 'Another'", "digest = 'x'", "media_type = 'image/png'", "withdrawn_at = NULL, withdrawn_by_id = NULL"):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE patients_scan SET {change} WHERE digest = %s", [scan.digest])  # noqa: S608 (written here)
    with pytest.raises(IntegrityError, match="not deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM patients_scan")


def test_the_folder_is_compared_with_the_record(patient, clinician, folder, capsys):
    first, second = papers.make_scan(patient, by=clinician), papers.make_scan(patient, by=clinician)
    for stray in ("new", "old"):
        (folder / stray).write_bytes(b"x")
    os.utime(folder / "old", (0, 0))

    call_command("verify_documents", sweep=True)
    assert capsys.readouterr().out == "2 scans, 2 files without a record.\n"
    assert on_disk(folder) == sorted(["new", str(first.pk), str(second.pk)])
    (folder / str(second.pk)).write_bytes(b"%PDF-")
    with pytest.raises(CommandError, match=f"Changed or missing: {second.pk}"):
        call_command("verify_documents")


# Checks by themselves


def test_a_picture_of_a_page_at_600_dots_per_inch_is_not_too_large():
    content = png_of(header(5100, 6600), END)

    with pytest.raises(ValidationError, match="broken"):  # not for its size
        uploads.check("page.png", content)
