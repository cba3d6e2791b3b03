"""What text may hold, and how it is folded for finding."""

import re
import unicodedata

from django.core.exceptions import ValidationError

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # but for line breaks and tabs
LONE_SURROGATES = r"\ud800-\udfff"
DIRECTION_SIGNS = r"\u202a-\u202e\u2066-\u2069"  # they turn what follows, so that a name reads as another than it is
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))
BREAKS = set("\n\r\t\u2028\u2029")
ILLEGIBLE = r"\ufffd"  # what stands for bytes that were no text: whoever sent them meant something else
UNUSABLE = re.compile(f"[{CONTROLS}{LONE_SURROGATES}{DIRECTION_SIGNS}{ILLEGIBLE}]")


def unusable_position(text):
    """The place, counted from 1, of the first character that no record can hold; None when all are fine."""
    found = UNUSABLE.search(text)
    return found.end() if found else None


def plain_text(text):
    """Refuse control characters, lone surrogates, illegible and direction signs. Any letters of any script are fine."""
    position = unusable_position(str(text))
    if position:
        raise ValidationError(f"Remove the character at position {position}. It can't be used in a record.", code="unusable_character")


def one_line(text):
    """Refuse line breaks and tabs, which would let a name or a street pass for more than one in a list or a file."""
    position = next((position for position, character in enumerate(str(text), 1) if character in BREAKS), None)
    if position:
        raise ValidationError(f"Remove the line break or tab at position {position}. This is one line.", code="line_break")


def tidy(text):
    """Trim spaces, also the invisible ones that paste brings along."""
    return text.translate(INVISIBLE).strip()


def fold(text):
    """Lower case without accents, so that Núñez is found by nunez."""
    folded = str(text).casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
