"""Plans and notes of some people in the evening program: enough to follow one objective through thirty notes.

The first of them has a relapse-prevention plan too.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone

from anchored.ground.dates import today
from anchored.signing import signatures
from patients.models import CareTeamMember, Episode, Service, ServiceKind
from treatment_plans.actions import plans, prevention
from treatment_plans.models import LibraryEntry, Note, NoteFormat, ObjectiveProgress, Plan
from treatment_plans.outline import Outline

from .places import EVENING

PEOPLE = 6
FIRST, OTHERS = 30, 6  # notes of the first of them, and of each other
WORDS = [
    (
        "Came on time and spoke about the evenings.",
        "Plans ahead without being asked, which is new.",
        "Tries the plan on Friday.",
    ),
    ("Brought the diary, two days left out.", "Honest about the gaps; craving short and after work.", "Fills the diary each night at ten."),
    ("Practised saying no to an old friend, twice.", "Voice steady the second time.", "Same role play with the group."),
    ("Slept badly, worried about the court day.", "Worry feeds the wish to drink; sees it.", "Calls the sponsor the evening before."),
    ("Told the sister about the visit on Saturday.", "Asks for help earlier than before.", "The sister stays over that night."),
]
SAID = {
    "triggers": ["Payday, when nobody waits for me", "The bar at the corner of my street", "A loud evening after the late shift"],
    "signs": ["I sleep on the couch with the light on", "I tell my sister that all is fine and nothing else"],
    "coping": ["Ride the bus to the last stop and back", "Eat first, then decide", "Call before nine, not after", "The meeting on Friday"],
    "reasons": ["My nephew calls me when he has a test", "I like my kitchen in the morning"],
    "return": [
        "I stop at once and go to where people are",
        "Naloxone is in the drawer by the door; my sister knows how to give it",
        "I tell my clinician on the next day, also if it was one glass",
    ],
    "care": ["I call the evening program and say that I want to come back", "If there is no place I ask to be on the waitlist"],
}
STANDINGS = ["some", "on_track", "some", "stuck", "on_track"]
WORD = {"some": "Half of what was planned.", "on_track": "As planned.", "stuck": "Did not get to it."}


def write(house):
    """Plans through their real acts; notes with the moments at which the services were."""
    kind, layout = ServiceKind.objects.get(code="individual"), NoteFormat.objects.prefetch_related("sections").get(code="dap")
    for number, episode in enumerate(_episodes(house)):
        primary = CareTeamMember.objects.select_related("user").get(episode=episode, part="primary", ended_on=None).user
        plan = _plan(episode, primary)
        for count in range(FIRST if number == 0 else OTHERS):
            _note(plan, primary, count, kind, layout)
        if number == 0:
            _prevention(episode.patient, primary)
        if number == 1:
            plans.start(episode, by=primary, because=Plan.Because.REQUEST)


def _prevention(patient, by):
    """A page with one entry reworded and one taken out, gone through."""
    for section, words in SAID.items():
        for text in words:
            prevention.add(patient, section, by=by, text=text)
    first, second = patient.prevention_entries.standing().filter(section="signs")
    prevention.change(first, by=by, text="I sleep on the couch with the light on, two nights in a row")
    prevention.remove(second, by=by)
    _people(patient, by)
    prevention.go_through(patient, by=by)


def _people(patient, by):
    contact = patient.contacts.filter(removed_at=None).exclude(phone="").first()
    if contact:
        prevention.add(patient, "people", by=by, text=contact.name, how=contact.phone, contact=contact)
    prevention.add(patient, "people", by=by, text="Somebody from the Friday meeting", how="The list on my fridge")
    prevention.add(patient, "people", by=by, text="My sponsor", how="555 0163, picks up late too")


def _episodes(house):
    """The longest in the evening program who have a primary clinician and no restriction."""
    stays = {"stays__ended_on": None, "stays__program": house.programs[EVENING]}
    with_primary = CareTeamMember.objects.filter(part="primary", ended_on=None).values("episode")
    rows = Episode.objects.filter(ended_on=None, patient__restricted=False, pk__in=with_primary, **stays)
    return rows.select_related("patient").order_by("started_on", "pk")[:PEOPLE]


def _plan(episode, by):
    plan = plans.start(episode, by=by)
    plans.change_about(plan, by=by, strengths="Steady work, a sister who helps.", discharge_criteria="Eight weeks without use.")
    for dimension in ("5", "3", "6"):
        plans.insert(plan, LibraryEntry.objects.filter(kind="problem", dimension=dimension).order_by("order").first(), by=by)
    plan = plans.sign(plan, by=by, digest=Plan.objects.get(pk=plan.pk).digest_now())
    said = {"view": "agrees", "words": "The evenings first.", "signer_name": str(episode.patient)}
    plans.take_word(plan, by=by, how="typed", digest=plan.digest, **said)
    return plan


def _note(plan, by, count, kind, layout):
    day = max(today() - timedelta(days=2 + 2 * count), plan.episode.started_on)
    moment = timezone.make_aware(datetime.combine(day, time(16))) + timedelta(minutes=count)
    facts = {"delivered_by": by, "entered_by": by, "entered_at": moment + timedelta(hours=1)}
    service = Service.objects.create(episode=plan.episode, kind=kind, started_at=moment, minutes=50, **facts)
    objectives = Outline.of(plan).objectives
    node, standing = objectives[count % min(2, len(objectives))], STANDINGS[count % len(STANDINGS)]
    texts = zip(layout.sections.all(), WORDS[count % len(WORDS)], strict=True)
    word = {"root": str(node.row.root), "number": node.number, "text": node.row.text, "standing": standing, "words": WORD[standing]}
    note = Note(
        episode=plan.episode,
        author=by,
        service=service,
        begun_at=moment,
        saved_at=moment,
        version=1,
        format_name=layout.name,
        sections=[{"key": section.key, "heading": section.heading, "text": text} for section, text in texts],
        objectives=[word],
    )
    signatures.sealed(note, by=by)
    ObjectiveProgress.objects.create(note=note, objective=node.row, root=node.row.root, standing=standing, words=WORD[standing])
