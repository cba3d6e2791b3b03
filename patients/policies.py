"""May this person do it, and may it be done now? A refusal is a sentence."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Permission, Role
from anchored.ground.clock import DAY
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered

from . import drawing as drawings
from . import merging
from .models import AllowedMove, Commitment, Dimension, Discharge, Offer, Paper, PaperTemplate, Relationship, Stay

SHORTEST_REASON = 15
LATEST_BEGIN = timedelta(days=2 * 366)  # of a time when a patient cannot come
NO_MOVES = {"admission", "move_undone", "discharge_undone"}  # how a stay came about when nobody moved the patient
HANDS_ON = {Role.CLINICIAN, Role.SUPERVISOR, Role.PRESCRIBER}


def check_can_register(user):
    user.must_hold(Permission.REGISTER_PATIENTS)


def check_can_admit(user, patient, program, on):
    user.must_hold(Permission.ADMIT_PATIENTS)
    if on > today():
        raise NotNow({"on": "The admission date must not be in the future."})
    if patient.birth_date and on < patient.birth_date:
        raise NotNow({"on": "The admission date must not be before the date of birth."})
    check_not_in_care(patient)
    last = patient.episodes.order_by("-ended_on").first()
    if last and on < last.ended_on:
        raise NotNow({"on": f"The admission must be on or after {date_format(last.ended_on)}, the last discharge."})
    check_has_a_place(program, on, patient.pk)


def check_not_in_care(patient):
    current = patient.episodes.open().first()
    if current:
        raise SomeoneWasFirst(f"{patient} is in care already, since {date_format(current.started_on)}. Nothing was changed.")


def check_has_a_place(program, on, patient_id=None):
    """The program runs that day and is not full: a place held by an offer is taken, but for the person it is held for.

    Asked with the program's row locked, so that the last place goes once.
    """
    if program.started_on > on or (program.ended_on and program.ended_on <= on):
        raise NotNow({"to": f"{program} does not run on {date_format(on)}. Choose another."})
    if program.capacity is None:
        return
    taken = Stay.objects.open().filter(program=program).count()
    taken += Offer.objects.holding(today()).filter(program=program).exclude(entry__patient=patient_id).count()
    if taken >= program.capacity:
        raise NotNow({"to": f"{program} is full ({taken} of {program.capacity}). Choose another or the waitlist."})


moves_from = Remembered(lambda level: AllowedMove.objects.filter(from_level=level), level=int)


def allowed_move(stay, to):
    """The row of the table that lists this move; None outside the table."""
    return next((move for move in moves_from(level=stay.program.level_id) if move.to_level_id == to.level_id), None)


def check_is_open(stay):
    """Somebody may have moved or discharged the patient while the form was open."""
    if stay.ended_on is None:
        return
    following = Stay.objects.filter(previous=stay).select_related("opened_by").first()
    if following:
        raise SomeoneWasFirst(f"{who(following.opened_by)} moved this patient {ago(following.opened_at)}. Nothing was changed.")
    discharge = stay.episode.discharges.filter(undone_at=None).select_related("discharged_by").first()
    by, at = (discharge.discharged_by, discharge.discharged_at) if discharge else (None, timezone.now())
    raise SomeoneWasFirst(f"{who(by)} discharged this patient {ago(at)}. Nothing was changed.")


def check_can_move(user, stay, to, on):
    """Gives the row of the table that lists the move; None for a move outside it, which a supervisor may make."""
    user.must_hold(Permission.MOVE_PATIENTS)
    check_is_open(stay)
    if to.pk == stay.program_id:
        raise NotNow({"to": f"The patient is already in {to}."})
    if on > today():
        raise NotNow({"on": "The move date must not be in the future."})
    if on < stay.started_on:
        raise NotNow({"on": f"The move must be on or after {date_format(stay.started_on)}, {_what_began(stay)}."})
    listed = allowed_move(stay, to)
    if not listed and not user.holds(Permission.MOVE_OUTSIDE_TABLE):
        raise NotPermitted(f"A move from {stay.program} to {to} is not in the table of moves. A supervisor can make it.")
    check_has_a_place(to, on, stay.episode.patient_id)
    return listed


def check_is_rated(stay, ratings):
    """Every dimension that the edition of the program left rates has its value."""
    rated = Dimension.objects.filter(edition=stay.program.level.edition, is_rated=True)
    if not ratings or not all(ratings[dimension.number - 1] for dimension in rated):
        raise NotNow("Rate all dimensions for this move.")


def check_says_why(field, reason):
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotNow({field: f"Give the reason in at least {SHORTEST_REASON} characters"})


def check_can_undo_move(user, stay):
    """Whoever moved the patient may take it back for some minutes, while nothing has followed."""
    user.must_hold(Permission.MOVE_PATIENTS)
    if stay.ended_on is not None:
        check_is_open(stay)
    if stay.previous_id is None or stay.basis.code in NO_MOVES:
        raise NotNow("There is no move to undo.")
    if stay.opened_by_id != user.pk:
        raise NotPermitted("Only the person who moved the patient can undo it.")
    if timezone.now() - stay.opened_at > timedelta(minutes=settings.MOVE_UNDO_MINUTES):
        raise NotNow(f"A move can be undone for {settings.MOVE_UNDO_MINUTES} minutes. Move the patient again instead.")


def check_can_discharge(user, stay, on):
    user.must_hold(Permission.DISCHARGE_PATIENTS)
    check_is_open(stay)
    if on > today():
        raise NotNow({"on": "The discharge date must not be in the future."})
    if on < stay.started_on:
        raise NotNow({"on": f"The discharge must be on or after {date_format(stay.started_on)}, {_what_began(stay)}."})


def check_can_undo_discharge(user, discharge):
    user.must_hold(Permission.UNDO_DISCHARGE)
    if discharge.undone_at:
        raise SomeoneWasFirst(f"{who(discharge.undone_by)} undid this discharge {ago(discharge.undone_at)}. Nothing was changed.")
    patient = discharge.episode.patient
    later = patient.episodes.exclude(pk=discharge.episode_id).filter(started_on__gte=discharge.on).first()
    if later:
        raise NotNow(f"{patient} was admitted again on {date_format(later.started_on)}. The discharge can't be undone.")


def check_can_assign(user, episode, to):
    user.must_hold(Permission.ASSIGN_CARE_TEAM)
    check_may_care(to)
    check_is_in_care(episode)


def check_can_assess(user, episode, on):
    user.must_hold(Permission.ASSESS)
    check_is_in_care(episode)
    if not episode.started_on <= on <= today():
        raise NotNow({"made_on": "The assessment date must be within the episode, and not in the future."})


def check_is_in_care(episode):
    if episode.ended_on is not None:
        raise SomeoneWasFirst("This patient was discharged. Nothing was changed.")


def check_is_still(current, instead_of):
    """The primary clinician is who the form said."""
    if str(current.pk if current else "nobody") == instead_of:
        return
    by, at = (current.assigned_by, current.assigned_at) if current else (None, timezone.now())
    raise SomeoneWasFirst(f"{who(by)} reassigned this patient {ago(at)}. Nothing was changed.")


def check_may_care(person):
    if not person.is_active or not person.roles & HANDS_ON:
        raise NotNow({"to": f"{person} does not care for patients. Choose a clinician."})


def check_can_accept(user, stay):
    user.must_hold(Permission.OPEN_CHARTS)
    if stay.accepted_at:
        raise SomeoneWasFirst(f"{who(stay.accepted_by)} accepted this patient {ago(stay.accepted_at)}.")
    if not stay.program.staff.now().filter(user=user).exists():
        raise NotPermitted(f"Only staff of {stay.program} can accept this patient.")


def check_can_keep_contacts(user):
    user.must_hold(Permission.KEEP_CONTACTS)


def check_can_set_wishes(user):
    """How a patient wants to be reached is said to those who care for them."""
    user.must_hold(Permission.OPEN_CHARTS)
    user.must_hold(Permission.KEEP_CONTACTS)


def check_is_a_contact(contact):
    """Somebody may have taken them off the list while the form was open."""
    if contact.removed_at:
        somebody, when = who(contact.removed_by), ago(contact.removed_at)
        raise SomeoneWasFirst(f"{somebody} took this contact off the list {when}. Nothing was changed.")


def check_was_removed(contact):
    if contact.removed_at is None:
        raise SomeoneWasFirst("This contact is on the list.")


def check_is_somebody_else(relationship):
    if relationship == Relationship.SELF:
        raise NotNow({"relationship": "The patient is no contact of their own. How to reach the patient is kept with the wishes."})


def check_can_add_times(user, *, weekdays, starts, ends, started_on, until):
    """The hours and dates hold, and each weekday comes within them: a Friday between Monday and Wednesday would never be."""
    user.must_hold(Permission.KEEP_CONTACTS)
    if not weekdays:
        raise NotNow({"weekdays": "Choose at least one day"})
    if starts == ends or starts >= DAY:
        raise NotNow({"ends": "The end must be another time than the start"})
    if started_on > today() + LATEST_BEGIN:
        raise NotNow({"started_on": "Enter a date within two years, like 23 Nov 2026"})
    if until is None:
        return
    if until < started_on:
        raise NotNow({"until": "The end date must be the same as or after the start date"})
    if until < today():
        raise NotNow({"until": "The last day must not be in the past"})
    never = [Commitment.Weekday(weekday).label for weekday in sorted(weekdays) if _next(weekday, started_on) > until]
    if never:
        raise NotNow({"weekdays": f"There is no {' and no '.join(never)} from {date_format(started_on)} to {date_format(until)}"})


def _next(weekday, day):
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def check_goes_on(commitment):
    """Somebody may have ended it while the page was open; or it was to end before today."""
    if commitment.ended_on and commitment.ended_on <= max(today(), commitment.started_on):
        what = f"{who(commitment.ended_by)} ended this time" if commitment.ended_by else "This time ended"
        raise SomeoneWasFirst(f"{what} on {date_format(commitment.ended_on)}. Nothing was changed.")


def check_can_take_paper(user, case):
    """Papers are taken from the admission on."""
    user.must_hold(Permission.KEEP_PAPERS)
    if case is None:
        raise NotNow("Papers are taken from the admission on. Begin the admission first.")


def check_is_what_was_shown(template, is_in_force, digest):
    """The words are those that stood on the page, and they are still in force."""
    if not is_in_force:
        raise SomeoneWasFirst("Another version of this text is in force. Nothing was signed.")
    if template.digest() != digest:
        raise SomeoneWasFirst("The words of this text were changed. Nothing was signed.")


def check_can_be_taken_so(template, how):
    """A notice is acknowledged, the others are signed."""
    signed = {Paper.How.TYPED, Paper.How.DRAWN}
    if how in signed and template.needs == PaperTemplate.Needs.ACKNOWLEDGED:
        raise NotNow({"how": "This text is acknowledged, not signed."})
    if how == Paper.How.ACKNOWLEDGED and template.needs == PaperTemplate.Needs.SIGNED:
        raise NotNow({"how": "This text is signed, not acknowledged."})


def check_paper_is_complete(how, *, signer_name, drawing, reason, has_scan):
    """What each way of answering needs beside it."""
    needed = {
        Paper.How.TYPED: (signer_name.strip(), {"signer_name": "Type the name of who signs"}),
        Paper.How.DRAWN: (drawing and drawings.is_drawn(drawing), {"drawing": "Draw the signature, or choose another way to sign"}),
        Paper.How.ON_PAPER: (has_scan, {"file": "Choose the scan of the signed paper, or the file"}),
        Paper.How.DECLINED: (reason.strip(), {"reason": "Write why, in a few words"}),
        Paper.How.UNABLE: (reason.strip(), {"reason": "Write why, in a few words"}),
    }
    is_there, words = needed.get(how, (True, {}))
    if not is_there:
        raise NotNow(words)


def check_who_signs(signs, guardian):
    """For a minor the guardian, unless the rule of the state lets the minor consent alone."""
    if signs == "guardian" and guardian is None:
        raise NotNow({"signer": "The patient is a minor: a guardian signs."})


def check_can_withdraw(user, scan):
    """Whoever filed it, and those who open charts."""
    user.must_hold(Permission.KEEP_PAPERS)
    if scan.filed_by_id != user.pk and not user.holds(Permission.OPEN_CHARTS):
        raise NotPermitted("Only the person who filed this scan, or somebody of the care team, can withdraw it.")
    if scan.withdrawn_at:
        raise SomeoneWasFirst(f"{who(scan.withdrawn_by)} withdrew this scan {ago(scan.withdrawn_at)}. Nothing was changed.")


def check_can_open_scan(user, scan):
    """What was filed in error may be another person's: a supervisor looks where it belongs."""
    user.must_hold(Permission.OPEN_CHARTS)
    if scan.withdrawn_at and not user.holds(Permission.OPEN_WITHDRAWN):
        raise NotPermitted("This scan was filed in error and no longer opens. A supervisor can open it.")


