"""Questions built once: the same rows as the queryset, for any value, on any day."""

import uuid
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anchored.accounts.models import User
from anchored.ground.remembered import Kept, Question, Remembered, together, with_kept
from patients import queries
from patients.models import Episode, Patient, Phase, RatingOption, SafetyFlag
from patients.models.relation import days_of_grace
from tests.making import make_admitted, make_clinician

pytestmark = pytest.mark.django_db

named = Remembered(lambda word: Patient.objects.filter(find_by__contains=word), word=str)
door = Remembered(
    lambda user, patient: Patient.objects.visible_to(User(pk=user)).filter(pk=patient),
    user=int,
    patient=uuid.UUID,
    varies_with=days_of_grace,
)

either = Remembered(
    lambda keys, staff: Patient.objects.filter(pk__in=keys, registered_by__in=staff).annotate(share=Value("100 %")),
    keys=[uuid.UUID],
    staff=[int],
)
since = Remembered(
    lambda day, moment: Episode.objects.filter(started_on__gte=day, patient__registered_at__lt=moment), day=date, moment=datetime
)


def test_it_answers_as_the_queryset_does_for_each_value():
    one, other = make_clinician(), make_clinician()
    hers, his = make_admitted(one), make_admitted(other)

    assert door(user=one.pk, patient=hers.pk) == [hers]
    assert door(user=other.pk, patient=his.pk) == [his]
    assert door(user=one.pk, patient=his.pk) == door(user=other.pk, patient=hers.pk) == []
    assert door(user=one.pk, patient=uuid.uuid4()) == []


def test_rows_come_fresh_from_the_database():
    patient = make_admitted()
    assert not named(word="newname")

    Patient.objects.filter(pk=patient.pk).update(find_by="newname")

    assert named(word="newname") == [patient]
    assert named(word="newname")[0] is not named(word="newname")[0]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", '"', "%s", "{0}", ";--"])
def test_signs_of_the_database_are_letters_like_any_other(sign):
    clinician = make_clinician()
    make_admitted(clinician)

    assert queries.find(clinician, f"ro{sign}sa") == []


def test_a_relation_that_ended_yesterday_opens_nothing_today():
    clinician = make_clinician()
    patient = make_admitted(clinician)
    assert door(user=clinician.pk, patient=patient.pk)

    member = patient.episodes.get().team.get()
    member.ended_on = timezone.localdate() + timedelta(days=1)
    member.save()

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert not door(user=clinician.pk, patient=patient.pk)


def test_another_setting_is_another_question(settings):
    settings.CHART_DAYS_AFTER_DISCHARGE = 30
    clinician = make_clinician()
    patient = make_admitted(clinician)
    assert door(user=clinician.pk, patient=patient.pk)

    settings.CHART_DAYS_AFTER_DISCHARGE = 0

    assert door(user=clinician.pk, patient=patient.pk)


def test_a_slot_that_stands_nowhere_is_a_mistake_of_ours():
    astray = Remembered(lambda kind, patient: SafetyFlag.objects.filter(patient=patient), kind=str, patient=uuid.UUID)

    with pytest.raises(ValueError, match="kind"):
        astray(kind="overdose", patient=uuid.uuid4())


def test_questions_asked_together_are_answered_in_their_order():
    clinician = make_clinician()
    patient, other = make_admitted(clinician), make_admitted(clinician)

    first, nobody, second = together(
        door.about(user=clinician.pk, patient=patient.pk), named.about(word="nobody"), door.about(user=clinician.pk, patient=other.pk)
    )

    assert (first, nobody, second) == ([patient], [], [other])


def test_when_one_of_several_questions_fails_the_others_can_be_asked_again():
    clinician = make_clinician()
    patient = make_admitted(clinician)
    good = door.about(user=clinician.pk, patient=patient.pk)
    question, values = named.about(word="rosa")
    bad = Question(question.sql.replace("find_by", "no_such_column"), question.places, question.read), values

    with pytest.raises(DatabaseError), transaction.atomic():
        together(good, bad, good)

    assert together(good, good) == [[patient], [patient]]


