"""Plans, notes and merges while things break: whichever statement fails, thirty people at once, a server that is killed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Role
from anchored.signing import signatures
from anchored.signing.models import Signature
from patients.actions import merges
from patients.models import Service
from treatment_plans.actions import notes, plans
from treatment_plans.models import CosignRule, Note, NoteReturn, ObjectiveProgress, Plan

from .checking import what_is_wrong
from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user
from .noting import begin, judged, make_note, seal, typed
from .planning import make_plan, sign
from .planning import seal as seal_plan
from .test_faults import KILLS, Server, moments, nothing_remains_unless_all_of
from .test_races import at_once, done

WHY = "Both showed the same photo ID."


def acts():
    """Each act, ready to be done."""
    clinician, officer = make_clinician(works_in=["IOP Day"]), make_user(Role.PRIVACY_OFFICER)
    patient = make_admitted(clinician, to="IOP Day")
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    root = plan.objectives.get().root
    draft = begin(patient, by=clinician, **{f"standing_{root}": "met"})
    waiting = seal_plan(make_plan(make_admitted(clinician), by=clinician), by=clinician)
    gone, new = make_patient(clinician), make_plan(make_admitted(clinician), by=clinician)
    proposed = merges.propose(patient, gone, because=WHY, by=clinician if clinician.holds("propose_merge") else make_supervisor())
    return {
        "sign_note": lambda: seal(draft, by=clinician),
        "keep_note": lambda: notes.keep(patient, draft.pk, typed=typed(section_data="More."), version=1, by=clinician),
        "next_plan": lambda: plans.start(plan.episode, by=clinician, because="review"),
        "sign_plan": lambda: seal_plan(new, by=clinician),
        "take_word": lambda: plans.take_word(waiting, by=clinician, how="unable", reason="Asleep.", digest=waiting.digest),
        "merge": lambda: merges.merge(proposed, by=officer),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sign_note", "keep_note", "next_plan", "sign_plan", "take_word", "merge"])
def test_whichever_statement_fails_nothing_of_the_act_remains(name):
    nothing_remains_unless_all_of(acts()[name])


@pytest.mark.django_db(transaction=True)
def test_thirty_addenda_at_once_are_one_to_thirty():
    clinician = make_clinician(works_in=["IOP Day"])
    note = make_note(make_admitted(clinician, to="IOP Day"), by=clinician)

    at_once(*[lambda: signatures.add(note, text="Her sister called.", by=clinician) for _ in range(30)])

    assert [addendum.number for addendum in signatures.addenda_of(note)] == list(range(1, 31))


@pytest.mark.django_db(transaction=True)
def test_cosigned_or_returned_one_of_both_wins():
    CosignRule.objects.create(credential="Intern")
    clinician = make_clinician(works_in=["IOP Day"], credential="Intern")
    one, other = make_supervisor(), make_supervisor()
    patient = make_admitted(clinician, to="IOP Day")
    for hours in range(3, 8):
        note = make_note(patient, by=clinician, ago=timedelta(hours=hours))
        outcomes = at_once(
            lambda note=note: notes.cosign(note, by=one), lambda note=note: notes.give_back(note, comment="Say more.", by=other)
        )
        assert len(done(outcomes)) == 1

    assert Signature.objects.filter(meaning="cosigner").count() + NoteReturn.objects.count() == 5
    assert not Note.objects.filter(cosigned_at__isnull=False, returned_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_one_note_signed_in_two_windows_is_signed_once():
    clinician = make_clinician(works_in=["IOP Day"])
    draft = begin(make_admitted(clinician, to="IOP Day"), by=clinician)
    form = judged(draft)

    outcomes = at_once(*[lambda: seal(draft, by=clinician, form=form) for _ in range(6)])

    assert len(done(outcomes)) == 1
    assert Service.objects.count() == Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_write_on_one_plan_and_one_begins_it():
    clinician, other = make_clinician(works_in=["IOP Day"]), make_clinician(works_in=["IOP Day"])
    patient = make_admitted(clinician, to="IOP Day")
    episode = patient.episodes.get()

    begun = at_once(*[lambda by=by: plans.start(episode, by=by) for by in (clinician, other)])

    assert len(done(begun)) == 1
    assert isinstance(next(outcome for outcome in begun if outcome not in done(begun)), NotNow)
    assert Plan.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_while_somebody_writes_or_signs_has_kept_what_it_answered():
    clinician = make_clinician(works_in=["IOP Day"])
    patient = make_admitted(clinician, to="IOP Day")
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    root = plan.objectives.get().root
    writing = begin(patient, by=clinician, section_data="Nothing yet")
    ready = [begin(patient, by=clinician, **{f"standing_{root}": "some"}) for _ in range(KILLS // 2)]
    page, moment = reverse("patients:draft", args=[patient.pk, writing.pk]), moments(0.08, seed=1511)
    server, signed, interrupted = Server(clinician), [], 0

    try:
        for number, draft in enumerate(ready):
            server.wait_until_it_serves()
            before = Note.objects.get(pk=writing.pk)
            words = f"{number} words typed"
            kept = server.killed_in(
                next(moment), "POST", page, {**typed(section_data=words), "version": before.version}, **{"HX-Request": "true"}
            )
            assert kept in (200, None)
            now = Note.objects.get(pk=writing.pk).typed["section_data"]
            assert now in ([words] if kept else [before.typed["section_data"], words])
            server.wait_until_it_serves()
            answered = server.killed_in(next(moment), "POST", reverse("sign_note", args=[draft.pk]), {"once": uuid4(), "version": 1})
            assert answered in (302, None)
            signed += [draft.pk] if answered else []
            interrupted += (kept is None) + (answered is None)
    finally:
        server.stop()

    assert interrupted, "nothing was interrupted"
    there = Note.objects.filter(pk__in=[draft.pk for draft in ready], sealed_at__isnull=False)
    assert set(signed) <= {note.pk for note in there}, "a signature that was answered is gone"
    assert there.count() == Service.objects.count() == ObjectiveProgress.objects.count()
    assert there.count() == Signature.objects.filter(document_type="treatment_plans.note").count()
    assert all(note.is_intact() for note in there)
    assert what_is_wrong() == []
