"""May this person do it with a note, and may it be done now? What is said before signing and blocks nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from functools import cached_property
from operator import itemgetter

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.text import fold, plain_text
from patients.models import Service

from .models import Note, NoteInError, Plan

LONGEST_AGO = timedelta(days=1)
LONGEST_TEXT = 20_000


def check_can_begin(user, episode):
    user.must_hold(Permission.WRITE_NOTES)
    if episode is None:
        raise NotNow("Notes are written from the admission on.")


def check_can_be_kept(typed):
    """A draft keeps whatever is typed, as long as a record can hold it: nothing is cut off in silence."""
    for text in typed.values():
        plain_text(text)
        if len(text) > LONGEST_TEXT:
            raise NotNow(f"A section holds at most {LONGEST_TEXT} characters. You entered {len(text)}. What you typed is still here.")


def check_is_what_was_read(note, form, version):
    """The words that the author has read are the words that are signed."""
    if note.version != version or form.data != note.typed:
        raise SomeoneWasFirst("Another window has changed this draft since you read it. Nothing was signed. Read it once more.")


def check_is_draft(user, note, patient=None):
    """A draft of their own, about this patient."""
    user.must_hold(Permission.WRITE_NOTES)
    if note.author_id != user.pk or (patient and note.patient_id != patient.pk):
        raise NotPermitted("This draft is somebody else's.")
    if note.sealed_at:
        raise SomeoneWasFirst("This note is signed already. What you typed is still here; add it as an addendum.")
    if note.discarded_at:
        raise SomeoneWasFirst("This draft was discarded in another window. What you typed is still here.")


def check_corrects_what_stands(note):
    """A correction of a note that was struck meanwhile would bring its service back."""
    if note.corrects_id and note.corrects.in_error_at:
        raise SomeoneWasFirst("The note that this corrects was entered in error. Nothing was signed. Discard this draft.")


def check_service(episode, started_at, minutes):
    """A service is over when its note is signed, and lies within the episode."""
    ended_at = started_at + timedelta(minutes=minutes)
    if ended_at > timezone.now() + timedelta(minutes=1):
        raise NotNow({"starts": "The service must be over when its note is signed."})
    day = timezone.localdate(started_at)
    if day < episode.started_on:
        raise NotNow({"on": f"The service must be on or after {date_format(episode.started_on)}, the admission."})
    if episode.ended_on and day > episode.ended_on:
        raise NotNow({"on": f"The service must be on or before {date_format(episode.ended_on)}, the discharge."})


def check_can_cosign(user, note):
    """Signed, waiting, and somebody else's."""
    user.must_hold(Permission.COSIGN)
    if note.author.is_same_person(user):
        raise NotPermitted("You cannot cosign your own note.")
    if note.is_draft or not note.needs_cosign or note.in_error_at:
        raise NotNow("This note waits for no cosignature.")
    if note.cosigned_at:
        raise SomeoneWasFirst("Somebody has cosigned this note already. Nothing was changed.")
    if note.returned_at:
        raise SomeoneWasFirst("Somebody has returned this note already. Nothing was changed.")


def check_can_correct(user, note):
    user.must_hold(Permission.WRITE_NOTES)
    if note.author_id != user.pk:
        raise NotPermitted("The author corrects a returned note.")
    if not note.returned_at:
        raise NotNow("This note was not returned. Write an addendum instead.")
    if note.in_error_at:
        raise SomeoneWasFirst("This note was entered in error. It needs no correction.")
    if note.replaced_at:
        raise SomeoneWasFirst("The correction is signed already.")


def check_can_say_in_error(user, note):
    """Its author, or a supervisor; of a note that counts, once at a time."""
    _must_be_author_or_supervisor(user, note)
    if note.is_draft:
        raise NotNow("This is a draft. Discard it instead.")
    if note.in_error_at:
        raise SomeoneWasFirst("This note was entered in error already. Nothing was changed.")
    if note.replaced_at:
        raise NotNow("A correction took the place of this note. Say it of the correction.")
    if NoteInError.objects.waiting().filter(note=note).exists():
        raise SomeoneWasFirst("Somebody has said so already. A second person decides.")


def check_says_why(because):
    if not because.strip():
        raise NotNow({"because": "Write why it was entered in error"})


def check_can_decide_in_error(user, note):
    """Its author, or a supervisor. Gives what was said of the note."""
    _must_be_author_or_supervisor(user, note)
    said = NoteInError.objects.waiting().filter(note=note).select_related("said_by").first()
    if said is None:
        raise SomeoneWasFirst("Somebody has decided about this note already. Nothing was changed.")
    return said


