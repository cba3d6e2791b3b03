"""The rows of a session's attendance, drawn as text: a page holds a dozen of them, over which templates take longest of all.

To be read as the template it would be. What people wrote passes `escaped`; keys and states need not.
"""

from django.template.loader import get_template
from django.utils.safestring import mark_safe

from anchored.ui.inputs import escaped
from anchored.ui.templatetags.anchored import hours_bar, person_name, status
from patients.addresses import address

from .models import Attendance, MakeUp
from .templatetags.group_rows import LOOK, icon_of

State = Attendance.State
PARTLY, AWAY = (State.LATE, State.LEFT_EARLY), (State.EXCUSED, State.UNEXCUSED)
REASONS = ["Work", "School", "Court", "Illness", "Family", "Transport", "Agreed before"]
QUICK = [5, 10, 15, 30]
SEGMENTS = [(state, f"{icon_of(state)}{label}") for state, label in State.choices]
NOT_MARKED = status("quiet", "Not marked")
SIGNED = status("ok", "Note signed")


class Rows:
    """The rows of one session. `may_write`: who takes its attendance looks; `may_correct`: who may ask for corrections."""

    def __init__(self, session, *, may_write, may_correct):
        self.session, self.may_write, self.may_correct = session, may_write, may_correct

    def drawn(self, person, hours, *, opens, said=()):
        """One person: state, minutes, hours of the week. It saves by itself; without scripts with the rest of the page.

        `opens`: the chart opens for whoever looks. `said`: why it could not be saved.
        """
        key, name = str(person.pk), person_name(person.patient)
        is_open = person.state in PARTLY and not _is_signed(person)
        is_written = self.may_write and not _is_signed(person)
        inside = self._to_choose(key, name, person, said) if is_written else self._to_read(person, said)
        linked = f'<a href="{address("patients:chart", person.patient.pk)}">{name}</a>' if opens else name
        return mark_safe(
            f'<div class="att-row{" is-open" if is_open else ""}" id="row-{key}"{self._saves_itself(key) if is_written else ""}>\n'
            f'<span class="att-name" id="name-{key}">{linked}{_tag(person)}</span>\n'
            f"{inside}\n{_corrections(person)}"
            f'<div class="att-hours">{hours_bar(hours)}</div>\n</div>'
        )

    def _mark(self, key):
        return address("mark_attendance", self.session.pk, key)

    def _saves_itself(self, key):
        return (
            f' hx-post="{self._mark(key)}" hx-trigger="change" hx-target="this" hx-swap="outerHTML" '
            'hx-sync="closest form:queue all" hx-params="not once"'
        )

    def _to_choose(self, key, name, person, said):
        return (
            f'<div class="seg" role="radiogroup" aria-labelledby="name-{key}">{_segments(key, person.state)}</div>\n'
            f'<div class="att-mins">\n<input type="hidden" name="shown-{key}" value="{person.mark.state if person.mark else ""}">\n'
            f"{_minutes(person) or NOT_MARKED}\n{self._more(key, name, person)}\n{self._correction(person)}"
            f"{_field_error(said)}\n</div>"
        )

    def _more(self, key, name, person):
        """What a state asks for besides; without scripts a reason can be chosen beforehand."""
        if person.state in PARTLY:
            return self._minutes_missed(key, name, person)
        if person.state in AWAY:
            none = "No contact" if person.state == State.UNEXCUSED else "Reason"
            reasons = _reasons(key, none, person.mark.reason if person.mark else "")
            return f'<label class="visually-hidden" for="r-{key}">Reason for {name}</label>\n{reasons}'
        return f'<noscript><label for="r-{key}">Reason</label> {_reasons(key, "None")}</noscript>'

    def _minutes_missed(self, key, name, person):
        field, minutes = "late" if person.state == State.LATE else "early", _missed(person.mark)
        return (
            f'<label class="visually-hidden" for="m-{key}">Minutes for {name}</label>\n'
            f'<input class="form-control form-control-sm tiny num" type="number" id="m-{key}" '
            f'name="{field}-{key}" min="0" max="{self.session.minutes}" value="{minutes}">\n'
            f'<span class="quick">{"".join(self._quick(key, number, number == minutes) for number in QUICK)}</span>'
        )

    def _quick(self, key, number, pressed):
        return (
            f'<button class="btn btn-sm" name="quick-{key}" value="{number}" aria-pressed="{"true" if pressed else "false"}" '
            f'aria-label="{number} minutes" hx-post="{self._mark(key)}" hx-target="#row-{key}" hx-swap="outerHTML" '
            f'hx-params="not once">{number}</button>'
        )

    def _to_read(self, person, said):
        words = f"{escaped(person.mark.words)}{f' {SIGNED}' if _is_signed(person) else ''}" if person.mark else NOT_MARKED
        correction = self._correction(person)
        minutes = f"{_minutes(person)}{f' {correction}' if correction else ''}"
        return f'<div class="att-said">{words}</div>\n<div class="att-mins">{minutes}{_field_error(said)}</div>'

    def _correction(self, person):
        if not (self.may_correct and person.is_settled):
            return ""
        label = f"Correct the attendance of {escaped(str(person.patient))}"
        return f'<a class="small" href="{address("correct_attendance", person.mark.pk)}" aria-label="{label}">Correct</a>'


def _is_signed(person):
    return bool(person.mark and person.mark.note_id)


def _tag(person):
    mark = person.mark
    if person.makes_up or (mark and mark.guest_because == MakeUp.BECAUSE):
        return ' <span class="tag">Make-up</span>'
    return ' <span class="tag">Guest</span>' if mark and mark.is_guest else ""


def _segments(key, chosen):
    """The states to choose from."""
    return "".join(_segment(key, state, inside, " checked" * (state == chosen)) for state, inside in SEGMENTS)


def _segment(key, state, inside, checked):
    tone, _, shortcut = LOOK[state]
    return (
        f'<label class="seg-opt {tone}" for="s-{key}-{state}"><input type="radio" id="s-{key}-{state}" name="state-{key}" '
        f'value="{state}" data-key="{shortcut}"{checked}><span>{inside}</span></label>'
    )


def _minutes(person):
    return f'<span><b class="num">{person.mark.minutes}</b> min</span>' if person.mark else ""


def _missed(mark):
    return (mark.late or mark.early) if mark else 0


def _reasons(key, none, chosen=""):
    options = "".join(f"<option{' selected' * (reason == chosen)}>{reason}</option>" for reason in REASONS)
    return (
        f'<select class="form-select form-select-sm w-auto" id="r-{key}" name="reason-{key}"><option value="">{none}</option>'
        f"{options}</select>"
    )


def _field_error(said):
    return f'<span class="field-error">{escaped(" ".join(said))}</span>' if said else ""


def _corrections(person):
    if not person.corrections:
        return ""
    drawn = get_template("groups/_corrections.html").render({"corrections": person.corrections})
    return f'<div class="att-more">{drawn}</div>\n'
