"""Parts of the plan's page."""

from django import template
from django.utils.safestring import mark_safe

from anchored.ui.templatetags.anchored import status

from ..models import Plan

register = template.Library()

# A row changes in place: the whole outline is asked for and takes the place of the one on the page, with what it says of gaps.
SWAP = 'hx-boost="true" hx-target="#outline" hx-select="#outline" hx-select-oob="#rail" hx-swap="outerHTML" hx-push-url="false"'


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