def test_a_kept_list_is_asked_anew_after_a_minute(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("anchored.ground.remembered.time.monotonic", lambda: now[0])
    phases = Kept(lambda: Phase.objects.all())
    last = phases()[-1]

    Phase.objects.create(name="Afterwards", short_name="After", order=last.order + 1)
    assert phases()[-1] == last
    now[0] += 61

    assert phases()[-1].name == "Afterwards"


def test_a_kept_list_knows_its_values():
    options = Kept(lambda edition: RatingOption.objects.filter(edition=edition), edition=str)

    for edition in ("3", "4", "3"):
        assert {option.edition for option in options(edition=edition)} == {edition}


def test_what_is_newer_than_a_kept_list_is_found_all_the_same():
    everybody = Kept(lambda: User.objects.all())
    first = make_admitted(make_clinician())
    with_kept([first], registered_by=everybody)
    late = make_admitted(make_clinician())

    rows = with_kept([first, late], registered_by=everybody)

    assert [row.registered_by.pk for row in rows] == [row.registered_by_id for row in (first, late)]


@pytest.mark.parametrize("more", [0, 1, 2, 11, 49, 1500])
def test_a_list_is_as_long_as_it_is_given(more):
    clinician = make_clinician()
    one, other = make_admitted(clinician), make_admitted(clinician)
    strangers = [uuid.uuid4() for _ in range(more)]

    assert either(keys=[*strangers, one.pk], staff={one.registered_by_id}) == [one]
    assert set(either(keys=[one.pk, *strangers, other.pk], staff=[0, *range(-more, 0), one.registered_by_id])) == {one, other}
    assert either(keys=strangers, staff=[one.registered_by_id]) == []


def test_nothing_is_in_an_empty_list():
    patient = make_admitted(make_clinician())

    assert either(keys=[], staff=[patient.registered_by_id]) == either(keys=[patient.pk], staff=()) == either(keys=[], staff=[]) == []


def test_a_sign_in_the_statement_is_no_place_in_it():
    patient = make_admitted(make_clinician())
    literal = Remembered(
        lambda keys: Patient.objects.filter(pk__in=keys).extra(where=["'50%%' <> '%%s'"]).annotate(share=Value("100 %s")), keys=[uuid.UUID]
    )

    assert [row.share for row in literal(keys=[uuid.uuid4(), uuid.uuid4(), patient.pk])] == ["100 %s"]


@pytest.mark.postgresql
def test_the_database_meets_one_statement_for_lists_of_every_length():
    with CaptureQueriesContext(connection) as asked:
        for number in (0, 1, 5, 300):
            either(keys=[uuid.uuid4() for _ in range(number)], staff=[1])

    assert len({query["sql"].count("ANY") for query in asked}) == len({query["sql"].count(" IN ") for query in asked}) == 1


def test_rows_of_values_are_tuples_and_a_list_may_stand_in_each_part_of_a_union():
    one, other = make_admitted(make_clinician()), make_admitted(make_clinician())

    def ends(keys, day):
        rows = Episode.objects.filter(patient__in=keys).order_by()
        began = rows.filter(started_on__gte=day).values_list("patient", Value("began"), F("started_on"))
        return began.union(rows.values_list("patient", Value("ended"), F("ended_on")), all=True)

    known = Remembered(ends, keys=[uuid.UUID], day=date)
    day = one.episodes.get().started_on

    for keys in ([], [one.pk], [one.pk, other.pk, uuid.uuid4()]):
        assert sorted(known(keys=keys, day=day), key=str) == sorted(ends(keys, day), key=str)
    assert set(known(keys=[one.pk], day=day + timedelta(days=1))) == {(one.pk, "ended", None)}


def test_a_day_and_a_moment_are_slots_too():
    patient = make_admitted(make_clinician())
    episode, moment = patient.episodes.get(), patient.registered_at

    assert since(day=episode.started_on, moment=moment + timedelta(microseconds=1)) == [episode]
    assert (
        since(day=episode.started_on + timedelta(days=1), moment=moment + timedelta(1))
        == since(day=episode.started_on, moment=moment)
        == []
    )
    assert since(day=episode.started_on, moment=(moment + timedelta(seconds=1)).astimezone(timezone.get_fixed_timezone(300))) == [episode]
