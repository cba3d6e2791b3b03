"""From when to when, and of which programs: the filters of a report. None of them names a person."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django import forms
from django.utils.formats import date_format

from anchored.ground.dates import read_day, today
from patients.models import Program

LONGEST = timedelta(days=5 * 366)
EARLIEST = date(1900, 1, 1)
QUARTERS = 12
TRACKS = [("", "All tracks"), *[(value, label) for value, label in Program.Track.choices if value]]


@dataclass(frozen=True)
class Period:
    """The days from `start` to `end`, both of them in it, and the programs that are looked at."""

    start: date
    end: date
    program: int | None = None
    track: str = ""

    @property
    def after(self):
        """The first day no longer in it."""
        return self.end + timedelta(days=1)

    @property
    def words(self):
        if self.start == self.end:
            return date_format(self.start)
        return f"{date_format(self.start)} to {date_format(self.end)}"

    @property
    def facts(self):
        """The filter, as the trail keeps it."""
        return {"since": self.start, "until": self.end, "program": self.program, "track": self.track}

    @property
    def query(self):
        chosen = {"from": self.start, "to": self.end, "program": self.program, "track": self.track}
        return urlencode({name: value for name, value in chosen.items() if value})

    def holds(self, program):
        """Whether a program is one of those looked at."""
        return self.program in (None, program.pk) and self.track in ("", program.track)

    def of(self, programs):
        """{key: program} of those looked at, in the order of the continuum."""
        return {program.pk: program for program in programs if self.holds(program)}


def quarter_of(day):
    """The first and the last day of a quarter of the calendar, or until today when it still runs."""
    start = date(day.year, day.month - (day.month - 1) % 3, 1)
    return start, min((start + timedelta(days=95)).replace(day=1) - timedelta(days=1), max(today(), start))


class PeriodForm(forms.Form):
    """Filters as a plain GET form. What cannot be read is left out: a link never fails on an old filter.

    `days`: of the time that is looked at where none was asked for.
    """

    program = forms.TypedChoiceField(label="Program", required=False, coerce=int, empty_value=None)
    track = forms.ChoiceField(label="Track", required=False, choices=TRACKS)

    def __init__(self, query, *, scope, programs, days):
        start, end = quarter_of(min(_day(query.get("from")) or today(), today())) if scope.is_whole else _asked(query, days)
        super().__init__({**query.dict(), "from": start, "to": end}, auto_id="period_%s")
        self.start, self.end = start, end
        if scope.is_whole:
            self.fields.clear()
            self.fields["from"] = forms.ChoiceField(label="Quarter", required=False, choices=_quarters(start))
        else:
            day = lambda label: forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))  # noqa: E731
            self.fields["program"].choices = [("", "All programs"), *[(program.pk, program.name) for program in programs]]
            self.fields = {"from": day("From"), "to": day("To"), **self.fields}
        self.is_valid()

    @property
    def period(self):
        chosen = self.cleaned_data
        return Period(self.start, self.end, chosen.get("program"), chosen.get("track", ""))

    @property
    def narrowed_to(self):
        """The program and the track that were chosen, in words."""
        choices = [(self.fields[name].choices, self.cleaned_data.get(name)) for name in ("program", "track") if name in self.fields]
        return [label for options, chosen in choices for value, label in options if chosen and value == chosen]


def _asked(query, days):
    """The days that were asked for; else the last so many. Never later than today."""
    end = min(_day(query.get("to")) or today(), today())
    start = _day(query.get("from")) or end - timedelta(days=days - 1)
    if start > end:
        start, end = (end, start) if start <= today() else (end, end)
    return max(start, end - LONGEST), end


def _day(text):
    try:
        return max(read_day(text or ""), EARLIEST)
    except ValueError:
        return None


def _quarters(chosen):
    starts = [quarter_of(today())[0]]
    while len(starts) < QUARTERS:
        starts.append(quarter_of(starts[-1] - timedelta(days=1))[0])
    starts += [chosen] if chosen not in starts else []
    return [(start, f"Quarter {(start.month + 2) // 3} of {start.year}") for start in starts]