def check_can_strike(user, note):
    """Another person than who said it, with another account too."""
    said = check_can_decide_in_error(user, note)
    check_is_another(said.said_by, user)
    return said


def check_is_another(said_by, user):
    if said_by.is_same_person(user):
        raise NotPermitted("You said that this note was entered in error. A second person decides.")


def check_nobody_has_said_so(note):
    if NoteInError.objects.waiting().filter(note=note).exists():
        raise NotNow("Somebody says that the signed note was entered in error. Decide about that first, on the page of the note.")


def _must_be_author_or_supervisor(user, note):
    user.must_hold(Permission.WRITE_NOTES)
    if note.author_id != user.pk:
        user.must_hold(Permission.COSIGN)


def warnings(note, form):
    """Sentences for the page before signing. None of them blocks."""
    facts = form.for_service()
    start, end = facts["started_at"], facts["started_at"] + timedelta(minutes=facts["minutes"])
    found = [*_overlaps(note, start, end)]
    if facts["kind"].needs_plan and not form.for_objectives():
        found.append("No objective of the plan is named." if _plan_of(note) else "There is no plan in force that this service follows.")
    alike = nearest(note, form)
    return [*found, alike.sentence] if alike else found


def _plan_of(note):
    return Plan.objects.filter(episode=note.episode_id).in_force().exists()


def _overlaps(note, start, end):
    """Other services of the patient, or of the author, at the same time: "overlaps Group 13:30-16:30 by 20 min"."""
    near = Service.objects.standing().filter(started_at__lt=end, started_at__gt=start - LONGEST_AGO).select_related("kind")
    if note.corrects_id:
        near = near.exclude(pk=note.corrects.service_id)
    for who, rows in (
        ("the patient's", near.filter(episode__patient=note.episode.patient_id)),
        ("your", near.filter(delivered_by=note.author_id).exclude(episode__patient=note.episode.patient_id)),
    ):
        for other in rows:
            minutes = int((min(end, other.ended_at) - max(start, other.started_at)).total_seconds() // 60)
            if minutes > 0:
                what = other.kind.name.lower() if who == "the patient's" else "service with another patient"
                first, last = (timezone.localtime(moment).strftime("%H:%M") for moment in (other.started_at, other.ended_at))
                yield f"This note overlaps {who} {what} {first}-{last} by {minutes} min."


@dataclass(frozen=True)
class Alike:
    """How much of a text is that of another note, in percent, and of which."""

    percent: int
    of: str

    @property
    def sentence(self):
        return f"{self.percent} % of this text is that of {self.of}."

    @property
    def asks_why(self):
        """So much that it is signed only with a reason."""
        return self.percent >= settings.NOTE_COPY_REASON_PERCENT


class Words(list):
    """The words of a text in their order, folded, as texts are compared by."""

    @cached_property
    def different(self):
        """Each of them once."""
        return frozenset(self)

    @cached_property
    def counted(self):
        """{word: how often}."""
        return Counter(self)


def words_of(text):
    return Words(fold(text).split())


def most_alike(words, others):
    """The nearest of [(words, which note they are of)], when that is near enough to be told."""
    found = [(likeness(words, theirs), of) for theirs, of in others if could_be_copies(words, theirs)]
    percent, of = max(found, key=itemgetter(0), default=(0, ""))
    return Alike(percent, of) if percent >= settings.NOTE_COPY_PERCENT else None


def nearest(note, form):
    """The nearest of the author's last three notes of this patient; None when none is near."""
    rows = Note.objects.signed().filter(author=note.author_id, episode=note.episode_id).exclude(pk=note.corrects_id)[:3]
    others = [(words_of(other.found_by), f"your note of {date_format(timezone.localdate(other.begun_at))}") for other in rows]
    return most_alike(words_of(" ".join(section["text"] for section in form.for_sections())), others)


def check_says_why_alike(alike, why):
    if alike and alike.asks_why and not why.strip():
        raise NotNow({"why": "Write why this note is nearly the same as another, or write what was different"})


def could_be_copies(words, other):
    """Whether two texts share enough words: asking in which order takes most of the time. Of either as of the other."""
    least = (settings.NOTE_COPY_PERCENT - 1) * (len(words) + len(other))
    if 200 * sum(map(words.counted.__getitem__, words.different & other.different)) < least:
        return False
    return 200 * (words.counted & other.counted).total() >= least


def likeness(words, other):
    """How much of one text is that of another, in percent of its words; 0 for a short text, which may well say the same."""
    if len(words) < settings.NOTE_COPY_WORDS:
        return 0
    return round(SequenceMatcher(None, words, other, autojunk=False).ratio() * 100)
