"""Inputs as text. Django draws each option of a list with a template of its own; a form of long lists waits for that."""

from collections.abc import Callable
from html import escape

from django import forms
from django.utils.html import conditional_escape
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
    return mark_safe(draw(widget.get_context(bound.html_name, bound.value(), attrs)["widget"]))


def escaped(value):
    """What `conditional_escape` says, sooner where the value is plain text."""
    return escape(value) if type(value) is str else conditional_escape(value)


def _attributes(attrs):
    """What `flatatt` says: those with a value by name, then those without."""
    valued = sorted((name, value) for name, value in attrs.items() if value is not None and not isinstance(value, bool))
    bare = sorted(name for name, value in attrs.items() if value is True)
    return "".join([*(f' {name}="{escaped(value)}"' for name, value in valued), *(f" {name}" for name in bare)])


def _input(widget):
    value = {} if widget["value"] in (None, "") else {"value": widget["value"]}
    return f"<input{_attributes({'type': widget['type'], 'name': widget['name'], **value, **widget['attrs']})}>"


def _textarea(widget):
    return f"<textarea{_attributes({'name': widget['name'], **widget['attrs']})}>\n{escaped(widget['value'] or '')}</textarea>"


def _select(widget):
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f"<select{_attributes({'name': widget['name'], **widget['attrs']})}>{groups}</select>"


def _group(name, options):
    shown = "".join(_option(option) for option in options)
    return f'<optgroup label="{escaped(name)}">{shown}</optgroup>' if name else shown


def _option(option):
    marks = _attributes(option["attrs"]) if option["attrs"] else ""
    return f'<option value="{escape(str(option["value"]))}"{marks}>{escaped(option["label"])}</option>'


DRAWN: dict[type, Callable] = {
    forms.Select: _select,
    forms.Textarea: _textarea,
    forms.TextInput: _input,
    forms.NumberInput: _input,
    forms.EmailInput: _input,
    forms.HiddenInput: _input,
    forms.CheckboxInput: _input,
}
