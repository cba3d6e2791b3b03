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
    return mark_safe(draw(widget, bound.html_name, bound.value(), attrs))


def escaped(value):
    """What `conditional_escape` says, sooner where the value is plain text."""
    return escape(value) if type(value) is str else conditional_escape(value)


def _attributes(attrs):
    """What `flatatt` says: those with a value by name, then those without."""
    valued = sorted((name, value) for name, value in attrs.items() if value is not None and not isinstance(value, bool))
    bare = sorted(name for name, value in attrs.items() if value is True)
    return "".join([*(f' {name}="{escaped(value)}"' for name, value in valued), *(f" {name}" for name in bare)])


def _input(widget, name, value, attrs):
    widget = widget.get_context(name, value, attrs)["widget"]
    value = {} if widget["value"] in (None, "") else {"value": widget["value"]}
    return f"<input{_attributes({'type': widget['type'], 'name': widget['name'], **value, **widget['attrs']})}>"


def _textarea(widget, name, value, attrs):
    widget = widget.get_context(name, value, attrs)["widget"]
    return f"<textarea{_attributes({'name': widget['name'], **widget['attrs']})}>\n{escaped(widget['value'] or '')}</textarea>"


def _select(widget, name, value, attrs):
    attrs = {"name": name, **widget.build_attrs(widget.attrs, attrs)}
    return f"<select{_attributes(attrs)}>{''.join(_options(widget.choices, set(widget.format_value(value))))}</select>"


def _options(choices, chosen):
    """One is chosen, the first where the list has two of that value."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            shown = "".join(_options(label, chosen))
            yield f'<optgroup label="{escaped(value)}">{shown}</optgroup>' if value else shown
            continue
        value = "" if value is None else str(value)
        mark = " selected" if value in chosen else ""
        if mark:
            chosen.clear()
        yield f'<option value="{escape(value)}"{mark}>{escaped(label)}</option>'


DRAWN: dict[type, Callable] = {
    forms.Select: _select,
    forms.Textarea: _textarea,
    forms.TextInput: _input,
    forms.NumberInput: _input,
    forms.EmailInput: _input,
    forms.HiddenInput: _input,
    forms.CheckboxInput: _input,
}
