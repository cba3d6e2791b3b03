"""Two people on one page of facts at once: only the same field is a conflict, and nobody loses what they typed."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from .fields import NOT_KNOWN


class TwoAtOnce:
    """A form about one row that somebody else may change meanwhile. Stands before `LaidOut` and `ModelForm`.

    Its page sends along what each field showed (`shown_values`, as hidden inputs). The view locks the row, makes the form on it and
    asks `clashes()`, which puts the other's answer beside each field that both changed. `changes()` is what to write.
    """

    conflict = False  # what the page is then answered with: 409

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.on_record = {name: getattr(self.instance, name, None) for name in self.fields}  # before what was typed is written on it
        self.shown_since = {}  # somebody else's answers that a conflict has shown

    def seen(self, name):
        """The value the person was shown when the page was opened, not what stands in the record by now."""
        field = self.fields[name]
        shown = field.hidden_widget().value_from_datadict(self.data, self.files, f"initial-{name}")
        try:
            return field.to_python(shown)
        except ValidationError:
            return None

    def was_shown(self, name):
        return f"initial-{name}" in self.data

    def changes(self):
        """The answers that differ from what the person was shown."""
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data[name] != self.seen(name)}

    def clashes(self):
        """Whether somebody else answered a field otherwise in the meantime. Each such field says so; saving again uses this one's."""
        both = [name for name, mine in self.changes().items() if self.was_shown(name) and self._differs(name, mine)]
        for name in both:
            self.add_error(name, f"{self.told(name, self.on_record[name])} while you were working. Save again to use yours.")
        self.shown_since = {name: self.on_record[name] for name in both}
        self.conflict = bool(both)
        return self.conflict

    def _differs(self, name, mine):
        now = _one_break(self.on_record[name])
        return _one_break(self.seen(name)) != now != _one_break(mine)

    def shown_values(self):
        """Hidden inputs that remember what the person was shown, so that two people at once are noticed field by field."""
        if self.is_bound:
            values = {name: self.data[f"initial-{name}"] for name in self.fields if self.was_shown(name)}
        else:
            values = {name: self.get_initial_for_field(self.fields[name], name) for name in self.fields}
        values |= self.shown_since
        return [(f"initial-{name}", self.fields[name].prepare_value(value)) for name, value in values.items()]

    def told(self, name, value):
        """What somebody else made of an answer, as the page shows it."""
        if isinstance(value, bool):
            words = "Yes" if value else "No"
        elif isinstance(value, datetime.date):
            words = date_format(value)
        else:
            words = dict(getattr(self.fields[name], "choices", ())).get(value) or value or NOT_KNOWN[1]
        label = str(self.fields[name].label)
        return f"Someone changed {label[:1].lower()}{label[1:]} to “{words}”"


def _one_break(value):
    """A browser sends each line break as two characters, however it was kept."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
