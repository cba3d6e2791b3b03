"""Hours of a week as a drawing, made on the server: seven columns, classes only, no style attributes."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join

from anchored.ground.clock import DAY, clock

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STEP = 180  # minutes between two lines
USUAL = (6 * 60, 21 * 60)
HEAD, HOUR = 24, 18  # px: the names of the days, and one hour
EDGE, COLUMN = 9, 13  # per cent of the width: the names of the hours, and one day
GAP = 0.5
TALL_ENOUGH = 50  # minutes that a word needs


@dataclass(frozen=True)
class Block:
    """A stretch of one weekday (0 is Monday) in minutes since midnight. `later`: not yet in force."""

    weekday: int
    starts: int
    ends: int
    words: str
    later: bool = False


def drawn(blocks):
    """SVG with the same words as its label; nothing for an empty week. Blocks that meet stand side by side."""
    if not blocks:
        return ""
    first, last = _hours(blocks)
    return format_html(
        '<svg class="week" role="img" aria-label="{}" height="{}">{}{}{}</svg>',
        said(blocks),
        round(HEAD + (last - first) / 60 * HOUR) + 8,
        _lines(first, last),
        _names(),
        format_html_join("", "{}", ((_block(block, place, of, first),) for block, place, of in _side_by_side(blocks))),
    )


def said(blocks):
    """Monday: Work 09:00 to 17:00. Tuesday: ..."""
    by_day = [sorted((block for block in blocks if block.weekday == day), key=lambda block: block.starts) for day in range(7)]
    return " ".join(f"{DAYS[day]}: {', '.join(_words(block) for block in there)}." for day, there in enumerate(by_day) if there)


def _words(block):
    return f"{block.words} {clock(block.starts)} to {clock(block.ends)}{', not yet' if block.later else ''}"


def _hours(blocks):
    """The usual day, longer where somebody has to be somewhere earlier or later."""
    first = min(USUAL[0], *(block.starts for block in blocks))
    last = max(USUAL[1], *(block.ends for block in blocks))
    return first // STEP * STEP, min(DAY, -(-last // STEP) * STEP)


def _y(minutes, first):
    return round(HEAD + (minutes - first) / 60 * HOUR)


def _x(weekday):
    return EDGE + COLUMN * weekday


def _lines(first, last):
    marks = [(_y(minutes, first), clock(minutes)[:2]) for minutes in range(first, last + 1, STEP)]
    return format_html_join(
        "",
        '<line class="axis" x1="{}%" x2="100%" y1="{}" y2="{}"/><text class="chart-text" x="0" y="{}">{}</text>',
        ((EDGE - 1, y, y, y + 4, hour) for y, hour in marks),
    )


def _names():
    return format_html_join(
        "", '<text class="chart-text is-strong" x="{}%" y="14">{}</text>', ((_x(day) + GAP, DAYS[day][:3]) for day in range(7))
    )


def _block(block, place, of, first):
    """An SVG of its own, so that a long word ends where the block does; where it is narrow, its first two letters stand for it."""
    width = (COLUMN - GAP) / of
    return format_html(
        '<svg x="{}%" y="{}" width="{}%" height="{}"><rect class="slot{}" x="1" y="1" width="98%" height="{}" rx="4"/>{}</svg>',
        round(_x(block.weekday) + place * width, 2),
        _y(block.starts, first),
        round(width - 0.2, 2),
        _y(block.ends, first) - _y(block.starts, first),
        " is-later" if block.later else "",
        max(_y(block.ends, first) - _y(block.starts, first) - 2, 2),
        _label(block, of) if block.ends - block.starts >= TALL_ENOUGH else "",
    )


def _label(block, of):
    if of > 1:
        return format_html('<text class="slot-text not-small" x="5" y="15">{}</text>', block.words[:2])
    both = '<text class="slot-text not-small" x="8" y="15">{}</text><text class="slot-text only-small" x="5" y="15">{}</text>'
    return format_html(both, block.words, block.words[:2])


def _side_by_side(blocks):
    """(block, place, of how many): blocks of one day that meet share its width."""
    groups = []
    for block in sorted(blocks, key=lambda block: (block.weekday, block.starts, block.ends)):
        meets = groups and groups[-1][0].weekday == block.weekday and block.starts < max(each.ends for each in groups[-1])
        if meets:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [(block, place, len(group)) for group in groups for place, block in enumerate(group)]
