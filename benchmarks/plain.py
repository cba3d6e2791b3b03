"""HTML by string formatting."""

from html import escape

from django.http import HttpResponse


def table(rows):
    lines = "".join("<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}" for cell in row) for row in rows)
    return HttpResponse(f"<!doctype html><title>Floor</title><table>{lines}</table>")
