"""Times of day as people write them, in minutes since midnight."""

import re

DAY = 24 * 60
BY_NAME = {"midnight": 0, "12 midnight": 0, "noon": 12 * 60, "12 noon": 12 * 60, "midday": 12 * 60}
WRITTEN = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?h?\s*(?:([ap])\.?(?:m\.?)?)?", re.IGNORECASE)
SURELY_MORNING = 7  # a plain 9 is nine in the morning; a plain 5 is more often the afternoon, so it is asked


class CouldBeTwo(ValueError):
    """5 is 5 am or 5 pm. `written` is how it stood there."""

    def __init__(self, written):
        super().__init__("This could be two times of the day.")
        self.written = written


def read_time(text):
    """The minutes since midnight somebody typed: 9, 9:00, 9 am, 5:30 pm, 17:30, 0900, noon, midnight, 24:00.

    Raises CouldBeTwo for 1 to 6 o'clock without am or pm (05:00 and 17:00 are plain), ValueError for what is no time.
    """
    text = _folded(text)
    if text in BY_NAME:
        return BY_NAME[text]
    found = WRITTEN.fullmatch(text) if text.isascii() else None
    if not found:
        raise ValueError("Not a time of day.")
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        return _on_the_dial(hour, minute, half)
    if 1 <= hour < SURELY_MORNING and is_plain(text):
        raise CouldBeTwo(text)
    if hour * 60 + minute > DAY:
        raise ValueError("Not a time of day.")
    return hour * 60 + minute


def _on_the_dial(hour, minute, half):
    if not 1 <= hour <= 12:
        raise ValueError("Not a time of day.")
    return (hour % 12 + (12 if half == "p" else 0)) * 60 + minute


def is_plain(text):
    """Whether a time is written as on a dial, with nothing that says which half of the day: 9 or 9:30, not 09:30 or 9 am."""
    found = WRITTEN.fullmatch(_folded(text))
    return found is not None and not found[3] and not found[1].startswith("0") and int(found[1]) < 12


def _folded(text):
    return " ".join(str(text).split()).lower()


def clock(minutes):
    """540 as 09:00; the end of the day as 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def duration(minutes):
    """2430 as 40 h 30 min; 0 as nothing."""
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]))
