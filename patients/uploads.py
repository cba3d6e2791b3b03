"""Scanned papers as they arrive: judged by their content from the first byte to the last, refused with words."""

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from PIL import Image

from anchored.ground.text import BREAKS, unusable_position
from anchored.ui.bodies import LARGEST_FILE

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
LONGEST_NAME = 150
MOST_PIXELS = 50_000_000  # a letter page at 600 dots per inch has 34 million
LONGEST_SIDE = 20_000

EMPTY = "The file is empty"
TOO_LARGE = "The file is larger than 20 MB"
OTHER_KIND = "Use PDF, JPEG or PNG"
BROKEN = "The file is broken or not complete. Scan the paper again"
SOMETHING_ELSE = "The file holds something else beside the paper. Scan the paper again, or save it as a new file"
ACTS = "This PDF holds a script, an action or another file. Print it to a new PDF, or scan the paper again"
LOCKED = "This PDF is locked, so it can't be checked. Save it without a password"
TOO_MANY_PIXELS = "The picture is too large: at most 50 million pixels. Scan it with fewer dots per inch"
NAME_WITH_PATH = "The name of the file must not hold a path. Rename the file"
NAME_UNUSABLE = "The name of the file holds a character that can't be used. Rename the file"
NAME_TOO_LONG = f"The name of the file is longer than {LONGEST_NAME} characters. Rename the file"


@dataclass(frozen=True)
class Upload:
    """A file that has passed: its name as it was sent, what it is by its content, and its bytes."""

    name: str
    media_type: str
    content: bytes


def check(name, content) -> Upload:
    """Judge a file that somebody sent. Raises ValidationError with the sentence that says what would do."""
    check_name(name)
    if not content:
        raise ValidationError(EMPTY)
    if len(content) > LARGEST_FILE:
        raise ValidationError(TOO_LARGE)
    media_type = _kind(content)
    CHECKS[media_type](content)
    _check_for_others(content)
    return Upload(name, media_type, content)


def check_name(name):
    """A name is one part, of characters that can be read. It is shown, and never used as a name on the disk."""
    if "/" in name or "\\" in name or name.strip(". ") == "" or re.match(r"[A-Za-z]:", name):
        raise ValidationError(NAME_WITH_PATH)
    if unusable_position(name) or set(name) & BREAKS or set(name) & {"\u200e", "\u200f", "\u061c"}:
        raise ValidationError(NAME_UNUSABLE)
    if len(name) > LONGEST_NAME:
        raise ValidationError(NAME_TOO_LONG)


def _kind(content):
    for beginning, media_type in ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG)):
        if content.startswith(beginning):
            return media_type
    raise ValidationError(OTHER_KIND)


# What no scanned paper holds, whatever else it is: pages and programs that somebody might take it for

MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg|img|object|embed)[\s>/]|<\?php|javascript:", re.IGNORECASE)
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\x00")
ZIP_ENDS = (b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07")
ZIP_TAIL = 66_000  # the end record of a ZIP stands within its last 65,557 bytes
PLACES = ((257, b"ustar"), (32_769, b"CD001"))  # a tape archive, a disc image


def _check_for_others(content):
    tail = content[-ZIP_TAIL:]
    is_archive = any(end in tail for end in ZIP_ENDS) or any(sign in content for sign in ARCHIVES)
    if is_archive or any(content.startswith(sign, place) for place, sign in PLACES) or MARKUP.search(content):
        raise ValidationError(SOMETHING_ELSE)


# PDF

ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|OpenAction|RichMedia|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])|/XFA\s*(?:\[|\d+\s+\d+\s+R)"
)
ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
OBJECTS = b"/ObjStm"
STREAM = re.compile(rb"(?<!end)stream\r?\n")
LONGEST_DICTIONARY = 2_000
MOST_UNPACKED = 64 * 1024 * 1024


