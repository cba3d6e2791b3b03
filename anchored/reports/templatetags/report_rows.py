"""Rows of a report as text: a curriculum in a large house has thousands."""

from django import template
from django.utils.formats import localize
from django.utils.safestring import mark_safe

from anchored.ui.inputs import escaped

register = template.Library()


@register.simple_tag
def report_rows(rows):
    """{% report_rows table.body %}: what a row is about, and its numbers."""
    return mark_safe("".join(_row(row) for row in rows))


def _row(row):
    about, *cells = (escaped(localize(cell)) for cell in row)
    numbers = "".join(f'<td class="n">{cell}</td>' for cell in cells)
    return f'<tr><th scope="row">{about}</th>{numbers}</tr>'
