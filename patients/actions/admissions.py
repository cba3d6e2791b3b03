"""Into care: an episode, its first stay, the admission record and a primary clinician, all or nothing."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add

from .. import locks, policies
from ..models import Admission, CareTeamMember, Episode, Intake, MoveBasis, Stay, SubstanceUse
from . import referrals, waitlist


@transaction.atomic
def admit(patient, *, program, on, by, primary=None, substances=(), **items) -> Episode:
    """Open an episode with its first stay.

    `substances`: up to three dicts (substance, route, frequency, first_use_age), the primary first. `items`: the other
    fields of Admission. Circumstances not given are those known of the patient. Raises SomeoneWasFirst when the person is
    in care already, NotNow when the program is full or the day is wrong.
    """
    patient, program = locks.patient(patient.pk), locks.program(program)
    policies.check_can_admit(by, patient, program, on)
    if primary:
        policies.check_may_care(primary)

    episode = add(Episode(patient=patient, started_on=on, opened_by=by))
    _first_stay(episode, program, by)
    _admission(episode, patient, substances, items)
    if primary:
        add(CareTeamMember(episode=episode, user=primary, started_on=on, assigned_by=by))
    referrals.end_admitted(patient, by=by)
    waitlist.close_admitted(patient, program, by=by)
    _close_the_intake(episode, by)
    trail.record("patient.admitted", episode, by=by, program=program.pk, on=on, backdated=on < today())
    return episode


def _close_the_intake(episode, by):
    """An admission in the making has led here, also when the short form was used in the end."""
    open_one = Intake.objects.filter(patient=episode.patient, closed_at=None)
    open_one.update(outcome=Intake.Outcome.ADMITTED, episode=episode, closed_by=by, closed_at=timezone.now())


def _first_stay(episode, program, by):
    on, basis = episode.started_on, MoveBasis.objects.get(code="admission")
    add(Stay(episode=episode, program=program, started_on=on, counts_from=on, basis=basis, opened_by=by))


def _admission(episode, patient, substances, items):
    admission = add(Admission(episode=episode, **{**patient.circumstances(), **items}))
    for rank, use in enumerate(substances, 1):
        add(SubstanceUse(admission=admission, rank=rank, **use))
