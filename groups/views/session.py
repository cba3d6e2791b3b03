"""The session page: attendance, shared part and individual notes on one page; its signing; its sheets."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts import proof
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.text import tidy
from anchored.ui.once import once
from patients.doors import KEPT

from .. import calls, coverage, opened, queries, rules, sheet, writing
from ..actions import attendance, notes, relatives
from ..doors import opens_session
from ..drawn_parts import Parts, save_line
from ..drawn_rows import Rows
from ..forms import posted
from ..forms.session import SharedForm, typed_of
from ..models import Attendance


@once
@opens_session(Permission.SEE_GROUPS)
def session(request, session):
    """Everybody on one page. Each row and each note saves by itself; without scripts one button saves all that is on the page."""
    if request.method == "POST":
        return _save(request, session)
    return _show(request, session)


def _save(request, session):
    refused, theirs = [], []
    if request.POST.get("act") == "all":
        _try(refused, lambda: attendance.mark_all_present(session, by=request.user))
    people = _save_marks(request, session, posted.chosen(request.POST), refused, theirs)
    _save_shared(request, session, refused, theirs)
    for person in people:
        _save_relatives(request, session, person, refused)
        _save_part(request, session, person, refused, theirs)
    if refused or theirs:
        session.refresh_from_db()
        tried = {person.pk: person.tried for person in people}
        return _show(request, session, refused=refused, theirs=theirs, sent=request.POST, tried=tried, status=409 if theirs else 422)
    if request.POST.get("act") == "sign":
        return redirect("sign_session", session.pk)
    messages.success(request, "Saved.")
    return redirect("session", session.pk)


def _try(refused, act):
    try:
        return act()
    except ValidationError as refusal:
        refused += refusal.messages
        return None


def _save_marks(request, session, given, refused, theirs):
    """Mark as it was chosen. Gives the list as it is then, with what was `tried` and refused."""
    given = {pk: facts for pk, facts in given.items() if facts["state"]}
    act = _try(refused, lambda: attendance.mark_each(session, given, by=request.user)) if given else None
    if act is None:
        people = queries.roster(session, request.user)
        for person in people:
            person.tried = given.get(person.pk, {}).get("state", "")
        return people
    people, became = act
    for person, each in [(person, became[person.pk]) for person in people if person.pk in became]:
        if isinstance(each, ValidationError):
            person.tried = given[person.pk]["state"]
            refused += [f"{person.patient}: {message}" if len(given) > 1 else message for message in each.messages]
        elif each.theirs:
            theirs.append(f"{each.mark.marked_by.short_name} marked {person.patient} {each.mark.get_state_display().lower()} meanwhile.")
    return people


def _save_shared(request, session, refused, theirs):
    if "shared" not in request.POST:
        return
    form = SharedForm(request.POST, session=session)
    if not form.is_valid():
        refused += [message for errors in form.errors.values() for message in errors]
        return
    version = posted.version(request.POST, "shared")
    kept = _try(refused, lambda: notes.keep_shared(session, facts=form.for_keep(), version=version, by=request.user))
    if kept and kept.theirs is not None:
        theirs.append(
            f"{_who(request, kept.row.saved_by)} changed the shared part meanwhile. It reads now: {kept.theirs.get('shared', '')}"
        )


def _save_relatives(request, session, person, refused):
    """What was ticked and taken back since the page was shown; nothing else."""
    shown, came = posted.relatives(request.POST, person.pk)
    if shown != came:
        _try(refused, lambda: relatives.set_came(session, person.episode, came=came - shown, left_out=shown - came, by=request.user))


def _save_part(request, session, person, refused, theirs):
    typed = typed_of(request.POST, person.pk)
    mark = person.mark
    kept = mark.typed if mark else {}
    if not typed or typed == kept or (not kept and not any(typed.values())):
        return
    version = posted.version(request.POST, person.pk)
    saved = _try(refused, lambda: notes.keep_part(session, person.episode, typed=typed, version=version, by=request.user))
    if saved and saved.theirs is not None:
        words = " ".join(str(text) for text in saved.theirs.values())
        theirs.append(f"{_who(request, saved.row.saved_by)} wrote about {person.patient} meanwhile. It reads now: {words}")


def _who(request, user):
    """Nobody, where it was never saved and yet the page names a later version: such a form was put together by hand."""
    if user is None:
        return "Somebody"
    return "Another window of yours" if user == request.user else user.short_name


def _show(request, session, *, refused=(), theirs=(), sent=None, tried=None, status=200):
    people = queries.roster(session, request.user)
    for person in people if tried else ():
        person.tried = tried.get(person.pk, "")
    typed = {person.pk: typed_of(sent, person.pk) for person in people} if sent else None
    there = opened.of_session(session, people, request.user, {pk: words for pk, words in (typed or {}).items() if words})
    leads = request.user.holds(Permission.LEAD_GROUPS) and there.is_led_by(request.user, session)
    may_write = leads and session.cancelled_at is None
    context = {
        "session": session,
        "rows": _rows(request, session, people, there, may_write),
        "parts": _parts(session, people, there, may_write),
        "written": len(there.parts),
        "mix": there.mix,
        "families": _families(session, people) if may_write else [],
        "tally": _tally(session, people),
        "unmarked": any(person.mark is None for person in people),
        "marked": sum(person.mark is not None for person in people),
        "ready": _ready(there.parts),
        "shared": SharedForm(sent if sent and "shared" in sent else None, session=session, choice=there.choice),
        "save_line": save_line("shared", session),
        "leaders": there.leaders,
        "may_write": may_write,
        "calls": calls.about(session, people, there.charts),
        "begun": why_not(rules.check_has_begun, session),
        "refused": [*refused, *_without_place(people, typed or {})],
        "theirs": theirs,
    }
    response = render(request, "groups/session.html", context, status=status)
    _seen(request, people, "session")
    return response


def _without_place(people, typed):
    """What was typed about those who have no part on the page, not marked as there or signed: it is shown to be copied."""
    for person in people:
        mark, theirs = person.mark, typed.get(person.pk, {})
        has_place = mark and ((mark.came and not mark.note_id) or theirs == mark.typed)
        words = " ".join(text for name, text in theirs.items() if name.startswith("section_")).strip()
        if words and not has_place:
            yield f"You had typed about {person.patient}: {words}"


def _rows(request, session, people, there, may_write):
    drawn = Rows(session, may_write=may_write, may_correct=may_write or request.user.holds(Permission.COSIGN)).drawn
    return [drawn(person, there.hours[person.pk], opens=there.opens(person)) for person in people]


def _parts(session, people, there, may_write):
    """The part of each who came; for who writes them, the places of the others too."""
    parts, placed = {part.pk: part for part in there.parts}, Parts(session, may_write=may_write).placed
    return [placed(person, parts.get(person.pk), opens=there.opens(person)) for person in people if may_write or person.pk in parts]


def _families(session, people):
    """[(key of the person, their Family or None while they have not come)]."""
    found = {family.person.pk: family for family in queries.families(session, people)}
    return [(person.pk, found.get(person.pk)) for person in people]


def _ready(parts):
    return sum(part.is_ready or part.is_signed for part in parts)


def _seen(request, people, screen):
    trail.record_seen("list.shown", sorted({person.patient.pk for person in people}), by=request.user, screen=screen)


def _tally(session, people):
    """[(state, label, how many)] of what occurs, how many are not marked, and how many relatives came."""
    states = [person.mark.state if person.mark else "" for person in people]
    counted = [(state, label, states.count(state)) for state, label in Attendance.State.choices]
    came = queries.relatives_of(session)
    relatives = sum(len(came.get(person.mark.pk, ())) for person in people if person.mark)
    counted += [("", "not marked", states.count("")), ("", "relative" if relatives == 1 else "relatives", relatives)]
    return [(state, label.lower(), number) for state, label, number in counted if number]


@require_POST
@opens_session(Permission.LEAD_GROUPS)
def mark_row(request, session, episode_id: UUID):
    """One row by itself: the row comes back as it is now."""
    refused: list = []
    theirs: list = []
    people = _save_marks(request, session, {episode_id: posted.row(request.POST, episode_id)}, refused, theirs)
    person = _among(people, episode_id)
    opens, week = opened.row_of(session, person, people, request.user)
    context = {
        "row": Rows(session, may_write=True, may_correct=True).drawn(person, week, opens=opens, said=[*refused, *theirs]),
        "tally": _tally(session, people),
        "marked": sum(each.mark is not None for each in people),
        "all": len(people),
        **_came_or_left(request, session, person, people),
    }
    response = render(request, "groups/_marked.html", context, status=409 if theirs else 422 if refused else 200)
    response.headers[KEPT] = "1"
    return response


def _came_or_left(request, session, person, people):
    """What a mark changes below the list, where somebody came whom the page does not show as there, or the other way round.

    The part of somebody who came is put there; one that the page holds stays, with what is being typed.
    """
    there = bool(person.mark and person.mark.came)
    if there == (request.POST.get(f"shown-{person.pk}") in Attendance.CAME):
        return {}
    parts = writing.parts(session, people)
    context = {"session": session, "counted": True, "ready": _ready(parts), "written": len(parts)}
    if there and f"version-{person.pk}" not in request.POST:
        part = next(part for part in parts if part.pk == person.pk)
        context["part"] = Parts(session, may_write=True).placed(person, part, swapped=True)
        context["family"] = next(iter(queries.families(session, [person])), None)
    return context


def _among(people, episode_id):
    person = next((each for each in people if each.pk == episode_id), None)
    if person is None:
        raise Http404("Not on the list of this session.")
    return person


@require_POST
@opens_session(Permission.LEAD_GROUPS)
def keep_part(request, session, episode_id: UUID):
    """The individual part of one person, kept by itself."""
    person = _among(queries.roster(session, request.user), episode_id)
    refused: list = []
    theirs: list = []
    _save_part(request, session, person, refused, theirs)
    mark = Attendance.objects.filter(session=session, episode=person.episode).first()
    return _kept(person.pk, mark, refused, theirs)


@require_POST
@opens_session(Permission.LEAD_GROUPS)
def keep_relatives(request, session, episode_id: UUID):
    """Who of one person's relatives came, kept by itself."""
    person = _among(queries.roster(session, request.user), episode_id)
    refused: list = []
    _save_relatives(request, session, person, refused)
    people = queries.roster(session, request.user)
    context = {
        "session": session,
        "family": next(iter(queries.families(session, [each for each in people if each.pk == episode_id])), None),
        "said": refused,
        "tally": _tally(session, people),
    }
    response = render(request, "groups/_family_kept.html", context, status=422 if refused else 200)
    response.headers[KEPT] = "1"
    return response


