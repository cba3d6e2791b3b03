"""Parts of the plan's page."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from anchored.ui.templatetags.anchored import status
from patients.models import Service

from .. import note_queries
from ..models import ObjectiveProgress, Plan, PlanReview

register = template.Library()

# A row changes in place: the whole outline is asked for and takes the place of the one on the page, with what it says of gaps and refusals.
SWAP = (
    'hx-boost="true" hx-target="#outline" hx-select="#outline" hx-select-oob="#rail,#flash,#alert" hx-swap="outerHTML"'
    ' hx-push-url="false" hx-sync="main:queue last"'
)


@register.simple_tag
def plan_state(plan):
    """Draft, waiting, active, superseded: as a chip."""
    tone, words = plan.state
    return status(tone, words, chip=True)


@register.simple_tag
def swap():
    """What makes a link or a form of the plan work in place where there is script."""
    return mark_safe(SWAP)


@register.filter
def of(mapping, key):
    return mapping.get(key, [])


@register.filter
def about_rows(plan):
    """(label, words) of what holds for the whole plan."""
    names = {field.name: field for field in Plan._meta.concrete_fields}
    return [(str(names[name].verbose_name).capitalize(), getattr(plan, name)) for name in Plan.ABOUT]


TONES = {"on_track": "ok", "some": "live", "stuck": "warn", "met": "ok", "changed": "quiet"}


@register.simple_tag
def standing_chip(standing):
    """On track, Some progress, Stuck, Met, Changed."""
    return status(TONES[standing], standing_words(standing))


@register.filter
def standing_words(standing):
    return str(ObjectiveProgress.Standing(standing).label)


@register.filter
def place_words(place):
    return str(Service.Place(place).label)


@register.simple_tag
def kind_of(form):
    """What the note is about: the kind of service that its page has chosen."""
    code = form["kind"].value()
    return next((f"{kind.name} note" for kind in form.fields["kind"].queryset if kind.code == code), "Note")


@register.simple_tag
def evidence(plan, node, threads):
    """A link to the notes that speak of an objective; a warning when nobody has worked on it for 14 days."""
    number, last = threads.get(node.row.root, (0, None))
    url = reverse("thread", args=[plan.pk, node.row.root])
    words = f"{number} note" if number == 1 else f"{number} notes"
    link = format_html('<a href="{}" aria-label="{} on objective {}">{}</a>', url, words, node.number, words)
    since = timezone.localdate(plan.in_force_at) if plan.is_in_force else None
    return format_html("{} {}", link, status("warn", "0 notes in 14 days")) if note_queries.is_quiet(last, since) else link


@register.filter
def further_words(decision):
    return str(PlanReview.Further(decision).label)
