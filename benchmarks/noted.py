"""Three charts with plans and notes: a plan of 40 rows, 2,000 notes, and drafts to keep and to sign. The same words in every run."""

import random
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from anchored.accounts.models import User
from anchored.ground.dates import today
from anchored.signing.models import Signature
from patients.actions import admissions, registration
from patients.models import Program, Service, ServiceKind
from treatment_plans.actions import plans
from treatment_plans.models import Goal, Intervention, Note, NoteFormat, Objective, ObjectiveProgress, Plan, Problem

PROBLEMS, OBJECTIVES = 4, 4  # of each problem: 4 problems, 4 goals, 16 objectives, 16 interventions
NOTES, THREAD = 2_000, 30
WORDS_IN_A_NOTE = 160
SPEECH = (
    "came on time spoke about the evenings plans ahead without being asked brought diary two days left out honest gaps craving short "
    "after work fills each night at ten practised saying no to an old friend voice steady second role play with group slept badly "
    "worried court day worry feeds wish to drink sees it calls sponsor evening before told sister visit on Saturday asks for help "
    "earlier than stays over that night walked instead cooked for three missed one meeting went next day says so"
).split()
RARE = ["Harvester", "Tamarack", "Windfall", "Breakwater"]
SEARCHED = ["sponsor", "harvester", "craving diary", "tamarack", "court worry", "windfall"]


@dataclass(frozen=True)
class Noted:
    """What there is to ask for: keys of rows."""

    plan: object
    thread: tuple  # (plan, root of an objective with 30 notes)
    patient: object  # with 2,000 notes
    writing: object  # the patient whose drafts these are
    kept: list  # two drafts: the product's and the floor's
    to_sign: list  # each to be signed once
    typed: dict  # what a draft says


def noted(clinician, signatures):
    """Made anew; `signatures`: how many drafts there are to sign."""
    rng, supervisor = random.Random(40), User.objects.get(username="novak")
    read, long, writing = (_admitted(name, supervisor, clinician) for name in ("Planata", "Annotata", "Scribens"))
    plan = plan_of(read, clinician)
    objective = plan.objectives.first()
    _signed(read, clinician, THREAD, rng, objective)
    _signed(long, clinician, NOTES, rng)
    worked_on = plan_of(writing, clinician).objectives.all()[:2]
    typed = _typed(rng, worked_on)
    drafts = _drafts(writing, clinician, [typed | _words(rng) for _ in range(signatures + 2)])
    return Noted(plan.pk, (plan.pk, objective.root), long.patient_id, writing.patient_id, drafts[:2], drafts[2:], typed)


def _admitted(name, by, clinician):
    patient = registration.register(by=by, given_name=name, family_name="Mensura")
    began = today() - timedelta(days=400)
    return admissions.admit(patient, program=Program.objects.get(name="Outpatient"), on=began, by=by, primary=clinician)


def plan_of(episode, by, problems=PROBLEMS, objectives=OBJECTIVES):
    """In force; with 40 rows unless said otherwise."""
    plan = plans.start(episode, by=by)
    plans.change_about(plan, by=by, strengths="Steady work, a sister who helps.", discharge_criteria="Eight weeks without use.")
    rows = {model: [] for model in (Problem, Goal, Objective, Intervention)}
    for place in range(problems):
        problem = Problem(plan=plan, position=place, statement=f"Evenings alone {place + 1}", dimension="5", evidence="Says so.")
        goal = Goal(plan=plan, problem=problem, text="I want to cook and go to bed like others do")
        found = [
            Objective(plan=plan, goal=goal, position=each, text=f"Plan {each + 3} evenings a week", measure="Diary", target_on=today())
            for each in range(objectives)
        ]
        how = {"modality": "group", "text": "Relapse prevention group", "frequency": "3 times a week", "responsible": by}
        rows[Problem].append(problem)
        rows[Goal].append(goal)
        rows[Objective] += found
        rows[Intervention] += [Intervention(plan=plan, objective=objective, **how) for objective in found]
    for model, made in rows.items():
        model.objects.bulk_create(made)
    plan = plans.sign(plan, by=by, digest=Plan.objects.get(pk=plan.pk).digest_now())
    plans.take_word(plan, by=by, how="typed", digest=plan.digest, view="agrees", signer_name=str(episode.patient))
    return Plan.objects.get(pk=plan.pk)


def _signed(episode, by, number, rng, objective=None):
    """Signed notes with their services, one after the other, back from yesterday."""
    kind, layout = ServiceKind.objects.get(code="individual"), NoteFormat.objects.prefetch_related("sections").get(code="dap")
    sections = list(layout.sections.all())
    services, notes = [], []
    for count in range(number):
        began = timezone.now() - timedelta(days=1, hours=4 * count)
        facts = {"kind": kind, "started_at": began, "minutes": 50, "delivered_by": by, "entered_by": by}
        services.append(Service(episode=episode, entered_at=began + timedelta(hours=1), **facts))
        texts = [text(rng, WORDS_IN_A_NOTE // 3) for _ in sections]
        notes.append(_note(episode, by, services[-1], layout, sections, texts, objective))
    Service.objects.bulk_create(services)
    Note.objects.bulk_create(notes)
    facts = {"document_type": Note._meta.label_lower, "signed_by": by, "name_as_signed": str(by)}
    Signature.objects.bulk_create(Signature(document_id=note.pk, digest=note.digest, **facts) for note in notes)
    if objective:
        said = {"objective": objective, "root": objective.root, "standing": "some", "words": "Half of what was planned."}
        ObjectiveProgress.objects.bulk_create(ObjectiveProgress(note=note, **said) for note in notes)


def _note(episode, by, service, layout, sections, texts, objective):
    word = {"number": "1.1", "standing": "some", "words": "Half of what was planned."}
    note = Note(
        episode=episode,
        author=by,
        service=service,
        begun_at=service.started_at,
        saved_at=service.started_at,
        version=1,
        typed={f"section_{section.key}": text for section, text in zip(sections, texts, strict=True)},
        format_name=layout.name,
        sections=[{"key": section.key, "heading": section.heading, "text": text} for section, text in zip(sections, texts, strict=True)],
        objectives=[word | {"root": str(objective.root), "text": objective.text}] if objective else [],
        sealed_at=service.entered_at,
    )
    note.digest = note.digest_now()
    return note


def text(rng, words):
    """So many words of speech; one text in fifty names something rare."""
    said = rng.choices(SPEECH, k=words)
    if rng.random() < 0.02:
        said[words // 2] = rng.choice(RARE)
    return " ".join(said).capitalize() + "."


def _typed(rng, worked_on):
    yesterday = today() - timedelta(days=1)
    facts = {"kind": "individual", "format": "dap", "on": yesterday.isoformat(), "starts": "10:00", "minutes": "50"}
    words = {f"standing_{objective.root}": "some" for objective in worked_on}
    words |= {f"words_{objective.root}": "Half of what was planned." for objective in worked_on}
    return {**facts, "place": "in_person", "with_whom": "", **_words(rng), **words}


def _words(rng):
    """What is said of an hour: never the same twice, for near copies ask for a reason."""
    return {f"section_{key}": text(rng, WORDS_IN_A_NOTE // 3) for key in ("data", "assessment", "plan")}


def _drafts(episode, by, typed):
    drafts = [Note(episode=episode, author=by, typed=each, version=1) for each in typed]
    return [draft.pk for draft in Note.objects.bulk_create(drafts)]