def _check_pdf(content):
    if not content.rstrip(b"\r\n\t \x00").endswith(b"%%EOF"):
        raise ValidationError(BROKEN if b"%%EOF" not in content else SOMETHING_ELSE)
    words = _unescaped(content)
    if ENCRYPTED.search(words):
        raise ValidationError(LOCKED)
    if ACTIVE.search(words):
        raise ValidationError(ACTS)
    packed = list(_packed_objects(content)) if OBJECTS in words else []
    if len(packed) != words.count(OBJECTS) or any(ACTIVE.search(_unescaped(objects)) for objects in packed):
        raise ValidationError(ACTS)  # what was not found cannot be looked into


def _unescaped(content):
    """Names may be written with numbers of their letters: /J#61vaScript."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _packed_objects(content):
    """The objects that the file keeps packed, unpacked. What can't be unpacked can't be checked."""
    left = MOST_UNPACKED
    for found in STREAM.finditer(content):
        before = content[max(0, found.start() - LONGEST_DICTIONARY) : found.start()]
        facts = _unescaped(before[before.rfind(b" obj") :])
        if OBJECTS not in facts:
            continue
        packed = content[found.end() : content.find(b"endstream", found.end())]
        unpacked = _inflated(packed, left) if b"/Filter" in facts else packed
        if b"/Predictor" in facts:
            raise ValidationError(ACTS)
        left -= len(unpacked)
        yield unpacked


def _inflated(packed, most):
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, max(most, 1))
    except zlib.error as trouble:
        raise ValidationError(ACTS) from trouble
    if not unpacking.eof:
        raise ValidationError(ACTS)
    return unpacked


# Pictures


def _check_jpeg(content):
    if _end_of_jpeg(content) != len(content):
        raise ValidationError(SOMETHING_ELSE)
    _decode(content, "JPEG")


FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
NEXT_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)


def _end_of_jpeg(content):
    """The place behind the end marker, found by walking from one marker to the next; the size is judged on the way."""
    place = 2
    while True:
        if content[place : place + 1] != b"\xff" or place + 2 > len(content):
            raise ValidationError(BROKEN)
        marker = content[place + 1]
        if marker == 0xD9:
            return place + 2
        if marker == 0xFF:
            place += 1
        elif marker in WITHOUT_LENGTH:
            place += 2
        else:
            place = _behind(content, place, marker)


def _behind(content, place, marker):
    """The place of the marker after this segment, and after the picture's data where it follows."""
    (length,) = struct.unpack(">H", content[place + 2 : place + 4].rjust(2, b"\0"))
    if length < 2 or place + 2 + length > len(content):
        raise ValidationError(BROKEN)
    if marker in FRAMES:
        high, wide = struct.unpack(">HH", content[place + 5 : place + 9].rjust(4, b"\0"))
        _check_size(wide, high)
    if marker != 0xDA:
        return place + 2 + length
    following = NEXT_MARKER.search(content, place + 2 + length)
    if following is None:
        raise ValidationError(BROKEN)
    return following.end() - 2


def _check_png(content):
    place, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", content[place : place + 8].rjust(8, b"\0"))
        end = place + 12 + length
        if end > len(content) or (place == 8) != (kind == b"IHDR"):
            raise ValidationError(BROKEN)
        (crc,) = struct.unpack(">I", content[end - 4 : end])
        if crc != zlib.crc32(content[place + 4 : end - 4]):
            raise ValidationError(BROKEN)
        if kind == b"IHDR":
            _check_size(*struct.unpack(">II", content[place + 8 : place + 16].rjust(8, b"\0")))
        place = end
    if place != len(content):
        raise ValidationError(SOMETHING_ELSE)
    _decode(content, "PNG")


def _check_size(wide, high):
    """From the header alone: what is too large is never unpacked."""
    if not wide or not high:
        raise ValidationError(BROKEN)
    if wide * high > MOST_PIXELS or max(wide, high) > LONGEST_SIDE:
        raise ValidationError(TOO_MANY_PIXELS)


def _decode(content, kind):
    """Whether the picture can be seen from its first line to its last."""
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            picture.verify()
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            _check_size(*picture.size)
            picture.load()
    except ValidationError:
        raise
    except Exception as trouble:  # Pillow says of a broken file what each of its parts says
        raise ValidationError(BROKEN) from trouble


CHECKS = {PDF: _check_pdf, JPEG: _check_jpeg, PNG: _check_png}
