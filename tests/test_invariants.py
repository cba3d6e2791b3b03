"""What must always be true, attacked by hand: statements as the owner of the database would type them, past every rule in Python."""

import uuid
from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anchored.ground.dates import today
from patients.actions import admissions, episodes, flags, privacy, team
from patients.models import DischargeReason, Stay

from .making import afresh, basis, made_once, make_admitted, make_clinician, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def key(value):
    """A primary key as the engine keeps it."""
    return value.hex if isinstance(value, uuid.UUID) and connection.vendor == "sqlite" else value


def run(statements):
    """One transaction, up to where it ends: PostgreSQL looks at some things only then."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement, *values in statements:
                cursor.execute(statement, [key(value) for value in values])
        connection.check_constraints()


def refused(*statements):
    connection.check_constraints()

    with pytest.raises(DatabaseError):
        run(statements)


def accepted(*statements):
    """The same statement without its malice, so that it is not refused for a slip of the pen."""
    connection.check_constraints()
    run(statements)


def insert(table, **row):
    """The statement that adds a row, as somebody would type it. Quoted, for `on` is a word of SQL."""
    row = {name: value for name, value in {"id": uuid.uuid4(), **row}.items() if value is not None}
    columns = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO patients_{table} ({columns}) VALUES ({', '.join(['%s'] * len(row))})", *row.values()


def a_stay(episode, program_name, started_on, ended_on=None, previous=None, pk=None):
    return insert(
        "stay", id=pk or uuid.uuid4(), episode_id=episode, previous_id=previous, program_id=program(program_name).pk,
        started_on=started_on, ended_on=ended_on, counts_from=started_on, basis_id=basis().pk, reason="by hand",
        patient_took_part=False, outside_table=False, opened_at=timezone.now(),
    )  # fmt: skip


def an_episode(patient, started_on, ended_on=None):
    return insert("episode", patient_id=patient, started_on=started_on, ended_on=ended_on, opened_at=timezone.now())


def a_post(episode, user, part, started_on, ended_on=None):
    return insert(
        "careteammember", episode_id=episode, user_id=user, part=part, handover_note="",
        started_on=started_on, ended_on=ended_on, assigned_at=timezone.now(),
    )  # fmt: skip


@made_once
def house():
    """A supervisor with two patients: one in their third stay, one discharged."""
    supervisor = make_supervisor()
    stay = open_stay(make_admitted(supervisor))
    for name, days in (("Residential", 6), ("PHP", 3)):
        on = today() - days * DAY
        stay = episodes.move(stay, to=program(name), on=on, basis=basis(), reason="Ready for the next level.", by=supervisor)
    gone = open_stay(make_admitted(supervisor, to="IOP Day"))
    episodes.discharge(gone, on=today(), reason=DischargeReason.objects.first(), by=supervisor)
    return SimpleNamespace(supervisor=supervisor, episode=stay.episode, discharged=gone.episode)


@pytest.fixture
def supervisor(house, db):
    return afresh(house.supervisor)


@pytest.fixture
def stays(house, db):
    """Detox, then residential, then PHP where the patient is now: ten, six and three days ago."""
    return list(Stay.objects.filter(episode=house.episode).order_by("started_on"))


@pytest.fixture
def discharged(house, db):
    return afresh(house.discharged)


class TestOneOpenStay:
    def test_a_second_open_stay(self, stays):
        refused(a_stay(stays[0].episode_id, "IOP Day", today()))

    def test_a_second_open_stay_that_follows_the_first(self, stays):
        refused(a_stay(stays[0].episode_id, "IOP Day", today(), previous=stays[2].pk))

    def test_reopening_a_past_stay(self, stays):
        refused(("UPDATE patients_stay SET ended_on = NULL WHERE id = %s", stays[1].pk))

    @pytest.mark.postgresql  # SQLite cannot wait for the end of a transaction; there, only the actions keep this
    def test_an_open_episode_without_an_open_stay(self, stays):
        refused(("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today(), stays[2].pk))

    @pytest.mark.postgresql
    def test_an_open_episode_without_any_stay(self, discharged):
        refused(an_episode(discharged.patient_id, today()))


class TestTheChain:
    """Each stay follows one other, on the day it ended."""

    def end_and_begin(self, stays, started_on, **facts):
        return (
            ("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today() - DAY, stays[2].pk),
            a_stay(facts.pop("episode", stays[2].episode_id), "IOP Day", started_on, previous=facts.pop("previous", stays[2].pk), **facts),
        )

    def test_a_move_by_hand_is_possible(self, stays):
        accepted(*self.end_and_begin(stays, today() - DAY))

    @pytest.mark.parametrize("days", [0, 2, 30], ids=["gap", "overlap", "before the episode"])
    def test_a_gap_or_an_overlap(self, stays, days):
        refused(*self.end_and_begin(stays, today() - days * DAY))

    def test_two_stays_after_one(self, stays):
        refused(*self.end_and_begin(stays, stays[0].ended_on, previous=stays[0].pk))

    def test_a_second_beginning(self, stays):
        refused(*self.end_and_begin(stays, today() - 10 * DAY, previous=None))

    def test_a_stay_after_one_of_another_episode(self, stays):
        other = open_stay(make_admitted(on=today() - DAY))

        refused(*self.end_and_begin(stays, today() - DAY, episode=other.episode_id))

    def test_a_stay_that_follows_itself(self, stays):
        pk = uuid.uuid4()

        refused(a_stay(stays[0].episode_id, "IOP Day", today() - 4 * DAY, today() - 4 * DAY, previous=pk, pk=pk))

    def test_a_ring_of_stays(self, stays):
        one, two = uuid.uuid4(), uuid.uuid4()
        on = today() - 4 * DAY

        refused(
            a_stay(stays[0].episode_id, "IOP Day", on, on, previous=two, pk=one),
            a_stay(stays[0].episode_id, "IOP Day", on, on, previous=one, pk=two),
        )

    def test_a_stay_that_ends_before_it_begins(self, stays):
        refused(("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today() - 4 * DAY, stays[2].pk))

    def test_a_count_of_days_that_begins_after_the_stay(self, stays):
        refused(("UPDATE patients_stay SET counts_from = %s WHERE id = %s", today(), stays[2].pk))


class TestThePast:
    """What began or ended stays as it is."""

    HOW = [
        "started_on = {earlier}",
        "counts_from = {earlier}",
        "program_id = (SELECT id FROM patients_program WHERE name = 'Alumni')",
        "reason = 'Another.'",
        "basis_id = (SELECT id FROM patients_movebasis WHERE code = 'other')",
        "opened_by_id = NULL",
        "opened_at = '2020-01-01 00:00:00'",
        "outside_table = NOT outside_table",
        "patient_took_part = NOT patient_took_part",
        "reverses_id = id",
    ]

    def test_how_a_stay_came_about(self, stays, subtests):
        earlier = "started_on - 1" if connection.vendor == "postgresql" else "date(started_on, '-1 day')"

        for change, stay in product(self.HOW, [stays[0], stays[2]]):
            with subtests.test(change, open=stay.ended_on is None):
                refused((f"UPDATE patients_stay SET {change.format(earlier=earlier)} WHERE id = %s", stay.pk))

    @pytest.mark.parametrize("days", [7, 5])
    def test_where_a_stay_ended(self, stays, days):
        refused(("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today() - days * DAY, stays[0].pk))

    def test_what_a_stay_follows(self, stays):
        refused(("UPDATE patients_stay SET previous_id = NULL WHERE id = %s", stays[2].pk))
        refused(("UPDATE patients_stay SET previous_id = %s WHERE id = %s", stays[0].pk, stays[2].pk))

    def test_whose_a_stay_is(self, stays, discharged):
        refused(("UPDATE patients_stay SET episode_id = %s WHERE id = %s", discharged.pk, stays[2].pk))

    def test_who_accepted_a_patient(self, stays):
        accepted(("UPDATE patients_stay SET accepted_by_id = opened_by_id, accepted_at = opened_at WHERE id = %s", stays[2].pk))

        refused(("UPDATE patients_stay SET accepted_by_id = NULL, accepted_at = NULL WHERE id = %s", stays[2].pk))

    def test_an_acceptance_has_a_person_and_a_time(self, stays):
        refused(("UPDATE patients_stay SET accepted_at = opened_at WHERE id = %s", stays[2].pk))

    def test_who_cared_for_whom(self, stays, supervisor, subtests):
        other = make_clinician()
        team.reassign(stays[0].episode, to=other, by=supervisor)
        post = stays[0].episode.team.get(user=other)

        for change in ("user_id = assigned_by_id", "part = 'covering'", "started_on = '2020-01-01'"):
            with subtests.test(change):
                refused((f"UPDATE patients_careteammember SET {change} WHERE id = %s", post.pk))

    def test_when_somebodys_care_ended(self, stays, supervisor):
        team.reassign(stays[0].episode, to=make_clinician(), by=supervisor)
        past = stays[0].episode.team.get(user=supervisor)

        refused(("UPDATE patients_careteammember SET ended_on = NULL WHERE id = %s", past.pk))


class TestEpisodes:
    def test_its_first_day_is_that_of_the_first_stay(self, stays):
        for days in (11, 9):
            refused(("UPDATE patients_episode SET started_on = %s WHERE id = %s", today() - days * DAY, stays[0].episode_id))

    def test_it_does_not_close_before_its_stay(self, stays):
        refused(("UPDATE patients_episode SET ended_on = %s WHERE id = %s", today(), stays[0].episode_id))

    def test_it_closes_on_the_day_of_its_last_stay(self, stays):
        end_posts = ("UPDATE patients_careteammember SET ended_on = %s WHERE episode_id = %s", today(), stays[0].episode_id)
        end_stay = ("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today(), stays[2].pk)

        refused(end_posts, end_stay, ("UPDATE patients_episode SET ended_on = %s WHERE id = %s", today() - DAY, stays[0].episode_id))
        accepted(end_posts, end_stay, ("UPDATE patients_episode SET ended_on = %s WHERE id = %s", today(), stays[0].episode_id))

    def test_it_does_not_close_over_an_open_care_team(self, stays):
        refused(
            ("UPDATE patients_stay SET ended_on = %s WHERE id = %s", today(), stays[2].pk),
            ("UPDATE patients_episode SET ended_on = %s WHERE id = %s", today(), stays[0].episode_id),
        )

    def test_a_second_open_one(self, stays):
        refused(an_episode(stays[0].episode.patient_id, today()))

    def test_two_that_overlap(self, discharged):
        refused(an_episode(discharged.patient_id, today() - 20 * DAY, today() - 9 * DAY))

    def test_nothing_opens_on_a_closed_one(self, discharged, supervisor):
        last = discharged.stays.get()

        refused(a_stay(discharged.pk, "IOP Day", today(), previous=last.pk))
        refused(("UPDATE patients_careteammember SET ended_on = NULL WHERE episode_id = %s", discharged.pk))
        refused(a_post(discharged.pk, supervisor.pk, "covering", today()))

    @pytest.mark.postgresql
    def test_a_closed_one_does_not_open_without_a_stay(self, discharged):
        refused(("UPDATE patients_episode SET ended_on = NULL WHERE id = %s", discharged.pk))

    def test_one_discharge_in_force(self, discharged, supervisor):
        reason = DischargeReason.objects.first()
        facts = {"discharged_by_id": supervisor.pk, "discharged_at": timezone.now(), "undone_because": ""}

        refused(insert("discharge", episode_id=discharged.pk, on=today(), reason_id=reason.pk, note="", **facts))

    def test_an_undone_discharge_has_a_person_and_a_time(self, discharged):
        refused(("UPDATE patients_discharge SET undone_at = discharged_at WHERE episode_id = %s", discharged.pk))


class TestOnePrimaryClinician:
    def another(self, stays, part="primary", started_on=None, ended_on=None):
        return a_post(stays[0].episode_id, make_clinician().pk, part, started_on or today(), ended_on)

    def test_a_second_one(self, stays):
        refused(self.another(stays))

    def test_one_for_some_of_the_same_days(self, stays):
        refused(self.another(stays, started_on=today() - 5 * DAY, ended_on=today() - 2 * DAY))

    def test_somebody_covering_is_no_second_one(self, stays):
        accepted(self.another(stays, part="covering"))


class TestNothingIsDeleted:
    TABLES = [
        "patient", "episode", "stay", "discharge", "admission", "substanceuse", "assessment", "careteammember", "safetyflag", "namedaccess",
    ]  # fmt: skip

    @pytest.fixture
    def full(self, stays, supervisor):
        """A record with a row in every clinical table."""
        patient = make_admitted(supervisor, to="IOP Day", substances=[{"substance": "2"}])
        flags.raise_flag(patient, kind="overdose", by=supervisor)
        privacy.restrict(patient, by=make_user("privacy_officer"), named=[supervisor])
        stay = episodes.move(
            open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason="She asks for more.", ratings=["1"] * 6, by=supervisor
        )
        episodes.discharge(stay, on=today(), reason=DischargeReason.objects.first(), by=supervisor)
        admissions.admit(patient, program=program("PHP"), on=today(), by=supervisor)

    def test_not_a_clinical_row(self, full, subtests):
        for table in self.TABLES:
            with subtests.test(table):
                refused((f"DELETE FROM patients_{table}",))

    @pytest.mark.postgresql
    def test_not_a_clinical_table_at_once(self, full, subtests):
        for table in self.TABLES:
            with subtests.test(table):
                refused((f"TRUNCATE patients_{table} CASCADE",))

    @pytest.mark.sqlite
    def test_not_by_putting_a_row_in_its_place(self, full, subtests):
        for table in self.TABLES:
            with subtests.test(table):
                refused((f"REPLACE INTO patients_{table} SELECT * FROM patients_{table}",))

    def test_not_what_clinical_rows_point_to(self, full, subtests):
        for table in ("accounts_user", "patients_program", "patients_levelofcare", "patients_movebasis", "patients_dischargereason"):
            with subtests.test(table):
                refused((f"DELETE FROM {table}",))


class TestLimits:
    BROKEN = [
        ("patients_patient", f"given_name = '{'x' * 101}'"),
        ("patients_patient", f"email = '{'x' * 255}'"),
        ("patients_patient", "race = 'unheard of'"),
        ("patients_program", f"name = '{'x' * 61}'"),
        ("patients_program", "track = 'night'"),
        ("patients_program", "teds_setting = 9"),
        ("patients_program", "teds_import = 9"),
        ("patients_allowedmove", "kind = 'sideways'"),
        ("patients_levelofcare", "edition = '5'"),
        ("patients_movebasis", f"code = '{'x' * 41}'"),
        ("patients_careteammember", "part = 'friend'"),
        ("patients_substanceuse", "rank = 4"),
        ("patients_substanceuse", "first_use_age = 96"),
        ("patients_admission", "referral_source = 'luck'"),
        ("accounts_user", f"credential = '{'x' * 41}'"),
        ("accounts_user", "theme = 'sepia'"),
        ("accounts_rolegrant", "role = 'owner'"),
    ]

    def test_text_too_long_and_words_unknown(self, supervisor, subtests):
        make_admitted(supervisor, substances=[{"substance": "2"}])

        for table, change in self.BROKEN:
            with subtests.test(table, change=change[:30]):
                refused((f"UPDATE {table} SET {change}",))

    def test_two_people_with_one_record_number(self, stays):
        other = make_admitted(to="IOP Day")

        refused(("UPDATE patients_patient SET record_number = %s WHERE id = %s", other.record_number, stays[0].episode.patient_id))

    def test_two_rules_of_a_program_on_one_day(self):
        php = program("PHP")

        refused(("INSERT INTO patients_programrule (program_id, started_on, citation) VALUES (%s, %s, '')", php.pk, today()))
        refused(
            (
                "INSERT INTO patients_programrule (program_id, started_on, ended_on, citation) VALUES (%s, '2020-01-01', '2021-01-01', '')",
                php.pk,
            )
        )
