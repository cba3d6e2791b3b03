"""The individual parts of a session's notes, drawn as text for the same reason as its rows, and the line that says a text is kept."""

from functools import cache

from django.utils import timezone
from django.utils.safestring import mark_safe

from anchored.ui.inputs import escaped
from anchored.ui.templatetags.anchored import icon, person_name, status
from patients.addresses import address

from .forms.session import CONCERN, LONGEST_SECTION, STANDINGS

TURNS = '<i class="bi bi-chevron-right turn" aria-hidden="true"></i>'
PEEK = 90  # characters of what is written that a closed part shows


class Parts:
    """The parts of one session. `may_write`: who writes its notes looks."""

    def __init__(self, session, *, may_write):
        self.session, self.may_write = session, may_write

    def placed(self, person, part, *, opens=False, swapped=False):
        """The place of one person on the page, empty while they have not come. `swapped`: into a page that is shown already."""
        swap = ' hx-swap-oob="true"' if swapped else ""
        return mark_safe(f'<div id="part-{person.pk}"{swap}>{self.drawn(part, opens=opens) if part else ""}</div>\n')

    def drawn(self, part, *, opens):
        """What is written about one person who came. `opens`: the chart opens for whoever looks."""
        text = part.form.text()
        inside = self._signed(part, opens) if part.is_signed else self._to_write(part) if self.may_write else ""
        return mark_safe(
            f'<details class="note-row"{"" if part.is_signed or text else " open"}>\n'
            f'<summary>{TURNS}<span class="line-title">{person_name(part.person.patient)}</span>{_status(*part.state)}'
            f'<span class="peek">{escaped(text if len(text) <= PEEK else f"{text[: PEEK - 1]}…")}</span></summary>\n{inside}</details>\n'
        )

    def _signed(self, part, opens):
        read = f'<a href="{address("note", part.mark.note_id)}">Read the note</a>' if opens else ""
        return f'<div class="note-form"><p class="muted">Signed. {read}</p></div>\n'

    def _to_write(self, part):
        key, form = str(part.pk), part.form
        keep = address("keep_part", self.session.pk, key)
        texts = "".join(_text(key, form, section) for section in form.sections)
        standings = "".join(_standing(key, form, node) for node in form.objectives)
        worked_on = f'<div class="note-facts">{standings}</div>' if standings else '<p class="small muted">No plan is in force.</p>'
        return (
            f'<div class="note-form" hx-post="{keep}" hx-trigger="input delay:2s, change delay:200ms, focusout delay:200ms" '
            f'hx-target="#kept-{key}" hx-swap="innerHTML" hx-sync="this:queue last" hx-params="not once">\n'
            f'<div class="stack-s">\n{texts}\n{worked_on}\n{_concern(key, form)}\n'
            f'<div class="actions actions-start"><span class="savestate" id="kept-{key}">{save_line(key, part.mark)}</span></div>\n'
            "</div>\n</div>\n"
        )


_status = cache(status)  # of a few words of ours


def save_line(name, row, said=()):
    """The save line of one text, with its version. `row`: the session or the mark that holds it; `said`: why it was not kept."""
    words = ""
    if said:
        words = f'<span class="field-error">{escaped(" ".join(said))}</span>'
    elif row and row.saved_at:
        words = f"Draft saved {timezone.localtime(row.saved_at):%H:%M}"
    version = row.version if row else 0
    return mark_safe(f'<span>{words}</span><input type="hidden" form="session-form" name="version-{name}" value="{version}">')


def _text(key, form, section):
    name, heading = escaped(f"{key}-section_{section.key}"), escaped(section.heading)
    css, told, marked = _mistakes(form, f"section_{section.key}", name)
    return (
        f'<div class="field{css}"><label class="form-label" for="id_{name}">{heading}</label>{told}'
        f'<textarea{marked} aria-label="{heading} for {escaped(form.name)}" class="form-control{" is-invalid" if told else ""}" cols="40" '
        f'id="id_{name}" maxlength="{LONGEST_SECTION}" name="{name}" rows="3">\n{escaped(form.text_of(section))}</textarea></div>'
    )


def _standing(key, form, node):
    name = f"{key}-standing_{node.row.root}"
    css, told, marked = _mistakes(form, f"standing_{node.row.root}", name)
    return (
        f'<div class="field{css}"><label class="form-label" for="id_{name}">{node.number} {escaped(node.row.text)}</label>{told}'
        f'<select{marked} class="form-select{" is-invalid" if told else ""}" id="id_{name}" name="{name}">'
        f"{_options(form.standing_of(node))}</select></div>"
    )


@cache
def _options_of(chosen):
    return "".join(f'<option value="{value}"{" selected" * (value == chosen)}>{escaped(str(label))}</option>' for value, label in STANDINGS)


def _options(chosen):
    """What may have become of an objective. Only what can be chosen is remembered: there is no end to what can be sent."""
    return _options_of(chosen if chosen in dict(STANDINGS) else None)


def _concern(key, form):
    name = f"{key}-concern"
    return (
        f'<div class="field"><div class="form-check"><input class="form-check-input" id="id_{name}" name="{name}" type="checkbox"'
        f'{" checked" if form.has_concern else ""}><label class="form-check-label" for="id_{name}">{CONCERN}</label></div></div>'
    )


def _mistakes(form, field, name):
    """(class of the field, what is told, how the input is marked) where something is wrong; else nothing.

    Nothing is wrong yet with a part that nobody has begun: its row says that it needs text.
    """
    wrong = form.errors.get(field) if form.is_begun else None
    if not wrong:
        return "", "", ""
    sign = icon("exclamation-circle-fill")
    told = "".join(f'<p class="field-error">{sign}<span>{escaped(words)}</span></p>\n' for words in wrong)
    return (
        " is-bad",
        f'<div class="field-errors" id="id_{name}_error">\n{told}</div>\n',
        f' aria-describedby="id_{name}_error" aria-invalid="true"',
    )
