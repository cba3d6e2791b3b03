"""The packet: which papers a patient needs now, when each is due, who signs, and what was taken."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format

from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered

from . import signals
from .models import Contact, Episode, Intake, MinorRule, Paper, PaperTemplate, Patient, Stay

PATIENT, GUARDIAN, BOTH = "patient", "guardian", "both"
packet = Kept(lambda: PaperTemplate.objects.now().defer("text").order_by("version"))
minor_rules = Kept(lambda: MinorRule.objects.all())
OUTCOMES = {
    Paper.How.DECLINED: ("warn", "dash-circle-fill"),
    Paper.How.UNABLE: ("warn", "dash-circle-fill"),
}


@dataclass(frozen=True)
class Case:
    """The episode or the admission in the making that papers are taken for, and where the patient is or is going."""

    patient: Any
    episode: Any = None
    intake: Any = None
    stay: Any = None

    @property
    def program_id(self):
        return self.stay.program_id if self.stay else getattr(self.intake, "program_id", None)

    def begins(self, template, comes_of_age):
        """The day from which a paper is asked of this patient."""
        days = [self.episode.started_on if self.episode else today(), template.started_on]
        if template.program_id and self.stay:
            days.append(self.stay.started_on)
        if template.people == PaperTemplate.People.ADULTS and comes_of_age:
            days.append(comes_of_age)
        return max(days)

    def holds(self, paper):
        """Whether a paper was taken for this episode, or for the admission that led to it."""
        if self.intake:
            return paper.intake_id == self.intake.pk
        return paper.episode_id == self.episode.pk or (paper.intake is not None and paper.intake.episode_id == self.episode.pk)


@dataclass(frozen=True)
class Need:
    """One text of the packet for one patient. `paper` is what settles it, None as long as it is missing."""

    template: PaperTemplate
    due_on: date
    signs: str = PATIENT
    taken: list = field(default_factory=list)  # the latest first

    @property
    def waits_for(self):
        """Who has not answered yet: patient, guardian, both, or nobody."""
        by_patient = any(paper.guardian_id is None for paper in self.taken)
        by_guardian = any(paper.guardian_id is not None for paper in self.taken)
        if self.signs == BOTH and by_patient != by_guardian:
            return GUARDIAN if by_patient else PATIENT
        answered = {PATIENT: by_patient or by_guardian, GUARDIAN: by_guardian, BOTH: by_patient and by_guardian}
        return "" if answered[self.signs] else self.signs

    @property
    def paper(self):
        return None if self.waits_for else self.taken[0]

    @property
    def is_overdue(self):
        return self.paper is None and self.due_on < today()

    @property
    def tone(self):
        if self.paper is None:
            return "stop" if self.is_overdue else "live"
        return OUTCOMES.get(self.paper.how, ("ok", ""))[0]

    @property
    def shape(self):
        return OUTCOMES.get(self.paper.how, ("", ""))[1] if self.paper else ""

    @property
    def words(self):
        """Due 30 Nov; Overdue 2 days; Acknowledged; Signed, name typed; Declined."""
        if self.paper:
            return self.paper.get_how_display()
        late = (today() - self.due_on).days
        if late > 0:
            return f"Overdue {late} day{'s' if late > 1 else ''}"
        return "Due today" if late == 0 else f"Due {date_format(self.due_on, 'MONTH_DAY_FORMAT')}"

    @property
    def still(self):
        """What is missing when only one of two has signed."""
        return f"Waits for the {self.waits_for}" if self.taken and self.waits_for else ""


def needed(patient, *, episode=None, intake=None):
    """The packet of a patient as `Need`s, in its order: for the current episode, or for the admission in the making.

    Empty when there is neither. Four statements, or five without `episode` and `intake`.
    """
    if episode or intake:
        return _of([_case_of(patient, episode, intake)])[patient.pk]
    return needed_by([patient])[patient.pk]


def needed_by(patients):
    """The same for several patients, as {key: [Need]}, in the same number of statements."""
    cases = cases_of(patients)
    return {patient.pk: [] for patient in patients} | _of(list(cases.values()))


def needs_of(case):
    """The packet of a case; empty without one. Three statements."""
    return _of([case])[case.patient.pk] if case else []


def missing_by(patients):
    """{key: [Need]} of those papers only that nobody has answered yet."""
    return {key: [need for need in needs if need.paper is None] for key, needs in needed_by(patients).items()}


def missing_of(lines):
    """{patient: [Need]} of the lines of a list, as `queries.lines_of_the_day` has them: one statement for all."""
    cases = [_case_of_line(line) for line in lines]
    rules, texts, taken = minor_rules(), latest_of(packet()), _taken(cases)
    asked = asked_of([case.episode.pk for case in cases])
    needs = {case.patient.pk: needs_among(case, rules, texts, list(filter(case.holds, taken[case.patient.pk])), asked) for case in cases}
    return {key: [need for need in each if need.paper is None] for key, each in needs.items()}


def _case_of_line(line):
    patient = Patient(pk=line.patient_id, birth_date=line.birth_date, state=line.state)
    episode = Episode(pk=line.episode_id, started_on=line.admitted_on)
    return Case(patient, episode=episode, stay=Stay(pk=line.stay_id, program_id=line.program_id, started_on=line.started_on))


def cases_of(patients):
    """{key: Case} of those who are in care, or whose admission is in the making."""
    by_key = {patient.pk: patient for patient in patients}
    open_ones = Intake.objects.filter(patient__in=list(by_key), closed_at=None)
    cases = {intake.patient_id: Case(by_key[intake.patient_id], intake=intake) for intake in open_ones}
    for stay in Stay.objects.open().filter(episode__patient__in=list(by_key)).select_related("episode"):
        cases[stay.episode.patient_id] = Case(by_key[stay.episode.patient_id], episode=stay.episode, stay=stay)
    return cases


def case_of(patient):
    """The case of one patient; None when nothing is to be taken now."""
    return cases_of([patient]).get(patient.pk)


def _case_of(patient, episode, intake):
    if intake:
        return Case(patient, intake=intake)
    return Case(patient, episode=episode, stay=Stay.objects.open().filter(episode=episode).first())


def _of(cases):
    rules, templates, taken = list(MinorRule.objects.all()), _in_force(), _taken(cases)
    held = {case.patient.pk: [paper for paper in taken[case.patient.pk] if case.holds(paper)] for case in cases}
    asked = asked_of([case.episode.pk for case in cases if case.episode])
    return {case.patient.pk: list(needs_among(case, rules, templates, held[case.patient.pk], asked)) for case in cases}


def asked_of(episodes):
    """{code: {episode: day}}: texts that another part of the house asks of some people alone, and of each from when."""
    answers: list[Any] = [answer for _, answer in signals.papers_asked.send(Paper, episodes=episodes)]
    return {code: days for answer in answers for code, days in answer.items()}


def _in_force():
    return latest_of(PaperTemplate.objects.now().defer("text").order_by("version"))


def latest_of(templates):
    """Of each text the latest version, in the order of the packet."""
    latest = {template.code: template for template in templates}
    return sorted(latest.values(), key=lambda template: (template.order, template.title))


def _taken(cases):
    """{patient: [papers]} of these cases, the latest first; without those whose scan turned out to be filed in error."""
    if not cases:
        return defaultdict(list)
    found = taken_for(
        patients=[case.patient.pk for case in cases],
        episodes=[case.episode.pk for case in cases if case.episode],
        intakes=[case.intake.pk for case in cases if case.intake],
    )
    papers = defaultdict(list)
    for paper in found:
        papers[paper.patient_id].append(paper)
    return papers


def _taken_for(patients, episodes, intakes):
    ours = Q(episode__in=episodes) | Q(intake__episode__in=episodes) | Q(intake__in=intakes)
    found = Paper.objects.filter(ours, patient__in=patients, scan__withdrawn_at=None)
    return found.select_related("intake", "guardian", "taken_by", "scan").defer("drawing").order_by("-taken_at")


taken_for = Remembered(_taken_for, patients=[UUID], episodes=[UUID], intakes=[UUID])


def needs_among(case, rules, templates, papers, asked):
    """The packet of one case as `Need`s, from rows that were asked for already: `papers` are those taken for it."""
    episode = case.episode and case.episode.pk
    rule = rule_for(case.patient, rules)
    is_minor, comes_of_age = is_a_minor(case.patient, rule), _comes_of_age(case.patient, rule)
    others = PaperTemplate.People.ADULTS if is_minor else PaperTemplate.People.MINORS
    signs = who_signs(case.patient, rule)
    for template in templates:
        if template.people == others or (template.program_id and template.program_id != case.program_id):
            continue
        since = asked.get(template.code, {episode: date.min})
        if episode not in since:
            continue
        mine = [paper for paper in papers if paper.template_id == template.pk]
        due_on = max(case.begins(template, comes_of_age), since[episode]) + timedelta(days=template.due_days)
        yield Need(template, due_on, signs, mine)


# Minors


def rule_for(patient, rules=None):
    """What the patient's state says of minors; without a row for it, what the row for everywhere else says."""
    rules = list(MinorRule.objects.all()) if rules is None else rules
    by_state = {rule.state.strip().casefold(): rule for rule in rules}
    return by_state.get(patient.state.strip().casefold()) or by_state.get("") or MinorRule()


