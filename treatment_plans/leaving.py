"""What the record says of an episode: drawn for the discharge summary and the continuing-care plan, in words and in parts."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from anchored.ground.dates import today
from patients import queries
from patients.models import Assessment, CareTeamMember, Diagnosis, Dimension, Discharge, Patient, Service, Stay, SubstanceUse

from . import prevention
from .models import ObjectiveProgress, Plan
from .outline import Outline


def discharge_of(episode):
    """How the episode ended, in force; None while it goes on."""
    return Discharge.objects.filter(episode=episode, undone_at=None).select_related("reason").first()


def due_on(discharge, rule):
    """The day by which the summary is to be signed (15 days: 77 Ill. Adm. Code 2060.480, legacy text); None where no rule says so."""
    days = rule.discharge_summary_days if rule else None
    return None if days is None else discharge.on + timedelta(days=days)


def of_summary(episode):
    """Everything that the record says of an episode: [{heading, lines}], parts without a line left out."""
    parts = [
        ("In care", _in_care(episode)),
        ("Where", _stays(episode)),
        ("Diagnoses", _diagnoses(episode)),
        ("Substances at admission", _substances(episode)),
        ("Dimensions", _ratings(episode)),
        ("Objectives of the last plan", _objectives(episode)),
        ("Services delivered", _services(episode)),
        ("Continuing care", _continuing(episode)),
    ]
    return [{"heading": heading, "lines": lines} for heading, lines in parts if lines]


def of_continuing_care(episode):
    """The relapse-prevention plan as it stands, to go along: [{heading, lines}]."""
    sections = prevention.standing(episode.patient)
    return [{"heading": section.heading, "lines": [_entry(each) for each in section.entries]} for section in sections if section.entries]


def _entry(entry):
    return f"{entry.text}, {entry.how}" if entry.how else entry.text


def _in_care(episode):
    leaving = discharge_of(episode)
    until = leaving.on if leaving else today()
    days = (until - episode.started_on).days + (0 if leaving else 1)
    lines = [f"Admitted {date_format(episode.started_on)}"]
    if leaving:
        lines.append(f"Discharged {date_format(leaving.on)}: {leaving.reason}")
    lines.append(f"{days} day{'' if days == 1 else 's'} in care")
    last = Service.objects.standing().filter(episode=episode).select_related("kind").order_by("-started_at").first()
    if last:
        lines.append(f"Last service {date_format(timezone.localdate(last.started_at))}: {last.kind}")
    return lines


def _stays(episode):
    stays = episode.stays.standing().select_related("program__level").order_by("started_on", "opened_at")
    return [f"{stay.program}, level {stay.program.level.code}, {_span(stay)}" for stay in stays]


def _span(stay):
    until = f"to {date_format(stay.ended_on)}" if stay.ended_on else "until today"
    return f"from {date_format(stay.started_on)} {until}"


def _diagnoses(episode):
    """Those that stood on some day of the episode."""
    rows = Diagnosis.objects.filter(patient=episode.patient_id, entered_in_error_at=None).select_related("code")
    end = episode.ended_on or today()
    there = [row for row in rows if row.diagnosed_on <= end and (row.resolved_on is None or row.resolved_on > episode.started_on)]
    return [_diagnosis(row, end) for row in there]


def _diagnosis(row, end):
    resolved = f"resolved {date_format(row.resolved_on)}" if row.resolved_on and row.resolved_on <= end else ""
    specified = row.specifiers[:1].lower() + row.specifiers[1:]
    words = [str(row.code), specified, "primary" if row.is_primary else "", f"since {date_format(row.diagnosed_on)}", resolved]
    return ", ".join(filter(None, words))


def _substances(episode):
    rows = SubstanceUse.objects.filter(admission__episode=episode)
    words = [(str(row), row.get_route_display().lower(), row.get_frequency_display().lower()) for row in rows if row.substance]
    return [", ".join(filter(None, each)) for each in words]


def _ratings(episode):
    rated = list(Assessment.objects.filter(episode=episode, sealed_at__isnull=False).order_by("made_on", "made_at"))
    if not rated:
        return []
    first, last = rated[0], rated[-1]
    lines = []
    for dimension in Dimension.objects.filter(edition=last.edition, is_rated=True):
        now = last.ratings()[dimension.number - 1]
        before = first.ratings()[dimension.number - 1] if first.edition == last.edition else ""
        lines.append(f"{dimension}: {before or 'not rated'} at first, {now or 'not rated'} at last")
    return lines


def _objectives(episode):
    plan = Plan.objects.filter(episode=episode).in_force().first()
    if plan is None:
        return []
    told = {}
    words = ObjectiveProgress.objects.standing().filter(note__episode=episode).order_by("note__service__started_at")
    for word in words.only("root", "standing", "words"):
        told[word.root] = word
    return [_objective(node, told.get(node.row.root)) for node in Outline.of(plan).objectives]


def _objective(node, word):
    said = f"{word.get_standing_display().lower()}{f'. {word.words}' if word.words else ''}" if word else "no note speaks of it"
    return f"{node.number} {node.row.text}: {said}"


def _services(episode):
    rows = Service.objects.standing().filter(episode=episode).order_by("kind__order", "kind__name").values_list("kind__name")
    return [f"{kind}: {number}, {_hours(minutes)}" for kind, number, minutes in rows.annotate(Count("pk"), Sum("minutes"))]


def _hours(minutes):
    return f"{minutes // 60} h {minutes % 60:02} min"


def _continuing(episode):
    signed = episode.continuing_care.exclude(sealed_at=None).first()
    return [appointment_words(each) for each in signed.appointments] if signed else []


def appointment_words(appointment):
    """One appointment as a line: what, with whom, when, where."""
    day = parse_date(appointment["on"]) if appointment["on"] else None
    when = " ".join(filter(None, [date_format(day) if day else "", appointment["at"]]))
    return ", ".join(filter(None, [appointment["what"], appointment["with_whom"], when, appointment["where"]]))


# Of posts: as primary clinician, closed by a discharge whose summary is owed.
OWING = Q(part=CareTeamMember.Part.PRIMARY, closed_with__isnull=False, closed_with__undone_at=None, closed_with__summary=None)


def posts_owing(user):
    """Posts that a discharge closed and whose discharge summary this person owes."""
    return queries.posts_of(user).filter(OWING)


@dataclass(frozen=True)
class Owed:
    """A discharge summary that somebody owes; `due_on` is None where no rule says when."""

    patient: Patient
    discharge: Discharge
    due_on: date | None

    def __str__(self):
        return str(self.patient)

    @property
    def is_overdue(self):
        return self.due_on is not None and self.due_on < today()


def with_last_program(posts):
    """Posts with the program that the patient was in last: whose rule says when."""
    stays = Stay.objects.filter(episode=OuterRef("episode")).order_by("-started_on", "-opened_at")
    return posts.annotate(last_program=Subquery(stays.values("program")[:1]))


def owed(posts, rules):
    """Posts of `posts_owing`, `with_last_program`, as Owed: the earliest due first. `rules`: {program: rule}."""
    found = [_owed(post, rules.get(post.last_program)) for post in posts]
    return sorted(found, key=lambda each: (each.due_on is None, each.due_on, str(each.patient)))


def _owed(post, rule):
    return Owed(post.episode.patient, post.closed_with, due_on(post.closed_with, rule))
