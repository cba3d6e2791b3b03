"""Getting to know a person: once, with one record number, and never half."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from anchored.accounts.refusals import NotPermitted
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.text import fold
from patients.actions.registration import change_details, register, same_person
from patients.models import Patient, RecordNumber

from .checking import everything
from .making import make_clinician, make_patient, make_user

pytestmark = pytest.mark.django_db
BORN = date(1991, 3, 4)


@pytest.fixture
def front_desk():
    return make_user(Role.FRONT_DESK)


class TestRegistering:
    def test_a_person_gets_the_next_record_number_and_it_is_recorded(self, front_desk):
        rosa = register(by=front_desk, given_name="Rosa", family_name="Alvarez")
        luis = register(by=front_desk, given_name="Luis", family_name="Alvarez")

        assert (rosa.record_number, luis.record_number) == (1001, 1002)
        row = TrailEntry.objects.filter(event="patient.registered").latest("sequence")
        assert (row.actor, row.patient_id) == (front_desk, luis.pk)
        assert (luis.registered_by, luis.restricted) == (front_desk, False)

    def test_an_only_name_is_enough(self, front_desk):
        assert str(register(by=front_desk, given_name="Suharto")) == "Suharto"

    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_other_roles_register_nobody(self, role):
        with pytest.raises(NotPermitted, match="register a person"):
            register(by=make_user(role), given_name="Rosa")
        assert not Patient.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"given_name": ""},
            {"given_name": "x" * 101},
            {"given_name": "a\x00b"},
            {"family_name": "\u202eazerila"},
            {"allergies": "x" * 1001},
            {"email": "a@b"},
            {"email": "a@example.org\nBcc: b@example.org"},
            {"sex": "7"},
            {"birth_date": "31/31/1991"},
        ],
        ids=lambda wrong: f"{next(iter(wrong))}={str(next(iter(wrong.values())))[:12]!r}",
    )
    def test_a_mistake_registers_nobody_and_uses_up_no_number(self, front_desk, wrong):
        before = everything()

        with pytest.raises(ValidationError), transaction.atomic():
            register(by=front_desk, **{"given_name": "Rosa", **wrong})

        assert everything() == before

    def test_the_counter_has_one_row(self, front_desk):
        for _ in range(3):
            make_patient(by=front_desk)

        assert RecordNumber.objects.get().last == 1003


class TestTheSamePerson:
    """The question before anything is created: is this person known?"""

    @pytest.fixture
    def rosa(self, front_desk):
        return make_patient(by=front_desk, given_name="Rosa María", family_name="Núñez", preferred_name="Rosie", birth_date=BORN)

    @pytest.mark.parametrize("typed", [("Rosa María", "Núñez"), ("rosa maria", "NUNEZ"), ("Rosa  Maria ", " nunez"), ("Rosie", "Núñez")])
    def test_case_accents_and_spaces_make_no_other_person(self, rosa, front_desk, typed):
        assert same_person(*typed, BORN, seen_by=front_desk) == [rosa]

    @pytest.mark.parametrize(
        ("given", "family", "born"),
        [
            ("Rosa María", "Núñez", date(1991, 4, 3)),
            ("Rosa", "Núñez", BORN),
            ("Rosa María", "Nunezova", BORN),
            ("a", "n", BORN),
            ("", "", BORN),
            ("%", "%", BORN),
            ("Rosa María", "Núñez", None),
        ],
    )
    def test_others_are_not_told_of(self, rosa, front_desk, given, family, born):
        assert same_person(given, family, born, seen_by=front_desk) == []

    def test_restricted_records_are_not_told_of(self, rosa, front_desk):
        Patient.objects.update(restricted=True)

        assert same_person("Rosa María", "Núñez", BORN, seen_by=front_desk) == []

    def test_nobody_is_told_of_a_person_they_may_not_know_of(self, rosa):
        assert same_person("Rosa María", "Núñez", BORN, seen_by=make_clinician()) == []

    def test_namesakes_born_the_same_day_are_all_shown(self, rosa, front_desk):
        other = make_patient(by=front_desk, given_name="Rosie", family_name="Nunez", birth_date=BORN)

        assert set(same_person("Rosie", "Núñez", BORN, seen_by=front_desk)) == {rosa, other}


class TestDetails:
    def test_the_trail_names_the_fields_and_not_the_values(self, front_desk):
        patient = make_patient()

        change_details(patient, by=front_desk, phone="555 0142", given_name="Róisín", city="")

        patient.refresh_from_db()
        assert (patient.given_name, patient.phone) == ("Róisín", "555 0142")
        assert TrailEntry.objects.get(event="patient.details_changed").facts == {"fields": ["given_name", "phone"]}

    def test_a_person_is_found_by_the_new_words_at_once(self, front_desk):
        patient = make_patient(given_name="Rosa")

        change_details(patient, by=front_desk, given_name="Róisín", phone="(555) 0142", birth_date=date(1980, 12, 1))

        patient.refresh_from_db()
        for words in ("roisin", "5550142", "1980-12-01", str(patient.record_number), fold(patient.family_name)):
            assert words in patient.find_by
        assert "rosa" not in patient.find_by

    def test_no_change_leaves_no_row(self, front_desk):
        patient = make_patient()
        before = everything()

        change_details(patient, by=front_desk, given_name=patient.given_name)

        assert everything() == before

    def test_a_mistake_changes_nothing(self, front_desk):
        patient = make_patient()
        before = everything()

        with pytest.raises(ValidationError), transaction.atomic():
            change_details(patient, by=front_desk, phone="555 0142", email="nowhere")

        assert everything() == before

    def test_what_somebody_else_changed_meanwhile_stays(self, front_desk):
        patient = make_patient()
        stale = Patient.objects.get(pk=patient.pk)
        change_details(patient, by=front_desk, city="Duluth")

        change_details(stale, by=front_desk, street="1 Lake Ave")

        patient.refresh_from_db()
        assert (patient.city, patient.street) == ("Duluth", "1 Lake Ave")
