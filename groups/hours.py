"""Hours of a program week: what was delivered and counts, what is still to come, against what the rule of the program asks."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.formats import date_format

from anchored.ground.clock import duration
from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered, together
from patients import queries
from patients.models import Stay

from . import counting
from .models import Closure

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
stays_of = Remembered(
    lambda episodes: Stay.objects.open().filter(episode__in=episodes).order_by().values_list("episode", "program", "counts_from"),
    episodes=[UUID],
)
all_closures = Kept(lambda: Closure.objects.filter(holds=True))


@dataclass(frozen=True)
class Hours:
    """A week: what is `done`, attended with the note `unsigned_on`, and `planned_on` days to come, each as (day, minutes).

    `least`, `most` and `days_asked` are None where no rule says. `begins` is the first day of the week.
    """

    begins: date
    done: tuple = ()
    unsigned_on: tuple = ()
    planned_on: tuple = ()
    least: int | None = None
    most: int | None = None
    days_asked: int | None = None
    last_contact: date | None = None
    contact_by: date | None = None

    @property
    def minutes(self):
        """Delivered, as the ledger has it."""
        return _sum(self.done)

    @property
    def unsigned(self):
        """Attended, with the note to be signed."""
        return _sum(self.unsigned_on)

    @property
    def planned(self):
        """Still to come."""
        return _sum(self.planned_on)

    @property
    def days(self):
        """The days with contact."""
        return {day for day, _ in self.done}

    @property
    def by_day(self):
        """[(day, tone, words)] of the seven days."""
        return [self._of_day(self.begins + back * DAY) for back in range(7)]

    def _of_day(self, day):
        for tone, words, rows in (("ok", "", self.done), ("info", ", to sign", self.unsigned_on), ("quiet", " planned", self.planned_on)):
            minutes = _sum(row for row in rows if row[0] == day)
            if minutes:
                return day, tone, f"{duration(minutes)}{words}"
        return day, "", "Nothing"

    @property
    def words(self):
        """6.5 of 9 h."""
        return f"{_h(self.minutes)} of {_h(self.least)} h" if self.least else f"{_h(self.minutes)} h"

    @property
    def sentence(self):
        """6.5 of 9 h, 2.5 h attended and not signed yet, 3 h still planned, 9 h required."""
        more = [(self.unsigned, "attended and not signed yet"), (self.planned, "still planned"), (self.least, "required")]
        said = [self.words, *(f"{_h(minutes)} h {words}" for minutes, words in more if minutes)]
        return ", ".join([*said, f"more than {_h(self.most)} h"] if self.is_over else said)

    @property
    def in_sight(self):
        """What the week will have when all comes as planned."""
        return self.minutes + self.unsigned + self.planned

    @property
    def missing(self):
        """Minutes that nothing planned will bring."""
        return max(0, (self.least or 0) - self.in_sight)

    @property
    def is_short(self):
        """What is required cannot be reached with what is planned."""
        return self.missing > 0

    @property
    def is_over(self):
        return self.most is not None and self.minutes > self.most

    @property
    def missing_days(self):
        """Days with contact that nothing planned will bring."""
        return max(0, (self.days_asked or 0) - len({day for day, _ in (*self.done, *self.unsigned_on, *self.planned_on)}))

    @property
    def missing_words(self):
        """What nothing planned will bring: 2.5 h and 1 day short of what is required."""
        days = f"{self.missing_days} day{'' if self.missing_days == 1 else 's'}" if self.missing_days else ""
        parts = [f"{_h(self.missing)} h" if self.missing else "", days]
        return f"{' and '.join(filter(None, parts))} short with what is planned" if any(parts) else ""

    @property
    def band(self):
        """9 to 19 h: what the program asks for."""
        if self.least is None:
            return ""
        return f"{_h(self.least)} to {_h(self.most)} h" if self.most else f"{_h(self.least)} h"

    @property
    def contact_is_late(self):
        """More days have gone by without contact than the program allows."""
        return self.contact_by is not None and self.contact_by < today()

    @property
    def days_words(self):
        """2 of 3 days."""
        return (
            f"{len(self.days)} of {self.days_asked} days"
            if self.days_asked
            else f"{len(self.days)} day{'' if len(self.days) == 1 else 's'}"
        )

    @property
    def gap_words(self):
        """Contact by 27 Nov: what the rule of days without contact asks; empty where there is none."""
        if self.contact_by is None or self.last_contact is None:
            return ""
        day = date_format(self.contact_by, "MONTH_DAY_FORMAT")
        return f"No contact since {date_format(self.last_contact, 'MONTH_DAY_FORMAT')}" if self.contact_is_late else f"Contact by {day}"


def _sum(rows):
    return sum(minutes for _, minutes in rows)


def _h(minutes):
    return f"{minutes / 60:.1f}".removesuffix(".0")


def of_week(episodes, day, programs=None):
    """{episode: Hours} of the week of a day, in one round trip.

    `programs`: {episode: program} where the caller knows it. A week begins on the weekday that the rule of the program says.
    """
    if programs is None:
        stays, counted = together(stays_of.about(episodes=episodes), asked_of_week(episodes, day))
        return told_of_week(episodes, day, programs_by(stays), counted)
    rules = _rules_of(episodes, programs)
    counted = counting.asked(*_days({week_of(day, rule) for rule in rules.values()} or {day}), episodes, with_last=_with_last(rules))
    (rows,) = together(counted)
    return told_of_week(episodes, day, programs, rows)


def programs_by(stays):
    """{episode: program} from rows of `stays_of`."""
    return {episode: program for episode, program, _ in stays}


def asked_of_week(episodes, day):
    """The question of what counts in the week of a day, whichever programs they are in: to be asked together with others."""
    rules = queries.rules()
    begins = {week_of(day, rule) for rule in rules} or {week_of(day, None)}
    asks_for_last = any(rule.gap_days is not None for rule in rules)
    return counting.asked(*_days({*begins, week_of(day, None)}), episodes, with_last=episodes if asks_for_last else ())


def told_of_week(episodes, day, programs, counted):
    """{episode: Hours} from what was asked for together with other things."""
    found = counting.told(counted)
    return {episode: _hours(week_of(day, rule), rule, found[episode]) for episode, rule in _rules_of(episodes, programs).items()}


def _rules_of(episodes, programs):
    every = {program.pk: program for program in queries.rules()}
    return {episode: every.get(programs.get(episode)) for episode in episodes}


def _days(begins):
    """The first and the last day of the weeks that begin so."""
    return min(begins), max(begins) + 6 * DAY


def _with_last(rules):
    return [episode for episode, rule in rules.items() if rule and rule.gap_days is not None]


def week_of(day, rule):
    """The first day of the program's week in which a day lies."""
    return day - timedelta(days=(day.weekday() - (rule.week_starts or 0 if rule else 0)) % 7)


