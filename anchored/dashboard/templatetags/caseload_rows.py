"""A line of four weeks, drawn on the server; the same stands beside it in words."""

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

register = template.Library()

LEFT, STEP, TOP, HEIGHT = 4, 24, 3, 18


@register.simple_tag
def sparkline(weeks):
    """{% sparkline row.weeks %}: attendance week by week; a week without a mark has no point."""
    said = ", ".join(f"{date_format(week.monday, 'MONTH_DAY_FORMAT')} {_percent(week)}" for week in weeks)
    points = [(LEFT + STEP * place, TOP + HEIGHT * (100 - week.percent) / 100) for place, week in enumerate(weeks) if week.marked]
    if not points:
        return format_html('<span class="visually-hidden">By week: {}</span>', said)
    spots = ((x, f"{y:.1f}", 3.5 if (x, y) == points[-1] else 0) for x, y in points)
    dots = format_html_join("", '<circle class="spark-dot" cx="{}" cy="{}" r="{}"/>', spots)
    line = " ".join(f"{x},{y:.1f}" for x, y in points)
    return format_html(
        '<svg class="spark spark-sm" viewBox="0 0 80 24" preserveAspectRatio="xMinYMid meet" role="img" aria-label="By week: {}">'
        '<title>By week: {}</title>'
        '<polyline class="spark-line" points="{}"/>{}</svg>',
        said, said, line, dots,
    )  # fmt: skip


def _percent(week):
    return "no marks" if week.percent is None else f"{week.percent}%"
