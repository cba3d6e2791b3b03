"""The stays of an episode as one bar to scale, drawn on the server: classes only, no style attributes."""

from django.utils.html import format_html, format_html_join

GAP = 0.4  # per cent between two stays
WIDE_ENOUGH = 9  # per cent of the width that a label needs


def drawn(bars):
    """SVG with the same words as its label. `bars` are `banner.Bar`s in order."""
    total = sum(max(bar.days, 1) for bar in bars)
    if not total:
        return ""
    marks, start = [], 0.0
    for bar in bars:
        share = 100 * max(bar.days, 1) / total
        marks.append((bar, round(start, 1), round(max(share - GAP, 0.3), 1), share >= WIDE_ENOUGH))
        start += share
    return format_html(
        '<svg class="staybar" role="img" aria-label="{}">{}{}</svg>',
        ", ".join(_said(bar) for bar in bars),
        format_html_join(
            "",
            '<rect class="stay{}" x="{}%" width="{}%" height="14" rx="3"/>',
            ((" is-now" if bar.now else "", x, width) for bar, x, width, _ in marks),
        ),
        format_html_join(
            "",
            '<text class="chart-text{}" x="{}%" y="32">{} {} d</text>',
            ((" is-strong" if bar.now else "", x, bar.name, bar.days) for bar, x, _, labelled in marks if labelled),
        ),
    )


def _said(bar):
    return f"{bar.name} {bar.days} {'day' if bar.days == 1 else 'days'}{' so far' if bar.now else ''}"
