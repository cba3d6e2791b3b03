"""The plan: written row by row, signed as a whole, carried on in versions."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from anchored.signing import signatures
from patients.actions import episodes
from patients.models import DischargeReason, ProgramRule
from treatment_plans import comparing, gaps, policies
from treatment_plans.actions import plans, reviews
from treatment_plans.models import Goal, Intervention, Objective, PatientWord, Plan, PlanReview, Problem
from treatment_plans.outline import Outline

from .making import make_admitted, make_clinician, make_supervisor, make_user, open_stay
from .papers import DRAWN
from .planning import add_objective, make_plan, rows, seal, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


@pytest.fixture
def plan(patient, clinician):
    return make_plan(patient, by=clinician)


def episode_of(patient):
    return patient.episodes.get()


class TestWriting:
    def test_rows_are_numbered_as_people_speak_of_them(self, patient, clinician):
        plan = make_plan(patient, by=clinician, problems=2, objectives=2)

        assert [(kind, number) for kind, number, _ in rows(plan)] == [
            *[
                ("problem", "1"),
                ("goal", "1"),
                ("objective", "1.1"),
                ("intervention", "1.1.1"),
                ("objective", "1.2"),
                ("intervention", "1.2.1"),
            ],
            *[
                ("problem", "2"),
                ("goal", "1"),
                ("objective", "2.1"),
                ("intervention", "2.1.1"),
                ("objective", "2.2"),
                ("intervention", "2.2.1"),
            ],
        ]

    def test_a_row_goes_up_and_down_among_its_own(self, patient, clinician):
        plan = make_plan(patient, by=clinician, objectives=3)
        first, second, third = Objective.objects.of(plan)

        plans.move_row(third, by=clinician, up=True)
        plans.move_row(first, by=clinician, up=True)
        plans.move_row(first, by=clinician, up=False)

        assert list(Objective.objects.of(plan)) == [third, first, second]

    def test_what_is_taken_out_can_be_put_back_with_all_below_it(self, plan, clinician):
        before = rows(plan)
        goal = Goal.objects.get()

        plans.remove_row(goal, by=clinician)
        assert [kind for kind, *_ in rows(plan)] == ["problem"]
        plans.put_back_row(goal, by=clinician)

        assert rows(plan) == before

    def test_one_version_is_in_the_making(self, plan, patient, clinician):
        with pytest.raises(SomeoneWasFirst, match="in the making already"):
            plans.start(episode_of(patient), by=clinician)

    def test_nobody_plans_for_an_episode_that_has_ended(self, patient, clinician):
        episodes.discharge(open_stay(patient), on=open_stay(patient).started_on, reason=DischargeReason.objects.first(), by=clinician)

        with pytest.raises(NotNow, match="has ended"):
            plans.start(episode_of(patient), by=clinician)

    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.ADMINISTRATOR])
    def test_others_do_not_write(self, plan, role):
        with pytest.raises(NotPermitted):
            plans.add_row(plan, Problem, by=make_user(role), statement="Sleep")

    def test_a_row_hangs_on_a_row_of_its_own_plan(self, plan, clinician):
        other = make_plan(make_admitted(clinician), by=clinician)

        with pytest.raises(SomeoneWasFirst):
            plans.add_row(plan, Goal, parent=Problem.objects.of(other).get(), by=clinician, text="Sleep")

    def test_the_trail_names_fields_and_holds_no_words(self, plan, clinician):
        plans.change_row(Problem.objects.get(), by=clinician, words="I am fine until I get home.")

        told = TrailEntry.objects.filter(event="plan.row_changed").get()
        assert told.facts == {"kind": "problem", "fields": ["words"]}
        assert "until I get home" not in str(list(TrailEntry.objects.values_list("facts", flat=True)))


class TestGaps:
    def sentences(self, plan):
        return [gap.sentence for gap in gaps.gaps(Outline.of(Plan.objects.get(pk=plan.pk)))]

    def test_an_empty_plan_names_what_it_needs(self, patient, clinician):
        plan = plans.start(episode_of(patient), by=clinician)

        assert self.sentences(plan) == [
            "The plan needs a problem",
            "The strengths are not written down",
            "The discharge criteria are not written down",
        ]

    def test_each_gap_has_its_number(self, plan, clinician):
        goal = Goal.objects.get()
        bare = plans.add_row(plan, Objective, parent=goal, by=clinician, text="Sleep")
        plans.add_row(plan, Intervention, parent=bare, by=clinician, modality="individual", text="Talk")
        plans.add_row(plan, Problem, by=clinician, statement="Sleep")

        assert self.sentences(plan) == [
            "Objective 1.2 needs a measure",
            "Objective 1.2 needs a date",
            "Intervention 1.2.1 needs how often",
            "Intervention 1.2.1 needs who does it",
            "Problem 2 needs a goal",
        ]

    def test_a_problem_that_is_deferred_needs_its_reason_and_nothing_else(self, plan, clinician):
        plans.add_row(plan, Problem, by=clinician, statement="Teeth", standing="deferred")

        assert self.sentences(plan) == ["Problem 2 needs the reason, or where to"]

    def test_nobody_signs_a_plan_with_gaps(self, plan, clinician):
        plans.remove_row(Intervention.objects.get(), by=clinician)

        with pytest.raises(NotNow, match=r"Objective 1\.1 needs an intervention\."):
            seal(plan, by=clinician)

    def test_hints_say_what_would_help_and_block_nothing(self, plan, clinician):
        plans.change_row(Objective.objects.get(), by=clinician, text="Improve sleep", measure="Diary")
        (problem,) = Outline.of(plan).problems

        holds = {word: (ok, words) for word, ok, words in gaps.hints(problem, problem.children[0].children[0])}

        assert holds["Specific"] == (False, "say what one would see instead of “improve”")
        assert not holds["Measurable"][0]
        assert all(holds[word][0] for word in ("Achievable", "Relevant", "Time"))
        assert seal(plan, by=clinician).is_sealed


class TestSigning:
    def test_only_the_words_that_were_read_are_signed(self, plan, clinician):
        read = plan.digest_now()
        plans.change_row(Problem.objects.get(), by=make_clinician(), statement="Evenings with friends")

        with pytest.raises(SomeoneWasFirst, match="Read it once more"):
            plans.sign(plan, by=clinician, digest=read)
        assert not Plan.objects.get().is_sealed

    def test_nothing_hangs_on_a_row_that_was_taken_out_meanwhile(self, plan, clinician):
        goal = Goal.objects.get()
        plans.remove_row(goal, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="took out what this belongs to"):
            plans.add_row(plan, Objective, parent=goal, by=clinician, text="Walk")

    def test_a_plan_ends_with_its_episode(self, plan, clinician, patient):
        sign(plan, by=clinician)
        episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=clinician)
        assert Plan.objects.get().state[1] == "Ended"

    def test_it_is_in_force_when_the_patient_has_said_what_they_think(self, plan, clinician):
        signed = seal(plan, by=clinician)
        assert (signed.waits, signed.state[1]) == (True, "Waiting for signatures")

        plans.take_word(
            signed,
            by=clinician,
            how="drawn",
            view="disagrees",
            words="Too many groups.",
            signer_name="Rosa",
            drawing=DRAWN,
            digest=signed.digest,
        )

        plan.refresh_from_db()
        assert (plan.is_in_force, plan.state[1]) == (True, "Active")
        assert PatientWord.objects.get().words == "Too many groups."

    def test_declining_is_an_answer_too(self, plan, clinician):
        assert sign(plan, by=clinician, how="declined").is_in_force

    def test_a_supervisor_signs_where_the_rule_says_so(self, patient, clinician):
        ProgramRule.objects.filter(program=open_stay(patient).program).update(supervisor_signs_plans=True)
        plan = sign(make_plan(patient, by=clinician), by=clinician)
        assert plan.waits

        plans.cosign(plan, by=make_supervisor())

        plan.refresh_from_db()
        assert plan.is_in_force

    def test_nobody_cosigns_their_own(self, patient):
        supervisor = make_supervisor()
        plan = seal(make_plan(make_admitted(supervisor), by=supervisor), by=supervisor)

        with pytest.raises(NotPermitted, match="your own"):
            plans.cosign(plan, by=supervisor)

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"how": "typed", "signer_name": "Rosa"}, "Choose whether"),
            ({"how": "typed", "view": "agrees"}, "Enter the name"),
            ({"how": "typed", "view": "disagrees", "signer_name": "Rosa"}, "would have otherwise"),
            ({"how": "drawn", "view": "agrees", "signer_name": "Rosa"}, "draw the signature"),
            ({"how": "declined"}, "Write why"),
            ({"how": "typed", "view": "agrees", "signer_name": "Rosa", "digest": "another"}, "changed while it was on the page"),
        ],
    )
    def test_half_a_word_is_none(self, plan, clinician, said, sentence):
        signed = seal(plan, by=clinician)

        with pytest.raises(ValidationError, match=sentence):
            plans.take_word(signed, by=clinician, **{"digest": signed.digest, **said})
        assert not PatientWord.objects.exists()

    def test_the_patient_speaks_once_and_after_the_clinician(self, plan, clinician):
        with pytest.raises(NotNow, match="signs first"):
            plans.take_word(plan, by=clinician, how="declined", reason="No.", digest="")
        signed = sign(plan, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="on record already"):
            plans.take_word(signed, by=clinician, how="declined", reason="No.", digest=signed.digest)


class TestVersions:
    def test_the_next_version_carries_every_row_on(self, plan, clinician, patient):
        sign(plan, by=clinician)

        after = plans.start(episode_of(patient), by=clinician, because="review")

        assert rows(after) == rows(plan)
        assert {node.row.root for node in Outline.of(after).nodes} == {node.row.root for node in Outline.of(plan).nodes}
        assert (after.number, after.previous, after.strengths) == (2, plan, plan.strengths)

    def test_the_old_one_holds_until_the_new_one_is_signed(self, plan, clinician, patient):
        sign(plan, by=clinician)
        after = plans.start(episode_of(patient), by=clinician, because="review")
        assert Plan.objects.in_force().get() == plan

        sign(after, by=clinician)

        plan.refresh_from_db()
        assert Plan.objects.in_force().get() == after
        assert plan.superseded_at is not None

    def test_what_is_resolved_stays_behind(self, plan, clinician, patient):
        plans.change_row(Problem.objects.get(), by=clinician, standing="resolved")
        plans.add_row(plan, Problem, by=clinician, statement="Teeth", standing="referred", standing_because="County dentist")
        sign(plan, by=clinician)

        after = plans.start(episode_of(patient), by=clinician)

        assert [words for kind, _, words in rows(after)] == ["Teeth"]

    def test_a_version_that_waits_is_taken_back_and_written_anew(self, plan, clinician):
        signed = seal(plan, by=clinician)

        again = plans.rewrite(signed, by=clinician)

        signed.refresh_from_db()
        assert (signed.state[1], again.number, again.is_draft) == ("Superseded", 2, True)
        assert rows(again) == rows(signed)

    def test_two_versions_are_compared_word_by_word(self, plan, clinician, patient):
        sign(plan, by=clinician)
        after = plans.start(episode_of(patient), by=clinician)
        plans.change_row(Objective.objects.of(after).get(), by=clinician, text="Plan 5 evenings a week")
        add_objective(after, Goal.objects.of(after).get(), by=clinician, text="Call the sponsor")
        plans.remove_row(Intervention.objects.of(after).first(), by=clinician)

        found = comparing.changes(Outline.of(plan), Outline.of(after))

        assert [(change.what, change.name) for change in found] == [
            ("changed", "objective 1.1"),
            ("added", "objective 1.2"),
            ("added", "intervention 1.2.1"),
            ("removed", "intervention 1.1.1"),
        ]
        assert found[0].parts == [("Objective", [("", "Plan "), ("removed", "3"), ("added", "5"), ("", " evenings a week")])]


class TestWhatTheDatabaseKeeps:
    ROWS = [Problem, Goal, Objective, Intervention]

    @pytest.fixture
    def signed(self, plan, clinician):
        return sign(plan, by=clinician)

    @pytest.mark.parametrize("model", ROWS)
    def test_the_rows_of_a_signed_plan_stay(self, signed, model):
        row = model.objects.of(signed).get()
        with pytest.raises(DatabaseError, match="This plan is signed"), transaction.atomic():
            model.objects.filter(pk=row.pk).update(position=9)
        with pytest.raises(DatabaseError, match="This plan is signed"), transaction.atomic():
            row.pk = None
            row.save(force_insert=True)
        with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")

    @pytest.mark.parametrize("facts", [{"strengths": "None"}, {"in_force_at": None}, {"number": 7}, {"sealed_at": None}])
    def test_a_signed_plan_stays(self, signed, facts):
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            Plan.objects.filter(pk=signed.pk).update(**facts)

    def test_it_is_superseded_once(self, signed):
        Plan.objects.filter(pk=signed.pk).update(superseded_at=signed.in_force_at)
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            Plan.objects.filter(pk=signed.pk).update(superseded_at=None)

    def test_what_the_patient_said_stays(self, signed):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            PatientWord.objects.update(view="disagrees")

    def test_a_changed_word_is_found(self, signed):
        assert signed.is_intact()
        signed.strengths = "Another"
        assert not signed.is_intact()

    def test_two_plans_are_not_in_force(self, signed, patient, clinician):
        after = seal(plans.start(episode_of(patient), by=clinician), by=clinician)
        with pytest.raises(DatabaseError), transaction.atomic():
            Plan.objects.filter(pk=after.pk).update(in_force_at=signed.in_force_at)

    def test_the_signature_stands_for_every_row(self, signed):
        words = signed.words_to_sign()
        assert all(str(node.row.pk) in words for node in Outline.of(signed).nodes)
        assert signatures.of(signed).get().digest == signed.digest


def test_a_policy_says_why_a_plan_is_not_complete(plan):
    assert not policies.is_complete(plan)


class TestReviews:
    @pytest.fixture
    def signed(self, plan, clinician):
        return sign(plan, by=clinician)

    def told(self, plan):
        row = Objective.objects.of(plan).get()
        return [
            {"root": str(row.root), "number": "1.1", "text": row.text, "standing": "some", "evidence": "Two of five.", "decision": "keep"}
        ]

    def review(self, plan, by, **facts):
        facts = {"objectives": self.told(plan), "summary": "Comes to every group.", "decision": "continue", **facts}
        return reviews.review(plan, by=by, **facts)

    def test_a_review_is_signed_in_one_act(self, signed, clinician):
        review = self.review(signed, clinician)
        assert (review.is_sealed, review.is_intact()) == (True, True)
        assert signatures.of(review).get().signed_by == clinician

    def test_only_the_version_in_force_is_reviewed(self, plan, clinician):
        with pytest.raises(SomeoneWasFirst, match="not in force"):
            self.review(plan, clinician)

    def test_the_next_review_lies_ahead(self, signed, clinician):
        with pytest.raises(NotNow, match="after today"):
            self.review(signed, clinician, next_on=today())

    @pytest.mark.parametrize("facts", [{"summary": "No."}, {"objectives": []}, {"decision": "discharge"}])
    def test_a_signed_review_stays(self, signed, clinician, facts):
        self.review(signed, clinician)
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            PlanReview.objects.update(**facts)
