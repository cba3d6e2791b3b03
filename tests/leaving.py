"""Documents of leaving for tests, through the real actions."""

from anchored.ground.dates import today
from patients.actions import episodes
from patients.models import DischargeReason
from treatment_plans import leaving
from treatment_plans.actions import leaving as actions

from .making import open_stay

TYPED = {
    "course": "She came for her evenings and has them back.",
    "condition": "Steady, no use for six weeks.",
    "recommendations": "Outpatient group once a week.",
}
PART = {"part": "agrees", "signer_name": "Rosa Alvarez"}


def make_continuing_care(patient, *, by, signed=True, **facts):
    """A continuing-care plan of the latest episode, signed unless told otherwise."""
    plan = actions.begin_continuing_care(patient.episodes.first(), by=by)
    appointment = {"what": "Outpatient group", "with_whom": "Ana Novak", "on": "", "at": "17:30", "where": "12 Harbour St, 555 0100"}
    plan = actions.write(plan, by=by, **{"appointments": [appointment], **PART, **facts})
    return actions.sign_continuing_care(plan, by=by) if signed else plan


def make_summary(patient, *, by, signed=True, **facts):
    """A discharge summary of the latest episode; signed, the patient is discharged first when still in care."""
    if signed and patient.episodes.filter(ended_on=None).exists():
        episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=by)
    episode = patient.episodes.first()
    summary = actions.begin_summary(episode, by=by)
    summary = actions.write(summary, by=by, **{**TYPED, "last_contact_on": today(), **facts})
    return actions.sign_summary(summary, by=by, drawn=leaving.of_summary(episode)) if signed else summary
