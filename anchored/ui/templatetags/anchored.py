"""The house's template tags: {% load anchored %}."""

import uuid
from datetime import datetime
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import flatatt
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from anchored.ground import clock as clocks
from anchored.ui import fields, flash, inputs, staybar, week
from anchored.ui.banner import NOT_KNOWN
from anchored.ui.once import FIELD

register = template.Library()

ICONS = {
    "ok": "check-circle-fill",
    "warn": "exclamation-triangle-fill",
    "stop": "exclamation-square-fill",
    "info": "info-circle-fill",
    "live": "record-circle",
    "quiet": "circle",
}


@register.simple_tag
def once():
    """The hidden field that makes sending a form twice have its effect once. Goes into every POST form with an effect."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())


@register.simple_tag
@cache
def icon(name):
    """{% icon "pencil" %}: decoration beside a word."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def page(name):
    """{% page "help" %}: the address of a page that stands in the frame of every page; "" where the house has no such page."""
    return _page(name, settings.ROOT_URLCONF)


@cache
def _page(name, urls):
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag
def status(tone, words, shape="", chip=False):
    """{% status "ok" "Present" %}: word and shape. Tones: ok, warn, stop, info, live, quiet. chip=True where the eye must find it."""
    shown = f"{icon(shape or ICONS[tone])}{inputs.escaped(words)}"
    return mark_safe(f'<span class="status is-{inputs.escaped(tone)}{" chip" if chip else ""}">{shown}</span>')


@register.simple_tag
def act(offered, css):
    """{% act offered "btn" %}: an `Act` as a link that looks like a button; greyed out with its sentence where it may not be done."""
    words = format_html("{}{}", icon(offered.icon) if offered.icon else "", offered.words)
    if offered.why_not:
        said = format_html('<span class="visually-hidden">. {}</span>', offered.why_not)
        shut = '<span class="{} disabled" role="link" aria-disabled="true" tabindex="0" title="{}">{}{}</span>'
        return format_html(shut, css, offered.why_not, words, said)
    more = format_html(' data-dialog="{}"', offered.url) if offered.dialog else ""
    more += format_html(' data-shortcut="{}"', offered.key) if offered.key else ""
    return format_html('<a class="{}{}" href="{}"{}>{}</a>', css, " btn-primary" if offered.main else "", offered.url, more, words)


@register.simple_tag
def day(value, style="full"):
    """{% day patient.birth_date %}: 04 Mar 1991; {% day stay.started_on "short" %}: 04 Mar. Without a day: Not known.

    Of a moment, the clinic's day: late in the evening the moment's own date may be tomorrow's."""
    if not value:
        return NOT_KNOWN
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return _day(value, style)


