"""Two accounts of one person never count as two people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from anchored.accounts.models import Supervision, User
from anchored.accounts.refusals import NotPermitted
from anchored.accounts.roles import Role
from anchored.signing import signatures
from anchored.signing.models import Signature
from patients.actions import merges
from patients.models import Merge
from treatment_plans.actions import notes, plans
from treatment_plans.models import CosignRule, Plan

from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user
from .noting import make_note
from .planning import make_plan, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make_clinician(works_in=["IOP Day"], credential="Intern")


@pytest.fixture
def second_account(author):
    return make_supervisor(first_account=author, works_in=["IOP Day"], given_name="Sam", family_name="Again")


@pytest.fixture
def patient(author):
    return make_admitted(author, to="IOP Day")


def test_nobody_cosigns_their_own_note_with_another_account(patient, author, second_account):
    CosignRule.objects.create(credential="Intern")
    note = make_note(patient, by=author)
    with pytest.raises(NotPermitted, match="your own"):
        notes.cosign(note, by=second_account)


def test_nor_their_own_plan(patient, author, second_account):
    plan = seal(make_plan(patient, by=author), by=author)
    with pytest.raises(NotPermitted, match="your own"):
        plans.cosign(plan, by=second_account)
    assert not Plan.objects.in_force().exists()


def test_the_database_refuses_it_too(patient, author, second_account):
    note = make_note(patient, by=author)
    first = signatures.of(note).get()
    facts = {"document_type": first.document_type, "document_id": first.document_id, "digest": first.digest, "name_as_signed": "Sam"}
    with pytest.raises(DatabaseError, match="with another account either"), transaction.atomic():
        Signature.objects.create(meaning="cosigner", signed_by=second_account, **facts)
    Signature.objects.create(meaning="cosigner", signed_by=make_supervisor(), **facts)


def test_nobody_decides_about_their_own_merge(author, second_account):
    kept, away = (make_patient(author, given_name="Rosa", family_name=name) for name in ("Alvarez", "Alvares"))
    proposer = make_user(Role.SUPERVISOR, first_account=author)
    merge = merges.propose(kept, away, by=proposer, because="One birth date, one phone.")
    officer = make_user(Role.PRIVACY_OFFICER, first_account=author)
    with pytest.raises(NotPermitted, match="A second person decides"):
        merges.merge(merge, by=officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        Merge.objects.filter(pk=merge.pk).update(outcome="refused", decided_by=officer, decided_at=timezone.now())


def test_nobody_supervises_themselves(author, second_account):
    with pytest.raises(ValidationError, match="Nobody supervises themselves"):
        Supervision(supervisor=second_account, clinician=author).full_clean()


def test_accounts_of_a_person_hang_on_the_first_one(author, second_account):
    assert second_account.is_same_person(author)
    assert not second_account.is_same_person(make_supervisor())
    third = make_user()
    third.first_account = second_account
    with pytest.raises(ValidationError, match="had first"):
        third.full_clean()
    author.first_account = third
    with pytest.raises(ValidationError, match="had first"):
        author.full_clean()


def test_an_account_is_not_its_own_first(author):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=author.pk).update(first_account=author.pk)
