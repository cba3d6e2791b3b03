"""Addresses of a patient's pages. The resolver is asked once for each: asking it for every row takes longer than the row."""

from functools import cache
from uuid import UUID

from django.urls import reverse

ANYBODY, ANYTHING = UUID(int=0), UUID(int=1)


def address(name, patient_id, part=None):
    """The URL of a page of a patient, or of a part: `address("patients:assessment", patient.pk, assessment.pk)`."""
    if part is None:
        return _pattern(name).replace(str(ANYBODY), str(patient_id))
    return _pattern_of_part(name).replace(str(ANYBODY), str(patient_id)).replace(str(ANYTHING), str(part))


@cache
def _pattern(name):
    return reverse(name, args=[ANYBODY])


@cache
def _pattern_of_part(name):
    return reverse(name, args=[ANYBODY, ANYTHING])