@lru_cache(maxsize=2000)
def _day(value, style):
    words = date_format(value, "MONTH_DAY_FORMAT" if style == "short" else "DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag
def clock(minutes):
    """{% clock slot.starts %}: 09:00, from minutes since midnight."""
    return clocks.clock(minutes)


@register.simple_tag
def person_name(person):
    """{% person_name patient %}: ALVAREZ, Rosa. Of a person with one name, that name."""
    family = format_html('<span class="family">{}</span>', person.family_name.upper()) if person.family_name else ""
    return format_html("{}{}{}", family, ", " if person.family_name and person.given_name else "", person.given_name)


@register.simple_tag
def meter(count, of, full=False):
    """{% meter 8 10 %}: a thin bar beside words that say the same."""
    share = min(100, round(100 * count / of, 1)) if of else 0
    return format_html(
        '<svg class="meter{}" aria-hidden="true"><rect class="meter-track" width="100%" height="100%" rx="2.5"/>'
        '<rect class="meter-fill" width="{}%" height="100%" rx="2.5"/></svg>',
        " is-full" if full or (of and count >= of) else "",
        share,
    )


@register.simple_tag
def hours_bar(hours, size=""):
    """{% hours_bar line.hours "sm" %}: hours of the week, solid delivered, pale to come, a tick at what is required.

    Where no rule asks for hours, words alone."""
    if hours is None:
        return ""
    if not hours.least:
        return format_html('<span class="hours-text">{}</span>', hours.words)
    return format_html(
        '<div class="hours{}{}"><svg role="img" aria-label="{}"><rect class="hb-track" width="100%" height="100%" rx="4"/>'
        '<rect class="hb-plan" width="{}%" height="100%" rx="4"/><rect class="hb-fill" width="{}%" height="100%" rx="4"/>'
        '<line class="hb-tick" x1="75%" x2="75%" y1="-3" y2="125%"/></svg><span class="hours-text" aria-hidden="true">{}</span></div>',
        f" hours-{size}" if size else "",
        " is-short" if hours.is_short else "",
        hours.sentence,
        _share(hours.in_sight, hours.least),
        _share(hours.minutes, hours.least),
        hours.words,
    )


def _share(minutes, least):
    """How far the bar goes; what is required stands at three quarters."""
    return min(100, round(75 * minutes / least))


@register.simple_tag(name="staybar")
def staybar_of(bars):
    """{% staybar bars %}: the stays of an episode to scale, each a `Bar`. The same stands in a list beside it."""
    return staybar.drawn(bars)


@register.simple_tag(name="week")
def week_of(blocks):
    """{% week blocks %}: hours of a week as seven columns, each a `Block`. The same stands in a table beside it."""
    return week.drawn(blocks)


@register.inclusion_tag("ui/parts/_stepper.html")
def stepper(steps):
    """{% stepper steps %}: the level-of-care line, from `Step`s."""
    before_skip = [following.state == "skipped" for following in [*steps[1:], *steps[-1:]]]
    return {"steps": list(zip(steps, before_skip, strict=True))}


@register.inclusion_tag("ui/parts/_empty.html")
def empty(heading, words="", url="", action=""):
    """{% empty "No people yet" "Add the first." url "Add a person" %}: a page's or a sheet's empty state, with its drawing."""
    return {"heading": heading, "words": words, "url": url, "action": action}


@register.inclusion_tag("ui/parts/_pager.html", takes_context=True)
def pager(context, page, name="page"):
    """{% pager page_obj %}: previous and next, keeping the filters of the address."""
    query = context["request"].GET.copy()
    query.pop(name, None)
    return {"page": page, "name": name, "query": f"&{query.urlencode()}" if query else ""}


@register.inclusion_tag("ui/parts/_sort.html", takes_context=True)
def sort(context, key, label, numeric=False):
    """{% sort "name" "Person" %}: a column head that sorts; the view reads ?sort=name or ?sort=-name from a fixed list.

    The view says in `order` how the rows stand, also when nobody asked for an order."""
    query = context["request"].GET.copy()
    now = context.get("order", query.get("sort", ""))
    query.pop("page", None)
    query["sort"] = f"-{key}" if now == key else key
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return {"label": label, "url": f"?{query.urlencode()}", "state": state, "numeric": numeric}


# Forms


@register.simple_tag
def field(bound, css=""):
    """{% field form.reason %}: one field with label, hint and errors as `{% crispy form %}` shows it."""
    if look(bound) in ("tick", "input") and not bound.is_hidden:
        return lined(bound, css)
    return get_template("ui/parts/_field.html").render({"field": bound, "wrapper_class": css})


@register.simple_tag
def error_summary(*forms):
    """{% error_summary form %}: "There is a problem" with a link to each field. Nothing when nothing is wrong."""
    mistakes = [mistake for form in forms for mistake in _mistakes(form)]
    return get_template("ui/parts/_error_summary.html").render({"mistakes": mistakes}) if mistakes else ""


def _mistakes(form):
    for name, errors in form.errors.items():
        target = "" if name == NON_FIELD_ERRORS else _first_id(form[name])
        yield from ({"target": target, "words": words} for words in errors)


def _first_id(bound):
    """Where the link of a mistake leads: the input, or the first of a group."""
    return bound.id_for_label or (f"{bound.auto_id}_0" if bound.auto_id else "")


@register.filter
def look(bound):
    """How a field is laid out: input, tick, rows, segments, inline or list."""
    widget = bound.field.widget
    if getattr(widget, "input_type", "") == "checkbox" and not bound.use_fieldset:
        return "tick"
    return getattr(widget, "look", "list" if bound.use_fieldset else "input")


@register.filter
def dressed(bound):
    """The input with the classes of the look, marked when it is wrong."""
    widget = bound.field.widget
    kinds = {"select": "form-select", "checkbox": "form-check-input"}
    kind = kinds.get(getattr(widget, "input_type", ""), "form-control")
    classes = [widget.attrs.get("class", ""), kind, "is-invalid" if bound.errors else ""]
    return inputs.drawn(bound, {"class": " ".join(filter(None, classes))})


@register.simple_tag
def lined(bound, css=""):
    """{% lined field wrapper_class %}: a field of one input on its line, with label, hint and errors.

    Drawn as text: a page may hold a hundred of them."""
    wrong = bound.errors
    told = get_template("ui/parts/_field_hint.html").render({"field": bound}) if bound.help_text or wrong else ""
    name = f'for="{inputs.escaped(bound.id_for_label)}">{inputs.escaped(bound.label)}</label>'
    if look(bound) == "tick":
        inside = f'<div class="form-check">{dressed(bound)}<label class="form-check-label" {name}</div>{told}'
    else:
        inside = f'<label class="form-label" {name}{told}{dressed(bound)}'
    classes = " ".join(filter(None, ["field", "is-bad" if wrong else "", css]))
    return mark_safe(f'<div class="{inputs.escaped(classes)}">{inside}</div>')


@register.filter
def options(bound):
    """The choices of a group, each with its label, its remark and its finished input."""
    css = {} if look(bound) == "segments" else {"class": "form-check-input"}
    return [_option(choice.data, css) for choice in bound.subwidgets]


def _option(choice, css):
    attrs = {name: value for name, value in choice["attrs"].items() if name not in ("required", "aria-invalid")} | css
    tag = format_html('<input type="{}" name="{}" value="{}"{}>', choice["type"], choice["name"], choice["value"], flatatt(attrs))
    return {"id": attrs.get("id", ""), "label": choice["label"], "remark": choice.get("remark", ""), "input": tag}


@register.filter
def told(messages):
    """The messages that go to the polite region."""
    return [message for message in messages or () if message.level_tag != "error"]


@register.filter
def warned(messages):
    """The messages that must be heard at once."""
    return [message for message in messages or () if message.level_tag == "error"]


@register.filter
def undo_of(message):
    """Where a flash message's Undo posts to."""
    return flash.undo_of(message)


@register.simple_tag
def not_known(value):
    """{% not_known patient.pronouns %}: the value, or the words for its absence."""
    return value if value not in (None, "") else fields.NOT_KNOWN[1]
