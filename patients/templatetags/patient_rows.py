"""Rows of long lists, made in one go: Django's template language takes ten milliseconds for fifty of them."""

from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from anchored.ui.templatetags.anchored import hours_bar, person_name, status
from patients.addresses import address
from patients.models import SafetyFlag
from patients.queries import SOON

register = template.Library()

NOT_ASSIGNED = "Not assigned"


@register.simple_tag
def chart_page(name, patient, part=None):
    """{% chart_page "patients:timeline" patient %}: the address of a page of a patient."""
    return address(name, patient.pk, part)


@register.simple_tag
def patient_rows(lines, opens, sees_charts):
    """{% patient_rows lines "patients:chart" True %}: the rows of the patient list; what a chart holds, for those who open charts."""
    return format_html_join(
        "\n",
        '<tr><th scope="row"><a href="{}">{}</a></th><td data-label="Record no." class="num">{}</td><td data-label="Program">{}</td>'
        '<td data-label="Day" class="n num">{}</td><td data-label="Clinician">{}</td>{}</tr>',
        (
            (
                address(opens, line.patient_id),
                person_name(line),
                line.record_number,
                line.program_name,
                line.day,
                line.clinician or NOT_ASSIGNED,
                urgent_cells(line) if sees_charts else "",
            )
            for line in lines
        ),
    )


@register.simple_tag
def continuum_rows(lines, may_move):
    """{% continuum_rows lines may_move %}: the rows of the continuum table."""
    return format_html_join(
        "\n",
        '<tr><th scope="row"><a href="{}">{}</a></th><td data-label="Program">{}</td><td data-label="Day" class="n num">{}</td>'
        '<td data-label="Clinician">{}</td>{}<td class="table-acts">{}</td></tr>',
        (
            (
                address("patients:chart", line.patient_id),
                person_name(line),
                line.program_name,
                line.day,
                line.clinician or NOT_ASSIGNED,
                urgent_cells(line),
                move_button(line, "btn btn-sm") if may_move else "",
            )
            for line in lines
        ),
    )


@register.simple_tag
def cards(lines, may_move):
    """{% cards lines may_move %}: the cards of one column of the board."""
    return format_html_join(
        "\n",
        '<article class="pcard"{}><div class="pcard-top"><h3><a href="{}">{}</a></h3>{}</div>'
        '<span class="muted num meta">day {}{}</span>{}<div class="pcard-foot"><span>{}</span>{}</div></article>',
        (
            (
                format_html(' data-move-url="{}"', _move_url(line)) if may_move else "",
                address("patients:chart", line.patient_id),
                person_name(line),
                move_button(line, "btn btn-sm btn-quiet") if may_move else "",
                line.day,
                format_html(", review {}", _short(line.review_due)) if line.review_due else "",
                hours_bar(line.hours, "sm"),
                most_urgent(line),
                _initials(line),
            )
            for line in lines
        ),
    )


def move_button(line, css):
    url = _move_url(line)
    return format_html('<a class="{}" href="{}" data-dialog="{}" role="button" aria-label="Move {}">Move</a>', css, url, url, line)


def urgent_cells(line):
    """Hours, flags and review: they stand in the chart, and are for those who may open it."""
    return format_html(
        '<td data-label="This week">{}</td><td data-label="Safety flags">{}</td><td data-label="Review due">{}</td>',
        hours_bar(line.hours, "sm"),
        flag_words(line),
        review_words(line),
    )


def flag_words(line):
    """The flag raised last in words, and how many more."""
    return _flag_words(line.flag, line.more_flags) if line.flag else ""


@lru_cache(maxsize=200)
def _flag_words(flag, more):
    beside = format_html(' <span class="faint">+{}</span>', more) if more else ""
    tone = "warn" if flag == SafetyFlag.Kind.SAFETY_PLAN else "stop"
    return format_html("{}{}", status(tone, flag.label, "exclamation-triangle-fill"), beside)


def review_words(line):
    """When the review is due; what is late says so in a word."""
    due = line.review_due
    return _review_words(due, line.is_overdue, due <= line.seen_on + SOON) if due else ""


@lru_cache(maxsize=2000)
def _review_words(due, is_overdue, is_soon):
    if is_overdue:
        return status("stop", f"Overdue, {_short(due)}")
    return status("live", _short(due)) if is_soon else _short(due)


def most_urgent(line):
    """The one thing a card shows: a flag, an overdue review, a hand-over not accepted."""
    if line.flag:
        return flag_words(line)
    if line.waits_to_be_accepted:
        return status("live", "To accept", "person-check")
    if line.is_overdue:
        return status("stop", "Review overdue")
    return ""


def _move_url(line):
    return address("patients:move", line.patient_id) + "?back=continuum"


def _initials(line):
    if not line.clinician:
        return format_html('<span class="faint">{}</span>', NOT_ASSIGNED)
    return format_html(
        '<span class="initials" title="{}">{}<span class="visually-hidden"> {}</span></span>', line.clinician, line.initials, line.clinician
    )


@lru_cache(maxsize=1000)
def _short(day):
    return date_format(day, "MONTH_DAY_FORMAT")


@register.simple_tag
def urgent(line):
    """{% urgent line %}: the most urgent thing about a person in a list, or nothing."""
    return most_urgent(line)