@require_POST
@opens_session(Permission.LEAD_GROUPS)
def keep_shared(request, session):
    """The shared part, kept by itself."""
    refused: list = []
    theirs: list = []
    _save_shared(request, session, refused, theirs)
    session.refresh_from_db()
    return _kept("shared", session, refused, theirs)


def _kept(name, row, refused, theirs):
    """The save line of one text."""
    status = 409 if theirs else 422 if refused else 200
    return HttpResponse(save_line(name, row, [*refused, *theirs]), status=status, headers={KEPT: "1"})


@once
@opens_session(Permission.LEAD_GROUPS)
def sign_session(request, session):
    """Each note with what stands in its way; those that are ready are ticked, and signed with one button."""
    if request.method == "POST":
        if not proof.prove(request):
            return _show_signing(request, session, wrong=proof.WRONG)
        chosen = [part for part in request.POST.getlist("sign") if posted.is_key(part)]
        read: dict = {UUID(pk): posted.version(request.POST, pk) for pk in chosen}
        try:
            why = {pk: tidy(request.POST.get(f"why-{pk}", ""))[:1000] for pk in read}
            signed = notes.sign(session, list(read), by=request.user, read={**read, None: posted.version(request.POST, "shared")}, why=why)
        except ValidationError as refusal:
            return _show_signing(request, session, refused=refusal.messages)
        messages.success(request, f"{len(signed)} note{'' if len(signed) == 1 else 's'} signed.")
        return redirect("session", session.pk)
    return _show_signing(request, session)


