"""A signature drawn on the screen: strokes of whole numbers, kept as they came, shown as one line of an SVG."""

import re

from django.utils.html import format_html

WIDE, HIGH = 600, 200
FEWEST_POINTS, MOST_POINTS = 4, 2000
LONGEST = 20_000
STROKE = r"\[\d{1,3},\d{1,3}(?:,\d{1,3},\d{1,3})*\]"
WRITTEN = re.compile(rf"\[{STROKE}(?:,{STROKE})*\]")


def read(text):
    """The strokes of a drawing, each a list of points: `[[12,40,13,42],[80,41]]` is a line and a dot.

    Raises ValueError for anything else: other signs, points outside of the field, too few or too many of them.
    """
    if len(text) > LONGEST or not text.isascii() or not WRITTEN.fullmatch(text):
        raise ValueError("This is no drawing.")
    strokes = [_points(stroke) for stroke in re.findall(STROKE, text)]
    points = [point for stroke in strokes for point in stroke]
    if not FEWEST_POINTS <= len(points) <= MOST_POINTS or any(x > WIDE or y > HIGH for x, y in points):
        raise ValueError("This is no drawing.")
    return strokes


def is_drawn(text):
    """Whether it is a drawing at all."""
    try:
        return bool(read(text))
    except ValueError:
        return False


def _points(stroke):
    numbers = list(map(int, re.findall(r"\d+", stroke)))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def svg(text, label):
    """The drawing as a picture with a name; nothing of it comes from outside but numbers."""
    return format_html(
        '<svg class="signature" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>', WIDE, HIGH, label, path(text)
    )


def path(text):
    """The strokes as the path of an SVG."""
    return " ".join(f"M{_line(stroke)}" for stroke in read(text))


def _line(stroke):
    """A dot is a line to where it began: round ends make it visible."""
    return "L".join(f"{x} {y}" for x, y in (stroke if len(stroke) > 1 else stroke * 2))
