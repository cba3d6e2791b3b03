"""People who sign in: names as signed, roles from day to day, what each role grants."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ProtectedError

from anchored import settings as product
from anchored.accounts.backends import StaffBackend
from anchored.accounts.models import RoleGrant, Supervision, User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst, why_not
from anchored.accounts.roles import Permission, Role, granted_to
from anchored.ground.dates import today

from .making import make_clinician, make_patient, make_supervisor, make_user

DAY = timedelta(days=1)

# Role by role, in the order of the columns: clinician, supervisor, prescriber, front desk, privacy officer, administrator.
GRANTED = {
    "find_patients":      "yes yes yes yes no  no",
    "register_patients":  "yes yes no  yes no  no",
    "edit_details":       "yes yes yes yes no  no",
    "open_charts":        "yes yes yes no  no  no",
    "take_referrals":     "yes yes no  yes no  no",
    "offer_places":       "yes yes no  no  no  no",
    "do_intake":          "yes yes no  yes no  no",
    "keep_contacts":      "yes yes yes yes no  no",
    "keep_papers":        "yes yes yes yes no  no",
    "open_withdrawn":     "no  yes no  no  no  no",
    "admit_patients":     "yes yes no  no  no  no",
    "assess":             "yes yes no  no  no  no",
    "move_patients":      "yes yes no  no  no  no",
    "move_outside_table": "no  yes no  no  no  no",
    "discharge_patients": "yes yes no  no  no  no",
    "undo_discharge":     "no  yes no  no  no  no",
    "write_plans":        "yes yes no  no  no  no",
    "write_notes":        "yes yes yes no  no  no",
    "cosign":             "no  yes no  no  no  no",
    "raise_flags":        "yes yes yes no  no  no",
    "assign_care_team":   "no  yes no  no  no  no",
    "see_continuum":      "yes yes yes no  no  no",
    "see_today":          "yes yes yes no  no  no",
    "see_caseloads":      "no  yes no  no  no  no",
    "restrict_records":   "no  no  no  no  yes no",
    "propose_merge":      "no  yes no  yes yes no",
    "merge_records":      "no  yes no  no  yes no",
    "see_groups":         "yes yes yes no  no  no",
    "lead_groups":        "yes yes no  no  no  no",
    "enrol":              "yes yes no  no  no  no",
    "see_kept_apart":     "no  yes no  no  no  no",
    "schedule_groups":    "yes yes no  no  no  no",
    "decide_absences":    "no  yes no  no  no  no",
    "see_reports":        "no  yes no  no  no  yes",
    "check_teds":         "no  yes no  no  yes no",
    "send_teds":          "no  no  no  no  yes no",
    "export_billing":     "no  yes no  no  no  no",
    "configure":          "no  no  no  no  no  yes",
}  # fmt: skip


def test_the_table_speaks_of_every_permission():
    assert set(GRANTED) == set(Permission)


@pytest.mark.parametrize(
    ("permission", "role", "granted"),
    [(name, role, word == "yes") for name, words in GRANTED.items() for role, word in zip(Role, words.split(), strict=True)],
)
def test_each_role_grants_what_the_table_says(permission, role, granted):
    assert (permission in granted_to({role})) is granted


def test_nobody_without_a_role_may_do_anything():
    assert granted_to(()) == frozenset()


@pytest.mark.parametrize(
    ("given", "family", "credential", "signed", "short", "initials"),
    [
        ("Sara", "Lindqvist", "LCSW", "Sara Lindqvist, LCSW", "S. Lindqvist", "SL"),
        ("Sara", "Lindqvist", "", "Sara Lindqvist", "S. Lindqvist", "SL"),
        ("Suharto", "", "RN", "Suharto, RN", "Suharto", "S"),
    ],
)
def test_a_name_stands_as_it_is_signed(given, family, credential, signed, short, initials):
    user = User(given_name=given, family_name=family, credential=credential)

    assert (str(user), user.short_name, user.initials) == (signed, short, initials)


@pytest.mark.django_db
class TestRoles:
    @pytest.mark.parametrize(
        ("starts", "ends", "holds"), [(-5, None, True), (0, None, True), (1, None, False), (-5, 0, False), (-5, 1, True)]
    )
    def test_a_role_holds_from_its_first_day_until_its_last(self, starts, ends, holds):
        user = make_user()
        until = today() + ends * DAY if ends is not None else None
        RoleGrant.objects.create(user=user, role=Role.CLINICIAN, started_on=today() + starts * DAY, ended_on=until)

        assert User.objects.get(pk=user.pk).holds(Permission.OPEN_CHARTS) is holds
        assert StaffBackend().get_user(user.pk).holds(Permission.OPEN_CHARTS) is holds

    def test_two_roles_grant_together_what_each_grants(self):
        user = make_user(Role.FRONT_DESK, Role.ADMINISTRATOR)

        assert user.holds(Permission.REGISTER_PATIENTS)
        assert user.holds(Permission.CONFIGURE)
        assert not user.holds(Permission.OPEN_CHARTS)

    def test_a_person_and_their_roles_are_read_in_one_statement(self, django_assert_num_queries):
        pk = make_user(Role.CLINICIAN, Role.SUPERVISOR).pk

        with django_assert_num_queries(1):
            assert StaffBackend().get_user(pk).holds(Permission.UNDO_DISCHARGE)

    def test_somebody_disabled_holds_nothing_and_is_nobody_to_a_session(self):
        user = make_clinician()
        User.objects.filter(pk=user.pk).update(is_active=False)

        assert not User.objects.get(pk=user.pk).holds(Permission.OPEN_CHARTS)
        assert StaffBackend().get_user(user.pk) is None

    def test_django_finds_no_permissions_of_its_own(self):
        assert StaffBackend().get_all_permissions(make_clinician()) == set()

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
    def test_only_administrators_enter_the_admin(self, role):
        user = make_user(role)

        assert not user.is_staff
        assert not user.has_perm("patients.view_patient")
        assert not user.has_module_perms("patients")

    def test_the_same_role_is_not_granted_twice_at_once(self):
        user = make_clinician()

        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(user=user, role=Role.CLINICIAN)

    def test_a_role_that_does_not_exist_is_refused_by_the_database(self):
        with pytest.raises(DatabaseError), transaction.atomic():
            RoleGrant.objects.create(user=make_user(), role="owner")

    def test_somebody_who_did_something_is_not_deleted(self):
        user = make_clinician()
        make_patient(by=user)

        with pytest.raises(ProtectedError):
            user.delete()


@pytest.mark.django_db
class TestSupervision:
    def test_nobody_supervises_themselves(self):
        user = make_supervisor()

        with pytest.raises(ValidationError, match="Nobody supervises themselves"):
            Supervision(supervisor=user, clinician=user).full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            Supervision.objects.create(supervisor=user, clinician=user)

    def test_a_supervisor_holds_the_role(self):
        with pytest.raises(ValidationError, match="does not hold the role of supervisor"):
            Supervision(supervisor=make_clinician(), clinician=make_clinician()).full_clean()

    def test_it_does_not_end_before_it_began(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Supervision.objects.create(supervisor=make_supervisor(), clinician=make_clinician(), ended_on=today() - DAY)


@pytest.mark.django_db
class TestUsernames:
    """A name to sign in with belongs to one person, however it is written."""

    @pytest.mark.parametrize("again", ["bob", "BOB", "Bob"])
    def test_case_makes_no_other_person(self, again):
        make_user(username="bob")

        with pytest.raises(ValidationError, match="Somebody has this username already|already exists"):
            User.objects.create_user(again, "a-long-enough-secret", given_name="Bob")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(username=again, given_name="Bob")

    @pytest.mark.parametrize("lookalike", ["ｂob", "ＢＯＢ", "bоb", "bob ", "b\u200bob", "bób", "", "bob\n", "ⓑob"])
    def test_letters_that_look_alike_are_refused_by_form_and_database(self, lookalike):
        make_user(username="bob")

        with pytest.raises(ValidationError):
            User.objects.create_user(lookalike, "a-long-enough-secret", given_name="Bob")
        with pytest.raises(DatabaseError), transaction.atomic():
            User.objects.create(username=lookalike, given_name="Bob")

    def test_somebody_signs_in_with_any_case(self):
        user = make_user(username="bob")

        assert User.objects.get_by_natural_key("BoB") == user


class TestPasswords:
    def test_they_are_kept_with_argon2(self, settings):
        settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS

        assert make_password("a-long-enough-secret").startswith("argon2")

    @pytest.mark.django_db
    @pytest.mark.parametrize("weak", ["elevenchars", "password1234", "123456789012", "rosa.alvarez1"])
    def test_the_first_administrator_has_no_weak_one(self, weak, monkeypatch):
        monkeypatch.setattr("getpass.getpass", lambda prompt: weak)

        with pytest.raises(CommandError):
            call_command("create_administrator", "rosa.alvarez", given_name="Rosa", family_name="Alvarez")
        assert not User.objects.filter(username="rosa.alvarez").exists()

    @pytest.mark.django_db
    def test_the_first_administrator_may_configure(self, monkeypatch, capsys):
        monkeypatch.setattr("getpass.getpass", lambda prompt: "river-lamp-orbit-9")

        call_command("create_administrator", "rosa.alvarez", given_name="Rosa", family_name="Alvarez")

        assert User.objects.get(username="rosa.alvarez").is_staff
        assert "may sign in" in capsys.readouterr().out


@pytest.mark.django_db
class TestRefusals:
    def test_a_missing_permission_is_said_in_a_sentence(self):
        with pytest.raises(NotPermitted, match="Your role does not let you move a patient along the continuum"):
            make_user(Role.FRONT_DESK).must_hold(Permission.MOVE_PATIENTS)

    @pytest.mark.parametrize(
        "refusal", [NotPermitted("Not now."), NotNow("Not now."), SomeoneWasFirst("Not now."), NotNow({"on": "Not now."})]
    )
    def test_why_not_gives_the_sentence(self, refusal):
        def check():
            raise refusal

        assert why_not(check) == "Not now."

    def test_why_not_is_silent_when_nothing_is_in_the_way(self):
        assert why_not(lambda: None) is None