def discharge_in_force(episode):
    return Discharge.objects.filter(episode=episode, undone_at=None).first()


def _what_began(stay):
    return "the last move" if stay.previous_id else "the admission"


def who(person):
    """How a refusal calls somebody."""
    return person.short_name if person else "Someone"


def ago(at):
    """3 minutes ago; on 12 Oct."""
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    return f"on {date_format(timezone.localtime(at).date())}"


def check_can_merge(kept, away):
    """Two records that are both in use, with nothing that people must settle first."""
    if kept.pk == away.pk:
        raise NotNow("Enter the numbers of two records.")
    obstacles = merging.in_the_way(kept, away)
    if obstacles:
        raise NotNow(obstacles)


def check_can_decide_merge(user, merge):
    """Somebody else than who proposed it."""
    user.must_hold(Permission.MERGE_RECORDS)
    if merge.outcome:
        did = "merged these records" if merge.outcome == merge.Outcome.MERGED else "decided that they are not the same person"
        raise SomeoneWasFirst(f"{who(merge.decided_by)} {did} {ago(merge.decided_at)}. Nothing was changed.")
    if merge.proposed_by.is_same_person(user):
        raise NotPermitted("You proposed this merge. A second person decides.")


def check_can_undo_merge(user, merge, kept):
    """It is in force, and the record that was kept is still there."""
    user.must_hold(Permission.MERGE_RECORDS)
    if merge.undone_at:
        raise SomeoneWasFirst(f"{who(merge.undone_by)} undid this merge {ago(merge.undone_at)}. Nothing was changed.")
    if not merge.is_in_force:
        raise NotNow("These records are not merged.")
    if kept.merged_into:
        raise NotNow(f"Record no. {kept.record_number} was merged into no. {kept.merged_into.record_number} since. Undo that merge first.")