def _hours(begins, rule, found):
    def here(rows):
        return tuple(sorted((day, minutes) for day, minutes in rows if begins <= day < begins + WEEK))

    return Hours(
        begins,
        here(found.delivered),
        here(found.unsigned),
        here(found.planned),
        rule.least_hours * 60 if rule and rule.least_hours else None,
        rule.most_hours * 60 if rule and rule.most_hours else None,
        rule.days_a_week if rule else None,
        *_contact(rule, found.last),
    )


def _contact(rule, last):
    """(last contact, next one asked by), where the program allows so many days without contact."""
    if last is None or rule is None or rule.gap_days is None:
        return None, None
    return last, _contact_by(last, rule, {(closure.on, closure.program_id) for closure in all_closures()})


def _contact_by(last, rule, closed):
    """The day by which the next contact is asked: after so many whole days without one, closures left out."""
    day, left = last + DAY, rule.gap_days
    while left or (day, None) in closed or (day, rule.pk) in closed:
        left -= (day, None) not in closed and (day, rule.pk) not in closed
        day += DAY
    return day


def last_weeks(episode, rule, since, number=4):
    """The Hours of so many weeks before this one, the earliest first, but of none that was over before a day. One statement."""
    this = week_of(today(), rule)
    delivered = counting.delivered(episode, this - number * WEEK, this - DAY)
    weeks = [this - back * WEEK for back in range(number, 0, -1)]
    return [_hours(begins, rule, delivered) for begins in weeks if begins + WEEK > since]
