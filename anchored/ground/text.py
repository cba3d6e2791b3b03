"""What text may hold, and how it is folded for finding."""

import unicodedata

from django.core.exceptions import ValidationError

ALLOWED_CONTROLS = "\n\r\t"
# Signs that change the direction of what follows, so that a name reads as another than it is.
DIRECTION_SIGNS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
INVISIBLE = {"\u200b", "\u2060", "\ufeff"}
BREAKS = set("\n\r\t\u2028\u2029")
ILLEGIBLE = "\ufffd"  # what stands for bytes that were no text: whoever sent them meant something else


def unusable_position(text):
    """The place, counted from 1, of the first character that no record can hold; None when all are fine."""
    for position, character in enumerate(text, 1):
        if character in ALLOWED_CONTROLS:
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTION_SIGNS or character == ILLEGIBLE:
            return position
    return None


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
    return "".join(character for character in text if character not in INVISIBLE).strip()


def fold(text):
    """Lower case without accents, so that Núñez is found by nunez."""
    folded = str(text).casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
