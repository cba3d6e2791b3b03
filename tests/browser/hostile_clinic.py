"""A clinic whose every text is a payload: people, programs, staff, reasons, notes. All of it came in through the real actions."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle, islice

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.signing import signatures
from patients.actions import assessments, commitments, contacts, episodes, flags, team
from patients.models import CareTeamMember, DischargeReason, MoveBasis, PaperTemplate, Patient, Phase, Program, SafetyFlag
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program
from tests.papers import make_scan, take
from tests.xss import PAYLOADS, SHORT

PROGRAMS = ["Residential detox", "Residential", "PHP", "IOP Day", "IOP Evening", "Outpatient"]
_short = cycle(SHORT)
EVERYTHING = "\n".join(PAYLOADS)


@dataclass
class HostileClinic:
    supervisor: object
    administrator: object
    front_desk: object
    people: list = field(default_factory=list)  # whose names are payloads, three for each
    full: Patient = None  # whose long texts hold all payloads


def open_hostile_clinic():
    Program.objects.update(capacity=None)
    everywhere = list(Program.objects.now().values_list("name", flat=True))
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak", works_in=everywhere)
    clinic = HostileClinic(
        supervisor,
        make_user(Role.ADMINISTRATOR),
        make_user(Role.FRONT_DESK, works_in=everywhere),
        people=[_person(number, supervisor, *names) for number, names in enumerate(_threes())],
    )
    clinic.full = _full(supervisor)
    _rename_the_house()
    return clinic


def _threes():
    """All payloads, three at a time; the last ones together with the first again."""
    return [(PAYLOADS[start:] + PAYLOADS)[:3] for start in range(0, len(PAYLOADS), 3)]


def born(number):
    """Ten people have a birth date in common, so that a search by it shows them together."""
    return date(1980, 1, 1) + timedelta(days=number // 10)


def _person(number, by, given, family, preferred):
    names = {"given_name": given, "family_name": family, "preferred_name": preferred, "birth_date": born(number), "needs_interpreter": True}
    reach = {"street": family, "city": preferred, "allergies": f"{given} {family}"} | dict.fromkeys(("pronouns", "state"), next(_short))
    patient = make_patient(by=by, language=next(_short), **names, **reach)
    make_admitted(by, patient=patient, to=PROGRAMS[number % len(PROGRAMS)], on=today() - timedelta(days=60))
    flags.raise_flag(patient, kind="other", note=preferred, by=by)
    colleague = make_clinician(given_name=given, family_name=preferred, credential=next(_short))
    team.reassign(open_stay(patient).episode, to=colleague, by=by, note=family)
    team.reassign(open_stay(patient).episode, to=by, by=by, note=preferred)
    return patient


def _full(by):
    """One person whose every long text is the whole list."""
    full = make_admitted(by, to="Residential detox", patient=make_patient(by=by, given_name="Full", family_name="Record"))
    for kind, words in zip(SafetyFlag.Kind.values, _pieces(300, between=" "), strict=False):
        flags.raise_flag(full, kind=kind, note=words, by=by)
    _life_of(full, by)
    episodes.move(open_stay(full), to=program("Residential"), on=today(), basis=basis(), reason=EVERYTHING, by=by)
    comments = dict(zip((f"comment_{number}" for number in range(1, 7)), islice(cycle(_pieces(2000)), 6), strict=True))
    rated = assessments.assess(
        open_stay(full), by=by, made_on=today(), occasion="continued", rating_1="1", difference_note=_pieces(2000)[-1], **comments
    )
    signatures.add(rated, text=EVERYTHING, by=by)
    team.reassign(open_stay(full).episode, to=make_clinician(), by=by, note=EVERYTHING)
    reason = DischargeReason.objects.filter(offered=True).first()
    for words in _pieces(500):
        leaving = episodes.discharge(open_stay(full), on=today(), reason=reason, note=EVERYTHING, by=by)
        episodes.undo_discharge(leaving, because=words, by=by)
    covering = CareTeamMember.Part.COVERING
    team.add_member(open_stay(full).episode, to=make_clinician(), part=covering, by=by, note=EVERYTHING)
    return full


def _life_of(full, by):
    """Contacts, wishes and times whose every word is a payload."""
    for words in _pieces(120, between=" "):
        contacts.add(full, by=by, name=words, relationship="other", organisation=words, times=words, caution=words, may_be_told=words)
    contacts.set_wishes(full, by=by, reach_by="phone", reach_wishes=_pieces(1000)[0])
    for words in _pieces(200, between=" "):
        commitments.add(full, by=by, kind="work", weekdays=[0], starts=540, ends=1020, note=words)
    _papers_of(full, by)


def _papers_of(full, by):
    """A text of payloads, why it was declined, who signed it, scans with payloads for titles."""
    PaperTemplate.objects.create(code="payloads", kind="consent", title=PAYLOADS[0][:120], text=EVERYTHING)
    for words in _pieces(300, between=" "):
        take(full, "payloads", how="declined", reason=words, by=by)
    for words in _pieces(200, between=" "):
        take(full, "payloads", how="drawn", signer_name=words, by=by)
    for words in _pieces(120, between=" "):
        make_scan(full, title=words, by=by)


def _pieces(longest, between="\n"):
    """All payloads, in texts of at most so many characters."""
    pieces = [""]
    for payload in PAYLOADS:
        if len(pieces[-1]) + len(payload) >= longest:
            pieces.append("")
        pieces[-1] += f"{payload}{between}"
    return pieces


def _rename_the_house():
    """What an administrator may name: programs, phases, reasons, bases."""
    for model, column in ((Program, "name"), (Phase, "name"), (DischargeReason, "label"), (MoveBasis, "label")):
        for row in model.objects.order_by("pk"):
            setattr(row, column, next(_short))
            row.save(update_fields=[column])
