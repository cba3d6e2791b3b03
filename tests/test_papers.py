"""The packet: which papers a patient needs, when, who signs; a paper is taken once and for all, and its words stay."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from anchored.ground.dates import today
from patients import drawing, uploads
from patients import papers as packet
from patients.actions import contacts, episodes, intakes, scans
from patients.actions import papers as signing
from patients.models import DischargeReason, MinorRule, Paper, PaperTemplate, Patient, Scan
from tests import papers
from tests.checking import everything, trail_broken
from tests.making import afresh, basis, made_once, make_admitted, make_both, make_patient, make_user, open_stay, program
from tests.screens.visiting import events

pytestmark = pytest.mark.django_db

ADMITTED = today() - timedelta(days=10)
DAY = timedelta(days=1)


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def minor(clinician):
    born = today().replace(year=today().year - 16, day=1)
    return make_admitted(clinician, patient=make_patient(clinician, given_name="Kim", birth_date=born, state="NY"))


def make_guardian(patient, by):
    return contacts.add(patient, by=by, name="Elena Lopez", relationship="parent", is_guardian=True)


def make_template(code="photos", **facts):
    facts = {"title": "Photographs", "kind": "consent", "text": "I agree.", "started_on": date(2000, 1, 1), **facts}
    return PaperTemplate.objects.create(code=code, **facts)


def new_version(template, on=None):
    """As the administration makes it: the one in force ends when the next begins."""
    on = on or today()
    PaperTemplate.objects.filter(pk=template.pk).update(ended_on=on)
    same = {name: getattr(template, name) for name in ("code", "kind", "title", "needs", "due_days", "order")}
    return PaperTemplate.objects.create(**same, version=template.version + 1, text="Other words.", started_on=on)


def need(patient, code="treatment"):
    return next((need for need in packet.needed(patient) if need.template.code == code), None)


# The starter set


def test_the_packet_that_comes_along_says_that_counsel_must_review_it():
    texts = PaperTemplate.objects.all()

    assert [text.code for text in texts] == [
        "notice-part-2", "rights", "treatment", "telehealth", "financial", "rules", "communication", "emergency",
    ]  # fmt: skip
    for text in texts:
        text.full_clean(exclude=["version"], validate_constraints=False)
        assert text.text.startswith("Starter text. Counsel must review it"), text
        assert (text.needs == "acknowledged") == (text.kind == "notice"), text


# Which papers, and when


def test_a_patient_needs_the_texts_in_force_from_the_day_of_the_admission(patient):
    make_template("ended", ended_on=today())
    make_template("coming", started_on=today() + DAY)
    make_template("elsewhere", program=program("PHP"))
    make_template("here", program=program("Residential detox"), due_days=2)

    needs = {need.template.code: need for need in packet.needed(patient)}

    assert {"ended", "coming", "elsewhere"} & set(needs) == set()
    assert needs["treatment"].due_on == ADMITTED
    assert needs["telehealth"].due_on == ADMITTED + 7 * DAY
    assert needs["here"].due_on == ADMITTED + 2 * DAY
    assert all(need.is_overdue and need.paper is None for need in needs.values())


def test_each_state_has_its_words(patient, clinician):
    make_template("later", due_days=40)
    make_template("now", due_days=10)
    make_template("yesterday", due_days=9)

    assert need(patient).words == "Overdue 10 days"
    assert need(patient, "yesterday").words == "Overdue 1 day"
    assert need(patient, "now").words == "Due today"
    assert need(patient, "later").words == f"Due {ADMITTED + 40 * DAY:%d %b}"
    papers.take(patient, by=clinician, how="drawn")
    papers.take(patient, "rights", by=clinician, how="acknowledged")
    papers.take(patient, "telehealth", by=clinician, how="unable", reason="Asleep.")
    said = {code: (need(patient, code).words, need(patient, code).tone) for code in ("treatment", "rights", "telehealth")}
    assert said == {
        "treatment": ("Signed, drawn on screen", "ok"),
        "rights": ("Acknowledged", "ok"),
        "telehealth": ("Unable to sign", "warn"),
    }


def test_a_new_version_is_asked_again_from_its_first_day(patient, clinician):
    papers.take(patient, by=clinician)

    following = new_version(papers.template())

    asked = need(patient)
    assert (asked.template, asked.paper, asked.due_on, asked.words) == (following, None, today(), "Due today")
    assert [paper.template.version for paper in packet.earlier(patient, packet.needed(patient))] == [1]


def test_while_an_admission_is_in_the_making_everything_is_due_today(clinician):
    coming = make_patient(clinician)
    assert packet.needed(coming) == []

    intake = intakes.start(coming, by=clinician, program=program("IOP Day"))

    assert len(packet.needed(coming, intake=intake)) == 8
    assert {(need.due_on, need.is_overdue) for need in packet.needed(coming) if not need.template.due_days} == {(today(), False)}


def test_what_was_signed_before_the_admission_counts_for_the_episode_that_follows(clinician):
    coming = make_patient(clinician)
    intake = intakes.start(coming, by=clinician, program=program("IOP Day"))
    paper = papers.take(coming, by=clinician)
    assert (paper.intake, paper.episode) == (intake, None)

    make_admitted(clinician, to="IOP Day", on=today(), patient=coming)

    assert need(coming).paper == paper


def test_a_new_episode_begins_with_a_new_packet(patient, clinician):
    papers.take(patient, by=clinician)
    episodes.discharge(open_stay(patient), on=today() - DAY, reason=DischargeReason.objects.first(), by=clinician)
    assert packet.needed(patient) == []

    make_admitted(clinician, on=today(), patient=patient)

    assert need(patient).paper is None
    assert len(packet.earlier(patient, packet.needed(patient))) == 1


def test_the_papers_of_a_program_are_asked_from_the_move_to_it(patient, clinician):
    make_template("php", program=program("PHP"))
    episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason="Asks for groups again.", by=clinician)

    assert need(patient, "php").due_on == today()


def test_a_paper_whose_scan_was_filed_in_error_is_missing_again(patient, clinician):
    scan = papers.make_scan(patient, by=clinician, kind="signed")
    papers.take(patient, by=clinician, how="on_paper", scan=scan)
    assert need(patient).words == "Signed on paper"

    scans.withdraw(scan, because="It belongs to another person.", by=clinician)

    assert need(patient).paper is None


def test_many_patients_cost_as_many_statements_as_one(patient, minor, clinician):
    everybody = [patient, minor, *(make_admitted(clinician) for _ in range(3)), make_patient(clinician)]
    papers.take(patient, by=clinician)

    def statements(ask):
        with CaptureQueriesContext(connection) as said:
            ask()
        return len(said)

    assert statements(lambda: packet.needed(patient)) == 6
    episode = patient.episodes.get()
    assert statements(lambda: packet.needed(patient, episode=episode)) == 4
    assert statements(lambda: packet.missing_by(everybody)) == 5
    missing = packet.missing_by(everybody)
    assert (len(missing[patient.pk]), len(missing[minor.pk]), missing[everybody[-1].pk]) == (7, 8, [])


# Minors


def rule(state="", **facts):
    MinorRule.objects.update_or_create(state=state, defaults=facts)


def test_a_minor_needs_a_guardian_unless_the_state_says_otherwise(minor):
    assert need(minor).signs == "guardian"

    rule("NY", adult_age=18, consent_age=16)
    assert need(minor).signs == "patient"
    rule("NY", adult_age=18, consent_age=17)
    assert need(minor).signs == "guardian"
    rule("NY", adult_age=18, consent_age=14, guardian_signs_too=True)
    assert need(minor).signs == "both"
    rule("NY", adult_age=16)
    assert need(minor).signs == "patient"
    Patient.objects.filter(pk=minor.pk).update(state=" ny ")
    assert need(Patient.objects.get(pk=minor.pk)).signs == "patient"


def test_whose_age_is_not_known_is_asked_as_an_adult(clinician):
    patient = make_admitted(clinician, patient=make_patient(clinician, birth_date=None))

    assert need(patient).signs == "patient"


def test_texts_for_adults_and_for_minors(patient, minor):
    make_template("adults", people="adults")
    make_template("minors", people="minors")

    assert {need.template.code for need in packet.needed(patient)} & {"adults", "minors"} == {"adults"}
    assert {need.template.code for need in packet.needed(minor)} & {"adults", "minors"} == {"minors"}


def test_who_comes_of_age_in_care_is_asked_from_that_birthday(clinician):
    born = date(today().year - 18, today().month, today().day) if (today().month, today().day) != (2, 29) else date(today().year - 18, 3, 1)
    patient = make_admitted(clinician, patient=make_patient(clinician, birth_date=born))
    make_template("adults", people="adults")

    assert (need(patient, "adults").due_on, need(patient).due_on) == (today(), ADMITTED)


def test_the_guardian_signs_for_a_minor(minor, clinician):
    with pytest.raises(NotNow, match="a guardian signs"):
        papers.take(minor, by=clinician)
    guardian = make_guardian(minor, clinician)

    paper = papers.take(minor, "rights", how="acknowledged", by=clinician, guardian=guardian)

    assert (paper.guardian, paper.signer_name) == (guardian, "Elena Lopez")
    assert need(minor, "rights").paper == paper


def test_where_both_sign_one_alone_does_not_settle_it(minor, clinician):
    rule("NY", consent_age=14, guardian_signs_too=True)
    guardian = make_guardian(minor, clinician)

    papers.take(minor, by=clinician)
    assert (need(minor).paper, need(minor).still) == (None, "Waits for the guardian")
    papers.take(minor, by=clinician, guardian=guardian)

    assert need(minor).paper.guardian == guardian
    assert need(minor).still == ""


# Taking a paper


@pytest.mark.parametrize("how", ["typed", "drawn", "on_paper", "declined", "unable"])
def test_a_paper_is_taken_in_each_way_with_the_digest_of_its_words(patient, clinician, how):
    more = {"declined": {"reason": "Wants to think."}, "unable": {"reason": "Asleep."}}.get(how, {})
    if how == "on_paper":
        more = {"upload": uploads.check("signed.pdf", papers.pdf())}

    paper = papers.take(patient, by=clinician, how=how, **more)

    assert (paper.how, paper.digest, paper.taken_by) == (how, papers.template().digest(), clinician)
    assert paper.episode == patient.episodes.get()
    assert events(patient)[-1] == "paper.taken"
    assert TrailEntry.objects.latest("sequence").facts == {"how": how, "code": "treatment", "version": 1}
    if how == "on_paper":
        assert (paper.scan.kind, paper.scan.title) == (Scan.Kind.SIGNED, "Consent to treatment")


def test_taking_it_again_adds_another(patient, clinician):
    papers.take(patient, by=clinician, how="declined", reason="Wants to think.")
    again = papers.take(patient, by=clinician)

    assert Paper.objects.count() == 2
    assert need(patient).paper == again


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"signer_name": " "}, "Type the name of who signs"),
        ({"how": "drawn", "drawing": ""}, "Draw the signature"),
        ({"how": "drawn", "drawing": "[[1,2]]"}, "Draw the signature"),
        ({"how": "on_paper"}, "Choose the scan"),
        ({"how": "declined", "reason": " "}, "Write why"),
        ({"how": "unable"}, "Write why"),
        ({"how": "acknowledged"}, "This text is signed, not acknowledged."),
        ({"code": "rights"}, "This text is acknowledged, not signed."),
    ],
)
def test_each_refusal_has_its_sentence_and_changes_nothing(patient, clinician, facts, sentence):
    before = everything("patients.Paper", "patients.Scan", "audit.TrailEntry")

    with pytest.raises(NotNow, match=sentence):
        papers.take(patient, by=clinician, **facts)

    assert everything("patients.Paper", "patients.Scan", "audit.TrailEntry") == before


def test_nobody_signs_other_words_than_they_saw(patient, clinician):
    seen = papers.template()
    digest = seen.digest()
    PaperTemplate.objects.filter(pk=seen.pk).update(text="Other words.")
    with pytest.raises(SomeoneWasFirst, match="words of this text were changed"):
        signing.take(patient, seen, how="typed", signer_name="Rosa", digest=digest, by=clinician)

    new_version(papers.template())
    with pytest.raises(SomeoneWasFirst, match="Another version of this text is in force"):
        signing.take(patient, seen, how="typed", signer_name="Rosa", digest=digest, by=clinician)
    assert not Paper.objects.exists()


def test_papers_are_taken_from_the_admission_on_by_those_who_may(patient, clinician):
    with pytest.raises(NotNow, match="Begin the admission first"):
        papers.take(make_patient(clinician), by=clinician)
    with pytest.raises(NotPermitted):
        papers.take(patient, by=make_user(Role.ADMINISTRATOR))

    assert papers.take(patient, by=make_user(Role.FRONT_DESK))


def test_a_paper_that_cannot_be_recorded_leaves_neither_row_nor_file(patient, clinician):
    upload = uploads.check("signed.pdf", papers.pdf())

    with trail_broken(), pytest.raises(TrailUnavailable):
        papers.take(patient, by=clinician, how="on_paper", upload=upload)

    assert (Paper.objects.count(), Scan.objects.count()) == (0, 0)


# What the database keeps


def raw(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("change", ["text = 'x'", "title = 'x'", "version = 7", "code = 'x'", "needs = 'acknowledged'", "kind = 'notice'"])
def test_words_that_somebody_has_signed_stay_also_by_raw_sql(patient, clinician, change):
    template = papers.template()
    raw(f"UPDATE patients_papertemplate SET {change} WHERE id = %s", template.pk)  # noqa: S608 (written here)
    template = PaperTemplate.objects.get(pk=template.pk)
    if change != "needs = 'acknowledged'":
        signing.take(patient, template, how="typed", signer_name="Rosa", digest=template.digest(), by=clinician)
    else:
        signing.take(patient, template, how="acknowledged", digest=template.digest(), by=clinician)

    name = change.partition(" ")[0]
    other = {"version": "8", "needs": "'signed'", "kind": "'agreement'"}.get(name, "'another'")
    with pytest.raises(IntegrityError, match="What somebody has signed keeps its words"):
        raw(f"UPDATE patients_papertemplate SET {name} = {other} WHERE id = %s", template.pk)  # noqa: S608 (written here)
    raw("UPDATE patients_papertemplate SET ended_on = %s, due_days = 3 WHERE id = %s", today(), template.pk)


def test_words_that_somebody_has_signed_stay_in_words(patient, clinician):
    template = papers.template()
    template.text = "Better words."
    template.clean()
    papers.take(patient, by=clinician)

    with pytest.raises(ValidationError, match="Make a new version instead"):
        template.clean()


def test_a_paper_is_written_once(patient, clinician):
    papers.take(patient, by=clinician)

    for statement in ("UPDATE patients_paper SET signer_name = 'x'", "UPDATE patients_paper SET digest = 'x'"):
        with pytest.raises(IntegrityError, match="written once"):
            raw(statement)
    with pytest.raises(IntegrityError, match="not deleted"):
        raw("DELETE FROM patients_paper")


# Signatures


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "[[]]", "null", "[[1,2],[3]]", "[[1,2,3,4]]", "[[1.5,2,3,4,5,6,7,8]]", "[[-1,2,3,4,5,6,7,8]]", "[[601,0,1,1,2,2,3,3]]",
        "[[0,201,1,1,2,2,3,3]]", "[[1,2,3,4,5,6,7,8]]\n", "[[1,2,3,4,5,6,7,8],]", '[["1",2,3,4,5,6,7,8]]', "[[١,2,3,4,5,6,7,8]]", "[" * 99,
        "[[9999999,2,3,4,5,6,7,8]]", "[[1,2,3,4,5,6,7,8]]<script>", f"[[{','.join(['1,2'] * 2001)}]]", f"[[{','.join(['99,99'] * 4000)}]]",
    ],
)  # fmt: skip
def test_what_is_no_drawing(text):
    with pytest.raises(ValueError, match="no drawing"):
        drawing.read(text)


def test_a_drawing_becomes_lines_and_dots_of_a_picture_without_style():
    shown = drawing.svg("[[1,2,3,4,5,6],[7,8]]", 'Signature of <Rosa> "R"')

    assert 'd="M1 2L3 4L5 6 M7 8L7 8"' in shown
    assert 'aria-label="Signature of &lt;Rosa&gt; &quot;R&quot;"' in shown
    assert "style" not in shown
    assert len(drawing.read(f"[[{','.join(['600,200'] * 2000)}]]")[0]) == 2000