def is_a_minor(patient, rule):
    """Whose age is not known is treated as an adult, and the page says so."""
    age = patient.age()
    return age is not None and age < rule.adult_age


def who_signs(patient, rule):
    """The patient; for a minor the guardian, or both, or the patient alone, as the rule says."""
    if not is_a_minor(patient, rule):
        return PATIENT
    if rule.consent_age is None or patient.age() < rule.consent_age:
        return GUARDIAN
    return BOTH if rule.guardian_signs_too else PATIENT


def _comes_of_age(patient, rule):
    if not patient.birth_date:
        return None
    born, year = patient.birth_date, patient.birth_date.year + rule.adult_age
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) and not _is_leap(year) else born.replace(year=year)


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def guardians_of(patient):
    """Contacts on the list who sign for the patient."""
    return Contact.objects.filter(patient=patient, is_guardian=True, removed_at=None)


# What stands on the page beside the packet


def earlier(patient, needs):
    """Papers of former versions and episodes, and those taken again since: the latest first."""
    shown = {need.paper.pk for need in needs if need.paper} | {paper.pk for need in needs if need.waits_for for paper in need.taken}
    papers = Paper.objects.filter(patient=patient).exclude(pk__in=shown)
    return papers.select_related("template", "guardian", "taken_by", "scan").defer("drawing", "template__text")


def successor(template):
    """The version of a text that is in force today, if it is another one than this."""
    return PaperTemplate.objects.now().filter(code=template.code).exclude(pk=template.pk).order_by("-version").first()


def is_in_force(template):
    return template.started_on <= today() and (template.ended_on is None or template.ended_on > today())
