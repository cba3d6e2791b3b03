"""How a refusal becomes an answer: the form again with the sentence, and the right status."""

from django.urls import reverse

from anchored.accounts.refusals import SomeoneWasFirst

from ..addresses import address
from ..models import Patient


def add_refusal(form, refusal, names=None):
    """Put a policy's or a model's refusal on the form: beside its field where the form has it, else on top."""
    if isinstance(refusal, SomeoneWasFirst):
        form.conflict = True
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal.messages)
        return
    for name, sentences in refusal.message_dict.items():
        field = (names or {}).get(name, name)
        form.add_error(field if field in form.fields else None, sentences)


def status_of(form):
    """200 as long as nothing is wrong, 422 with mistakes, 409 when somebody was first."""
    if getattr(form, "conflict", False):
        return 409
    return 422 if form.is_bound and form.errors else 200


def still_opens(user, patient):
    """Whether the chart opens for this person now: what they did may have ended their relation to the patient."""
    return Patient.objects.visible_to(user).filter(pk=patient.pk).exists()


def way_on(user, patient, page="patients:chart"):
    """The page of the chart where the work goes on; the list when the chart no longer opens."""
    return address(page, patient.pk) if still_opens(user, patient) else reverse("patients:list")