def _ticked(part, sent):
    """As the person had ticked it; at first what is ready and raises no doubt."""
    return str(part.pk) in sent.getlist("sign") if sent else part.is_ready and not part.doubts


def _show_signing(request, session, *, refused=(), wrong=""):
    people = queries.roster(session, request.user)
    parts = writing.parts(session, people)
    sent = request.POST if refused or wrong else None
    context = {
        "session": session,
        "parts": [(part, _ticked(part, sent), sent.get(f"why-{part.pk}", "") if sent else "") for part in parts],
        "ready": sum(part.is_ready and not part.doubts for part in parts),
        "absent": [person for person in people if person.mark and not person.mark.came],
        "unmarked": [person for person in people if person.mark is None],
        "refused": refused,
        "ask_password": not proof.is_recent(request),
        "wrong": wrong,
    }
    response = render(request, "groups/sign.html", context, status=422 if wrong or refused else 200)
    _seen(request, people, "sign_session")
    return response


@require_GET
@opens_session(Permission.SEE_GROUPS)
def sign_in_sheet(request, session):
    """A list to sign on paper: preferred name and the first letter of the family name, nothing else."""
    people = queries.roster(session, request.user)
    names = sorted(f"{each.patient.preferred_name or each.patient.given_name} {each.patient.family_name[:1]}." for each in people)
    response = render(
        request, "groups/sign_in_sheet.html", {"session": session, "names": names, "leaders": list(queries.leaders_of(session))}
    )
    _seen(request, people, "sign_in_sheet")
    return response


@require_GET
@opens_session(Permission.LEAD_GROUPS)
def leader_sheet(request, session):
    """The topic, who comes, and of whose chart opens: objectives in force and what they planned last."""
    people = queries.roster(session, request.user)
    choice = coverage.choice(session)
    topic = session.topic or choice.next
    context = {
        "session": session,
        "topic": topic,
        "given_on": choice.given.get(topic.pk) if topic else None,
        "lines": sheet.of_session(people, request.user),
    }
    response = render(request, "groups/leader_sheet.html", context)
    _seen(request, people, "leader_sheet")
    return response
