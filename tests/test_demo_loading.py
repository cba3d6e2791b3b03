"""Loading the demo clinic: the same for the same seed, once, and never among real people."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from anchored.accounts.models import User
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.demo import house, loading, overlaps, places, staff
from anchored.demo.rows import IN_ORDER
from anchored.ground.dates import today
from groups.models import Enrolment
from patients.models import Admission, NamedAccess, Patient, Program, Stay
from tests.grouping import make_group
from tests.making import make_admitted, make_patient, make_user

pytestmark = pytest.mark.django_db


def snapshot():
    """Every row of the people, as it is in the database."""
    return {model: list(model.objects.order_by("pk").values_list()) for model in IN_ORDER if model is not NamedAccess}


@time_machine.travel("2026-11-23 15:00:00Z", tick=False)
def test_the_same_seed_makes_the_same_people_and_another_seed_others():
    def made(seed):
        with transaction.atomic():
            loading.load(40, seed=seed)
            names = list(Patient.objects.order_by("record_number").values_list("given_name", "family_name", "birth_date"))
            ways = list(Stay.objects.order_by("pk").values_list("pk", "program", "started_on", "reason", "opened_at"))
            transaction.set_rollback(True)
        return names, ways

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_a_second_load_changes_nothing_and_says_so(capsys):
    call_command("demo", "--patients", "15")
    before, entries = snapshot(), TrailEntry.objects.count()

    call_command("demo", "--patients", "30", "--seed", "7")

    assert snapshot() == before
    assert TrailEntry.objects.count() == entries
    assert "is there already: 15 people, seed 1" in capsys.readouterr().out


def test_it_does_not_load_among_real_patients():
    make_patient()

    with pytest.raises(CommandError, match="patients in this database already"):
        call_command("demo", "--patients", "5")

    assert Patient.objects.count() == 1


def test_it_loads_among_real_patients_when_told_to():
    make_patient()

    call_command("demo", "--patients", "5", "--into-this-database")

    assert Patient.objects.count() == 6


def test_it_does_not_load_in_a_clinic(settings):
    settings.IN_CLINIC = True

    with pytest.raises(CommandError, match="set up for a clinic"):
        call_command("demo")

    assert not User.objects.exists()


def test_a_taken_username_is_named():
    User.objects.create_user("novak", "a-long-enough-secret", given_name="Petra")

    with pytest.raises(CommandError, match="novak"):
        call_command("demo", "--patients", "5")


def test_a_missing_program_is_named():
    Program.objects.filter(name="Outpatient").update(name="Clinic visits")

    with pytest.raises(CommandError, match="a program named Outpatient"):
        call_command("demo", "--patients", "5")

    assert not User.objects.exists()


def test_sign_ins_name_one_person_for_each_role(capsys):
    call_command("demo", "--patients", "3")
    capsys.readouterr()

    call_command("demo", "--sign-ins")

    said = capsys.readouterr().out
    for role in Role:
        assert role.label in said
    assert len(staff.PASSWORD) >= 12
    assert User.objects.get(username="lindqvist").check_password(staff.PASSWORD)


def test_sign_ins_need_the_demo():
    with pytest.raises(CommandError, match="no demo clinic"):
        call_command("demo", "--sign-ins")


@pytest.mark.parametrize("number", ["0", "-3", "200001"])
def test_the_number_of_people_is_bounded(number):
    with pytest.raises(CommandError, match="between 1 and 200,000"):
        call_command("demo", "--patients", number)


def test_a_larger_clinic_has_places_for_everybody_in_care():
    call_command("demo", "--patients", "200")

    taken = Counter(Stay.objects.open().values_list("program__name", flat=True))
    assert sum(taken.values()) == places.Size(200).in_care == 106
    assert taken["IOP Evening"] == Program.objects.get(name="IOP Evening").capacity == 38


def test_a_much_larger_clinic_has_a_clinician_for_each_fifty_and_supervisors_for_them():
    size = places.Size(20_000)

    team = staff.make(house.look_up(today()), size, seed=1)

    assert size.in_care == 1492
    assert len(team.floating) == 25
    assert all(clinician.supervised_by.exists() for clinician in [*team.clinicians, *team.floating])


def test_deidentified_people_from_a_file_are_no_reason_not_to_load():
    imported = make_admitted()
    Admission.objects.filter(episode__patient=imported).update(teds_case_id=20170000001)

    call_command("demo", "--patients", "5")

    assert Patient.objects.count() == 6


@pytest.mark.postgresql
def test_memberships_of_a_large_demo_that_overlap_are_refused_at_its_end():
    clinician = make_user(Role.CLINICIAN)
    episode, group = make_admitted(clinician, to="IOP Day").episodes.get(), make_group(clinician)
    ended = {"started_on": today(), "ended_on": today() + timedelta(days=9), "ended_by": clinician, "enrolled_by": clinician}

    def join_twice():
        for _ in range(2):
            Enrolment.objects.create(group=group, episode=episode, **ended)

    with pytest.raises(IntegrityError, match="enrolments_do_not_overlap"), transaction.atomic(), overlaps.asked_at_the_end():
        join_twice()
    with transaction.atomic(), overlaps.asked_at_the_end():
        pass
    with pytest.raises(IntegrityError, match="enrolments_do_not_overlap"), transaction.atomic():
        join_twice()
