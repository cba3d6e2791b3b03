"""Signed documents: the first signature seals text and facts, on every path; corrections are addenda."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from anchored.ground import triggers
from anchored.ground.dates import today
from anchored.signing import signatures
from anchored.signing.models import Addendum, Signable, Signature
from patients.actions import assessments
from patients.models import Assessment, LevelOfCare
from patients.models.assessment import SIGNED

from .checking import everything, trail_broken
from .making import afresh, made_once, make_both, make_clinician, make_user, open_stay

pytestmark = pytest.mark.django_db


both = made_once(make_both)


@pytest.fixture
def author(both, db):
    return afresh(both.clinician)


@pytest.fixture
def stay(both, db):
    return open_stay(afresh(both.patient))


@pytest.fixture
def draft(stay, author):
    return Assessment.objects.create(
        episode=stay.episode, stay=stay, occasion="continued", edition="3", made_by=author, rating_1="2", comment_1="Shaky hands."
    )


@pytest.fixture
def signed(draft, author):
    signatures.sign(draft, by=author)
    return Assessment.objects.get(pk=draft.pk)


class TestSigning:
    def test_a_signature_seals_the_text_and_is_recorded(self, draft, author):
        signature = signatures.sign(draft, by=author)

        draft.refresh_from_db()
        assert draft.is_sealed
        assert draft.is_intact()
        assert draft.digest == signature.digest == hashlib.sha256(draft.words_to_sign().encode()).hexdigest()
        row = TrailEntry.objects.get(event="document.signed")
        assert (row.actor, row.patient_id, row.subject) == (author, draft.patient_id, f"patients.assessment:{draft.pk}")

    def test_the_name_stands_as_it_was_signed_that_day(self, signed, author):
        author.family_name, author.credential = "Berg", "LADC"
        author.save()

        assert [signature.name_as_signed for signature in signatures.of(signed)] == ["Sara Lindqvist, LCSW"]

    def test_a_document_is_signed_once(self, signed, author):
        before = everything("signing.Signature", "audit.TrailEntry")

        for person in (author, make_clinician()):
            with pytest.raises(SomeoneWasFirst, match="signed already"):
                signatures.sign(signed, by=person)

        assert everything("signing.Signature", "audit.TrailEntry") == before

    def test_a_draft_may_still_change(self, draft):
        draft.comment_1 = "Steady hands."
        draft.save()

        assert Assessment.objects.get(pk=draft.pk).comment_1 == "Steady hands."

    def test_what_cannot_be_recorded_is_not_signed(self, draft, author):
        with trail_broken(), pytest.raises(TrailUnavailable):
            signatures.sign(draft, by=author)

        assert not Assessment.objects.get(pk=draft.pk).is_sealed
        assert not Signature.objects.exists()

    def test_a_rating_is_recorded_and_signed_in_one_act(self, stay, author):
        document = assessments.assess(stay, by=author, made_on=today(), occasion="continued", rating_1="2", rating_6="1")

        document = Assessment.objects.get(pk=document.pk)
        assert document.is_sealed
        assert document.is_intact()
        assert document.edition == "3"
        assert document.ratings() == ["2", "", "", "", "", "1"]
        assert signatures.of(document).get().signed_by == author

    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_who_does_not_assess_signs_no_assessment(self, stay, role):
        with pytest.raises(NotPermitted, match="does not let you"):
            assessments.assess(stay, by=make_user(role), made_on=today(), occasion="continued", rating_1="2")
        assert not Assessment.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({}, "at least one dimension"),
            ({"rating_1": "1", "recommended": "2.1", "chosen": "1"}, "why the level recommended and the level chosen differ"),
            ({"rating_1": "1", "comment_1": "a\x00b"}, "position 2"),
            ({"rating_1": "1", "comment_2": "x" * 2001}, "2000"),
            ({"rating_1": "1", "occasion": "whim"}, "not a valid choice"),
        ],
    )
    def test_a_refused_assessment_leaves_nothing(self, stay, author, facts, sentence):
        for name in {"recommended", "chosen"} & set(facts):
            facts = {**facts, name: LevelOfCare.objects.get(code=facts[name], edition="3")}
        before = everything()

        with pytest.raises(ValidationError, match=sentence):
            assessments.assess(stay, by=author, made_on=today(), **{"occasion": "continued", **facts})

        assert everything() == before


class TestWords:
    @pytest.mark.parametrize("name", SIGNED)
    def test_every_signed_fact_is_in_the_digest(self, signed, name):
        before = signed.digest_now()
        value = getattr(signed, name)
        setattr(signed, name, "another" if isinstance(value, str) or value is None else None)

        assert signed.digest_now() != before

    def test_no_two_assessments_read_the_same(self, draft):
        draft.comment_1, draft.rating_2, draft.comment_2 = "x\n2 3\ny", "", ""
        one = draft.words_to_sign()
        draft.comment_1, draft.rating_2, draft.comment_2 = "x", "3", "y\n2 \n"

        assert draft.words_to_sign() != one

    def test_a_document_of_a_new_kind_says_what_is_signed(self):
        with pytest.raises(NotImplementedError):
            Signable.words_to_sign(Addendum())


class TestSealed:
    """Every path to change what is signed ends at a refusal."""

    def test_saving_is_refused_with_the_way_to_go(self, signed):
        signed.comment_1 = "Steady hands."

        with pytest.raises(ValidationError, match="Write an addendum instead"):
            signed.save()

    def test_a_copy_from_before_the_signature_is_refused_too(self, draft, author):
        stale = Assessment.objects.get(pk=draft.pk)
        signatures.sign(draft, by=author)
        stale.comment_1 = "Steady hands."

        with pytest.raises(ValidationError, match="is signed"):
            stale.save()

    @pytest.mark.parametrize(
        "attack",
        [
            lambda row: Assessment.objects.filter(pk=row.pk).update(comment_1="Steady hands."),
            lambda row: Assessment.objects.filter(pk=row.pk).update(sealed_at=None),
            lambda row: Assessment.objects.filter(pk=row.pk).update(episode_id=row.episode_id),
            lambda row: Assessment.objects.bulk_update([row], ["comment_1"]),
            lambda row: Assessment.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=["comment_1"]),
            lambda row: super(Signable, row).save(),
            lambda row: Assessment.objects.filter(pk=row.pk)._raw_delete("default"),
            lambda row: super(Signable, row).delete(),
            lambda row: raw("UPDATE patients_assessment SET comment_1 = 'Steady hands.'"),
            lambda row: raw("DELETE FROM patients_assessment"),
            pytest.param(lambda row: raw("TRUNCATE patients_assessment CASCADE"), marks=pytest.mark.postgresql),
            pytest.param(lambda row: raw("REPLACE INTO patients_assessment SELECT * FROM patients_assessment"), marks=pytest.mark.sqlite),
        ],
    )
    def test_the_database_refuses(self, signed, attack):
        before = everything("patients.Assessment")
        connection.check_constraints()
        signed.comment_1 = "Steady hands."

        with pytest.raises(DatabaseError, match="is signed|not deleted"), transaction.atomic():
            attack(signed)

        assert everything("patients.Assessment") == before

    def test_a_draft_is_not_deleted_either(self, draft):
        with pytest.raises(ValidationError, match="not deleted"):
            draft.delete()
        with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic():
            raw("DELETE FROM patients_assessment")

    def test_what_the_owner_of_the_database_changed_is_noticed(self, signed):
        triggers.remove(connection)
        raw("UPDATE patients_assessment SET comment_1 = 'Steady hands.'")

        assert not Assessment.objects.get(pk=signed.pk).is_intact()

    @pytest.mark.parametrize(
        "attack",
        [
            lambda row: Signature.objects.update(name_as_signed="Somebody else"),
            lambda row: Signature.objects.all().delete(),
            lambda row: Addendum.objects.update(text="Other words"),
            lambda row: Addendum.objects.all().delete(),
            lambda row: raw("DELETE FROM signing_signature"),
            lambda row: raw("UPDATE signing_addendum SET text = 'Other words'"),
            pytest.param(lambda row: raw("TRUNCATE signing_signature"), marks=pytest.mark.postgresql),
            pytest.param(lambda row: raw("TRUNCATE signing_addendum"), marks=pytest.mark.postgresql),
            pytest.param(lambda row: raw("REPLACE INTO signing_addendum SELECT * FROM signing_addendum"), marks=pytest.mark.sqlite),
        ],
    )
    def test_signatures_and_addenda_stay_as_they_are(self, signed, author, attack):
        signatures.add(signed, text="She slept well.", by=author)
        before = everything("signing.Signature", "signing.Addendum")
        connection.check_constraints()

        with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
            attack(signed)

        assert everything("signing.Signature", "signing.Addendum") == before

    def test_one_author_signs_a_document(self, signed):
        for person in (signed.made_by, make_clinician()):
            with pytest.raises(DatabaseError), transaction.atomic():
                Signature.objects.create(
                    document_type="patients.assessment", document_id=signed.pk, signed_by=person, name_as_signed="x", digest="x"
                )

    def test_somebody_who_signed_is_not_deleted(self, signed):
        with pytest.raises(ProtectedError):
            signed.made_by.delete()


class TestAddenda:
    def test_an_addendum_stands_under_the_document_in_the_words_of_its_author(self, signed):
        nurse = make_user(Role.PRESCRIBER, given_name="Noor", family_name="Haddad", credential="RN")

        signatures.add(signed, text="She slept well.", by=nurse)

        addendum = signatures.addenda_of(signed).get()
        assert (addendum.text, addendum.name_as_signed) == ("She slept well.", "Noor Haddad, RN")
        assert TrailEntry.objects.get(event="document.added_to").patient_id == signed.patient_id
        assert Assessment.objects.get(pk=signed.pk).is_intact()

    def test_a_draft_takes_no_addendum(self, draft, author):
        with pytest.raises(NotNow, match="Sign first"):
            signatures.add(draft, text="She slept well.", by=author)

    @pytest.mark.parametrize("text", ["", "a\x00b", "\u202egood", "x" * 20_001])
    def test_an_addendum_that_cannot_be_kept_is_refused_in_words(self, signed, author, text):
        with pytest.raises(NotNow):
            signatures.add(signed, text=text, by=author)
        assert not Addendum.objects.exists()


def raw(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.check_constraints()
