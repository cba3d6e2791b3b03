"""The one chart of a report as inline SVG: drawn on the server, classes only, to any width. The table beside it says the same."""

import itertools

from django.utils.html import format_html, format_html_join

from .table import Figure

ROW, BAR = 34, 9  # pixels of a line of bars, and of the bar in it
LEFT, WIDTH, TOP, HEIGHT = 11, 85, 14, 180  # per cent across, pixels down
MOST_LINES = 4


def drawn(chart, table):
    """The chart over the numbers that the table shows; nothing where it shows none."""
    if chart.kind == "bars":
        return _bars(chart, table)
    return _lines(chart, *_series(chart, table))


def number_of(cell):
    """What a cell stands for; None where it is hidden or empty."""
    if isinstance(cell, Figure):
        return cell.value
    return cell if type(cell) in (int, float) else None


def _bars(chart, table):
    column = chart.columns[0]
    rows = [(row[0], row[column], number_of(row[column])) for row in table.body]
    rows = [row for row in rows if row[2] is not None]
    most = chart.most or max((value for *_, value in rows), default=0)
    if not most:
        return ""
    marks = format_html_join(
        "",
        '<text class="chart-text" y="{}">{}</text><text class="chart-text is-strong" x="100%" y="{}" text-anchor="end">{}</text>'
        '<rect class="plot-track" y="{}" width="100%" height="9" rx="3"/><rect class="plot-bar" y="{}" width="{}%" height="9" rx="3"/>',
        (
            (at + 13, label, at + 13, cell, at + 19, at + 19, round(100 * value / most, 1))
            for at, (label, cell, value) in zip(range(0, ROW * len(rows), ROW), rows, strict=True)
        ),
    )
    return _frame(chart, len(rows) * ROW, marks, _said((label, cell) for label, cell, _ in rows))


def _series(chart, table):
    """(words along the bottom, [(name, numbers)])."""
    if chart.kind == "rows":
        chosen = [row for row in table.rows if row[0] in chart.rows]
        along = [table.heads[column] for column in chart.columns]
        return along, [(row[0], [number_of(row[column]) for column in chart.columns]) for row in chosen]
    along = [row[0] for row in table.body]
    return along, [(table.heads[column], [number_of(row[column]) for row in table.body]) for column in chart.columns]


def _lines(chart, along, series):
    series = [(name, numbers) for name, numbers in series if any(number is not None for number in numbers)][:MOST_LINES]
    most = chart.most or _round_up(max((number for _, numbers in series for number in numbers if number is not None), default=0))
    if not series or not most:
        return ""
    scale = format_html_join(
        "",
        '<line class="plot-grid" x1="{}%" x2="{}%" y1="{}" y2="{}"/><text class="chart-text" x="{}%" y="{}" text-anchor="end">{}{}</text>',
        ((LEFT, LEFT + WIDTH, y, y, LEFT - 1.5, y + 4, words, chart.unit) for y, words in _steps(most)),
    )
    names = format_html_join(
        "",
        '<text class="chart-text" x="{}%" y="{}" text-anchor="{}">{}</text>',
        ((x, TOP + HEIGHT + 20, anchor, words) for x, anchor, words in _below(along)),
    )
    lines = format_html_join("", "{}", ((_line(place, numbers, most),) for place, (_, numbers) in enumerate(series, 1)))
    said = _said((name, f"{_plain(numbers[0])}, at the end {_plain(numbers[-1])}") for name, numbers in series)
    plot = format_html("{}{}{}", scale, names, lines)
    return format_html("{}{}", _frame(chart, TOP + HEIGHT + 28, plot, said), _key(series) if len(series) > 1 else "")


def _line(place, numbers, most):
    """One line, broken where a number is not shown; a number that stands alone is a dot."""
    step = WIDTH / max(1, len(numbers) - 1)
    spots = [(round(LEFT + at * step, 2), round(TOP + HEIGHT * (1 - number / most), 1)) if number is not None else None
             for at, number in enumerate(numbers)]  # fmt: skip
    dots = format_html_join("", '<circle class="plot-dot is-{}" cx="{}%" cy="{}" r="2.5"/>', ((place, *spot) for spot in spots if spot))
    pairs = itertools.pairwise(spots)
    strokes = format_html_join(
        "",
        '<line class="plot-line is-{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        ((place, *one, *other) for one, other in pairs if one and other),
    )
    return format_html("{}{}", strokes, dots if len(numbers) <= 40 else "")


def _key(series):
    return format_html(
        '<ul class="plot-key">{}</ul>',
        format_html_join(
            "",
            '<li><svg class="plot-swatch" aria-hidden="true"><line class="plot-line is-{}" x2="100%" y1="5" y2="5"/></svg>{}</li>',
            ((place, name) for place, (name, _) in enumerate(series, 1)),
        ),
    )


def _frame(chart, height, marks, said):
    return format_html(
        '<svg class="plot" width="100%" height="{}" role="img" aria-labelledby="plot-title plot-said">'
        '<title id="plot-title">{}</title><desc id="plot-said">{}</desc>{}</svg>',
        height,
        chart.title,
        said,
        marks,
    )


def _said(pairs):
    return ". ".join(f"{name}: {value}" for name, value in pairs)


def _plain(number):
    return "not shown" if number is None else f"{number:g}"


def _round_up(number):
    """The end of the scale: a round number that divides by four."""
    unit = 4
    while unit < number:
        unit *= 2 if str(unit)[0] in "48" else 2.5 if str(unit)[0] == "1" else 2
    return int(unit)


def _steps(most):
    return [(round(TOP + HEIGHT * (1 - part / 4), 1), f"{most * part / 4:g}") for part in range(5)]


def _below(along):
    """The first, the middle and the last word along the bottom."""
    spots = [(float(LEFT), "start", along[0])]
    if len(along) > 2 and len(along) % 2:
        spots.append((LEFT + WIDTH / 2, "middle", along[len(along) // 2]))
    return [*spots, (LEFT + WIDTH, "end", along[-1])] if len(along) > 1 else spots
