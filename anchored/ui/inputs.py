"""Inputs as text. Django draws each option of a list with a template of its own; a form of long lists waits for that."""

from collections.abc import Callable

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe


def drawn(bound, attrs):
    """The input of a bound field with these attributes: what `bound.as_widget(attrs)` says, sooner."""
    widget = bound.field.widget
    draw = DRAWN.get(type(widget))
    if draw is None:
        return bound.as_widget(attrs=attrs)
    attrs = bound.build_widget_attrs(attrs)
    if bound.auto_id and "id" not in widget.attrs:
        attrs.setdefault("id", bound.auto_id)
    return draw(widget.get_context(bound.html_name, bound.value(), attrs)["widget"])


def _attributes(attrs):
    return flatatt({name: value for name, value in attrs.items() if value is not None})


def _input(widget):
    value = {} if widget["value"] in (None, "") else {"value": widget["value"]}
    return format_html("<input{}>", _attributes({"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}))


def _textarea(widget):
    return format_html("<textarea{}>\n{}</textarea>", _attributes({"name": widget["name"], **widget["attrs"]}), widget["value"] or "")


def _select(widget):
    groups = mark_safe("".join(_group(name, options) for name, options, _ in widget["optgroups"]))
    return format_html("<select{}>{}</select>", _attributes({"name": widget["name"], **widget["attrs"]}), groups)


def _group(name, options):
    shown = "".join(_option(option) for option in options)
    return f'<optgroup label="{conditional_escape(name)}">{shown}</optgroup>' if name else shown


def _option(option):
    marks = _attributes(option["attrs"]) if option["attrs"] else ""
    return f'<option value="{escape(option["value"])}"{marks}>{conditional_escape(option["label"])}</option>'


DRAWN: dict[type, Callable] = {
    forms.Select: _select,
    forms.Textarea: _textarea,
    forms.TextInput: _input,
    forms.NumberInput: _input,
    forms.EmailInput: _input,
    forms.HiddenInput: _input,
    forms.CheckboxInput: _input,
}
