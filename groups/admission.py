"""Before an admission: which groups of the programs would fit somebody's week, and which track brings the hours asked."""

from anchored.ground.clock import duration
from anchored.ground.dates import today
from patients import queries

from . import apart, members, timetable


def weighed(patient, programs):
    """{program: sentences} for programs that have groups: what fits in each track, and why the rest does not. Constant statements."""
    served = members.served_by(programs)
    rules = {program.pk: program for program in queries.rules()}
    groups = list(members.going_on().select_related("type__service_kind").filter(pk__in=set().union(*served.values())))
    taken, closed = timetable.places(groups, today()), apart.closed_groups([patient.pk])
    commitments = list(queries.all_commitments(patient=patient.pk))
    said = {}
    for program in programs:
        offered = [group for group in groups if group.pk in served[str(program.pk)]]
        fits = [_fit(group, patient, commitments, taken, closed) for group in offered]
        said[str(program.pk)] = list(_in_words(fits, rules.get(program.pk)))
    return said


def _fit(group, patient, commitments, taken, closed):
    troubles = members.troubles_of(group, group.meets, patient.pk, commitments, [], closed)
    return members.Fit(group, group.meets, troubles, taken.get(group.pk, 0), is_member=False)


def _in_words(fits, rule):
    tracks = members.tracks(fits)
    for track in tracks:
        yield _of_track(track, rule)
    if fits and not tracks:
        yield "No group fits"
    for fit in fits:
        if fit.clashes:
            yield f"Does not fit: {fit.group} ({_why(fit.clashes)})"
        elif fit.is_full:
            yield f"Full: {fit.group}"


def _why(clashes):
    return "; ".join("ask a supervisor" if words == members.KEPT_APART else words for words in clashes)


def _of_track(track, rule):
    """Day: Psychoeducation and Refusal skills, 6 h on 2 days a week, short of 9 h on 3 days."""
    counting = [slot for fit in track.fits if fit.group.type.service_kind.counts for slot in fit.slots]
    minutes, days = members.minutes_a_week(counting), len({slot.weekday for slot in counting})
    said = f"{track.label}: {members.listed([fit.group for fit in track.fits])}, {_amount(minutes, days)} a week"
    least, asked = (rule.least_hours or 0) * 60 if rule else 0, (rule.days_a_week or 0) if rule else 0
    return f"{said}, short of {_amount(least, asked)}" if minutes < least or days < asked else said


def _amount(minutes, days):
    on = f"{days} day{'' if days == 1 else 's'}"
    return f"{duration(minutes)} on {on}" if minutes else on
