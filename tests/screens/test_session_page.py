"""The session on screen: attendance row by row, both parts, signing, the sheet for the door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import sessions
from groups.models import Attendance, Session
from patients.models import Episode, Service
from tests.grouping import enrolled, make_group, make_session
from tests.making import PASSWORD, make_admitted, make_clinician, make_patient, make_user
from treatment_plans.models import Note

from .visiting import HTMX, cost, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def desk(leader):
    return signed_in(leader)


@pytest.fixture
def group(leader):
    return make_group(leader, name="Relapse prevention, Day")


@pytest.fixture
def rosa(leader, group):
    patient = make_admitted(
        leader, to="IOP Day", patient=make_patient(leader, given_name="Rosa", family_name="Álvarez", preferred_name="Ro")
    )
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def joon(leader, group):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Joon", family_name="Kim"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def session(group, rosa):
    return make_session(group)


def page(name, session, *more):
    return reverse(name, args=[session.pk, *more])


def key(patient):
    return patient.episodes.get().pk


def written(patient, **also):
    part, response = "She spoke about the visit.", "She calls her sponsor."
    return {f"{key(patient)}-section_part": part, f"{key(patient)}-section_response": response, **also}


def test_everything_is_on_one_page(desk, session, rosa):
    shown = get(desk, page("session", session))

    assert shown.heading == "Relapse prevention, Day"
    assert "ÁLVAREZ, Rosa" in shown.part("attendance")
    assert "1 not marked" in shown.text
    assert rosa.pk in seen("list.shown", screen="session")


def test_without_scripts_one_button_saves_all(desk, session, rosa):
    shown = follow(desk, page("session", session), {"act": "save", f"state-{key(rosa)}": "late", f"late-{key(rosa)}": "15"})
    assert "150 min" in shown.text

    follow(desk, page("session", session), {"act": "save", "shared": "Sorted evenings.", "version-shared": "0", **written(rosa)})

    assert Session.objects.get().shared == "Sorted evenings."
    assert Attendance.objects.get().typed["section_part"] == "She spoke about the visit."


def test_mark_all_present_then_one_exception(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    assert Attendance.objects.get().state == "present"

    row = desk.post(page("mark_attendance", session, key(rosa)), {f"state-{key(rosa)}": "left_early", f"quick-{key(rosa)}": "30"}, **HTMX)

    assert b"135</b> min" in row.content
    assert b'id="tally"' in row.content


def test_who_is_marked_as_there_can_be_written_about_at_once(desk, session, rosa):
    place, address = f'id="part-{key(rosa)}"', page("mark_attendance", session, key(rosa))
    assert f"<div {place}></div>" in get(desk, page("session", session)).html

    came = desk.post(address, {f"state-{key(rosa)}": "present", f"shown-{key(rosa)}": ""}, **HTMX).content.decode()
    late = desk.post(address, {f"state-{key(rosa)}": "late", f"late-{key(rosa)}": "5", f"shown-{key(rosa)}": "present"}, **HTMX)
    left = desk.post(address, {f"state-{key(rosa)}": "unexcused", f"shown-{key(rosa)}": "late"}, **HTMX).content.decode()
    again = {f"state-{key(rosa)}": "present", f"shown-{key(rosa)}": "unexcused", f"version-{key(rosa)}": "0"}
    back = desk.post(address, again, **HTMX).content.decode()

    assert f'{place} hx-swap-oob="true"' in came
    assert f'name="{key(rosa)}-section_part"' in came
    assert "0 of 1 ready" in came
    assert b"section_part" not in late.content
    assert b"ready" not in late.content
    assert "For each person who came" in left
    assert "0 of 1 ready" in back
    assert place not in left + back, "what is being typed there stays on the page"


def test_an_excuse_without_a_reason_asks_for_it_and_keeps_the_choice(desk, session, rosa):
    row = desk.post(page("mark_attendance", session, key(rosa)), {f"state-{key(rosa)}": "excused"}, **HTMX)

    assert row.status_code == 422
    assert "Choose a reason for the excused absence" in row.content.decode()
    assert f'name="reason-{key(rosa)}"' in row.content.decode()
    assert not Attendance.objects.exists()


def test_a_choice_before_the_session_begins_is_refused_and_stays_chosen(desk, group, rosa):
    to_come = make_session(group, ago=timedelta(hours=-2))

    row = desk.post(page("mark_attendance", to_come, key(rosa)), {f"state-{key(rosa)}": "late"}, **HTMX)

    assert row.status_code == 422
    assert "The session has not begun." in row.content.decode()
    assert 'value="late" data-key="l" checked' in row.content.decode()


def test_what_is_refused_without_scripts_says_of_whom_and_keeps_the_choice(desk, session, rosa, joon):
    chosen = {f"state-{key(rosa)}": "excused", f"state-{key(joon)}": "late", f"late-{key(joon)}": "5"}

    whole = send(desk, page("session", session), {"act": "save", **chosen})

    assert whole.status == 422
    assert "Rosa Álvarez: Choose a reason for the excused absence" in whole.text
    assert f'name="state-{key(rosa)}" value="excused" data-key="x" checked' in whole.html
    assert list(Attendance.objects.values_list("episode", "state")) == [(key(joon), "late")]


def test_nor_is_what_is_typed_while_a_colleague_signs(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "save", **written(rosa)})
    follow(desk, page("sign_session", session), {f"version-{key(rosa)}": "1", "version-shared": "0", "sign": str(key(rosa))})
    more = written(rosa, **{f"{key(rosa)}-section_part": "She stayed behind to talk.", f"version-{key(rosa)}": "1"})

    kept = desk.post(page("keep_part", session, key(rosa)), more, **HTMX)
    whole = send(desk, page("session", session), {"act": "save", **more})
    same = follow(desk, page("session", session), {"act": "save", **written(rosa)})

    assert (kept.status_code, whole.status) == (422, 422)
    assert "The note about Rosa Álvarez is signed. What you typed was not kept: add it to the note as an addendum." in kept.content.decode()
    assert "You had typed about Rosa Álvarez: She stayed behind to talk. She calls her sponsor." in whole.text
    assert "Saved." in same.text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "vanished"}, "Choose whether the person came"),
        ({"state": "late", "late": "999"}, "Minutes must be between 0 and"),
        ({"state": "unexcused", "reason": "x" * 301}, "Ensure this value has at most 300 characters"),
        ({"state": "unexcused", "reason": "Work\x00"}, "Remove the character at position 5"),
    ],
)
def test_a_form_put_together_by_hand_is_refused_with_words_and_the_others_are_marked(desk, session, rosa, joon, facts, sentence):
    sent = {f"{name}-{key(rosa)}": value for name, value in facts.items()}

    whole = send(desk, page("session", session), {"act": "save", **sent, f"state-{key(joon)}": "present"})

    assert whole.status == 422
    assert f"Rosa Álvarez: {sentence}" in whole.text
    assert list(Attendance.objects.values_list("episode", "state")) == [(key(joon), "present")]


def test_a_page_that_was_opened_before_a_signature_marks_nobody_else_than_the_note_says(desk, session, rosa, joon):
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "save", **written(rosa)})
    follow(desk, page("sign_session", session), {f"version-{key(rosa)}": "1", "version-shared": "0", "sign": str(key(rosa))})

    same = {f"state-{key(rosa)}": "present", f"state-{key(joon)}": "late", f"late-{key(joon)}": "5"}
    saved = follow(desk, page("session", session), {"act": "save", **same})
    row = desk.post(page("mark_attendance", session, key(rosa)), {f"state-{key(rosa)}": "unexcused"}, **HTMX)
    other = send(desk, page("session", session), {"act": "save", **same, f"state-{key(rosa)}": "unexcused"})

    assert "Saved." in saved.text
    assert other.status == 422
    assert "The note about this person is signed." in other.text
    assert (row.status_code, "The note about this person is signed." in row.content.decode()) == (422, True)
    assert Attendance.objects.get(episode=key(rosa)).state == "present"


def test_who_is_not_on_the_list_is_not_marked_by_a_form_put_together_by_hand(desk, session, leader):
    stranger = key(make_admitted(leader, to="IOP Day"))

    row = desk.post(page("mark_attendance", session, stranger), {f"state-{stranger}": "present"}, **HTMX)
    follow(desk, page("session", session), {"act": "save", f"state-{stranger}": "present", "state-nobody": "present"})

    assert row.status_code == 404
    assert not Attendance.objects.exists()


def test_a_part_is_kept_by_itself(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})

    kept = desk.post(page("keep_part", session, key(rosa)), written(rosa), **HTMX)

    assert b"Draft saved" in kept.content
    assert f'name="version-{key(rosa)}" value="1"' in kept.content.decode()


def test_what_is_typed_about_somebody_who_is_not_there_is_never_dropped_without_a_word(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    desk.post(page("mark_attendance", session, key(rosa)), {f"state-{key(rosa)}": "unexcused", f"shown-{key(rosa)}": "present"}, **HTMX)

    kept = desk.post(page("keep_part", session, key(rosa)), written(rosa), **HTMX)
    whole = send(desk, page("session", session), {"act": "save", **written(rosa)})

    assert (kept.status_code, whole.status) == (422, 422)
    assert "Mark first that they came" in kept.content.decode()
    assert "Nothing was kept about Rosa Álvarez, who is not marked as there" in whole.text
    assert "You had typed about Rosa Álvarez: She spoke about the visit. She calls her sponsor." in whole.text
    assert Attendance.objects.get().typed == {}


def test_two_facilitators_see_each_other(desk, session, rosa, group):
    dana = make_clinician(given_name="Dana", family_name="Mensah", works_in=["IOP Day"])
    group.leaders.create(user=dana, part="co_facilitator", started_on=group.started_on)
    follow(signed_in(dana), page("session", session), {"act": "save", f"state-{key(rosa)}": "present"})

    clash = send(desk, page("session", session), {"act": "save", f"state-{key(rosa)}": "late", f"shown-{key(rosa)}": ""})

    assert clash.status == 409
    assert "D. Mensah marked Rosa Álvarez present meanwhile." in clash.text


def test_ones_own_other_window_is_called_that(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    desk.post(page("keep_part", session, key(rosa)), written(rosa), **HTMX)

    clash = send(desk, page("session", session), {"act": "sign", **written(rosa, **{f"{key(rosa)}-section_part": "Other words."})})

    assert clash.status == 409
    assert "Another window of yours wrote about Rosa Álvarez meanwhile." in clash.text


def test_a_version_that_never_was_keeps_what_is_typed_on_the_page(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    forged = {f"version-{key(rosa)}": "7", "version-shared": "7", "shared": "They practised saying no.", "methods": "Role play"}

    answer = send(desk, page("session", session), {"act": "save", **written(rosa), **forged})
    part = desk.post(page("keep_part", session, key(rosa)), {**written(rosa), **forged}, **HTMX)

    assert (answer.status, part.status_code) == (409, 409)
    assert "They practised saying no." in answer.html
    assert Attendance.objects.get().typed == {}


def test_from_the_page_to_the_signature(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    signing = follow(desk, page("session", session), {"act": "sign", **written(rosa)})
    assert signing.heading == "Sign notes"
    assert "Sign 1 note" in signing.buttons

    signed = follow(desk, page("sign_session", session), {"sign": str(key(rosa)), f"version-{key(rosa)}": "1", "version-shared": "0"})

    assert "1 note signed." in signed.text
    assert "Note signed" in signed.part("attendance")
    assert Note.objects.get().is_intact()
    assert Service.objects.get().minutes == 165


def test_a_signed_note_is_read_by_whoever_opens_the_chart(desk, session, rosa, group):
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "sign", **written(rosa)})
    follow(desk, page("sign_session", session), {"sign": str(key(rosa)), f"version-{key(rosa)}": "1", "version-shared": "0"})
    dana = make_clinician(works_in=["PHP"])
    group.leaders.create(user=dana, part="co_facilitator", started_on=group.started_on)

    shown, without_chart = get(desk, page("session", session)), get(signed_in(dana), page("session", session))

    assert shown.leads_to("Read the note") == reverse("note", args=[Note.objects.get().pk])
    assert "Signed." in without_chart.text
    assert without_chart.leads_to("Read the note") is None


def test_what_is_not_right_is_said_at_its_field_and_what_was_typed_stays(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    part, response = f"{key(rosa)}-section_part", f"{key(rosa)}-section_response"
    words = 'She said: "less than <b>' + "x" * 20_000

    refused = send(desk, page("session", session), {"act": "save", part: words, response: ""})

    assert (refused.status, refused.invalid) == (422, {part, response})
    assert refused.form(part)[part] == words
    assert "Use at most 20000 characters. You entered 20024." in refused.text
    assert "Write at least one sentence about ÁLVAREZ, Rosa under Response and plan" in refused.text


def test_nothing_is_wrong_with_a_part_that_nobody_has_begun(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    shown = get(desk, page("session", session))
    assert "Needs text" in shown.part("parts")
    assert not shown.invalid


def test_what_stands_in_the_way_is_said_with_the_way_on(desk, session, rosa, leader, group):
    joon = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Joon", family_name="Kim"))
    enrolled(joon, group, by=leader)
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "save", **written(rosa, **{f"{key(rosa)}-section_part": "She practiced with Joon."})})

    signing = get(desk, page("sign_session", session))

    assert "Names joon, who is another person here" in signing.text
    assert "Write at least one sentence about KIM, Joon" in signing.text
    refused = send(desk, page("sign_session", session), {"sign": str(key(rosa)), f"version-{key(rosa)}": "1", "version-shared": "0"})
    assert (refused.status, Note.objects.count()) == (422, 0)


def test_signing_asks_for_the_password_after_a_quarter_of_an_hour(desk, session, rosa):
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "save", **written(rosa)})
    state = desk.session
    state["began"] -= 16 * 60
    state.save()
    sent = {"sign": str(key(rosa)), f"version-{key(rosa)}": "1", "version-shared": "0"}
    assert "The password is not right" in send(desk, page("sign_session", session), {**sent, "password": "guess"}).text
    follow(desk, page("sign_session", session), {**sent, "password": PASSWORD})
    assert Note.objects.count() == 1


def test_a_guest_is_put_on_the_list(desk, session, leader):
    guest = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Thea", family_name="Osei"))
    refused = send(desk, page("add_guest", session), {"record_number": "999999", "how": "guest", "because": "Tries it."})
    assert "Nobody whom you may know of" in refused.text

    shown = follow(desk, page("add_guest", session), {"record_number": str(guest.record_number), "how": "guest", "because": "Tries it."})

    assert "OSEI, Thea" in shown.part("attendance")
    assert "Guest" in shown.part("attendance")


@pytest.fixture
def today_s_session(group):
    return make_session(group, ago=timedelta(0))


def walk_in(desk, session, who, **given):
    return send(desk, page("add_guest", session), {"record_number": str(who.record_number), **given})


def test_a_guest_has_a_reason_and_what_was_typed_stays(desk, session, leader):
    guest = make_admitted(leader, to="IOP Day")
    refused = walk_in(desk, session, guest, how="guest", because="")
    assert (refused.status, refused.invalid) == (422, {"because"})
    assert refused.form("because")["record_number"] == str(guest.record_number)


def test_who_walks_in_is_enrolled_on_the_spot_and_present(desk, today_s_session, group, leader):
    came = make_admitted(leader, to="IOP Day")

    answer = walk_in(desk, today_s_session, came, how="enrol")

    assert answer.status == 302
    assert group.enrolments.get(episode__patient=came).started_on == today()
    mark = today_s_session.attendance.get(episode__patient=came)
    assert (mark.state, mark.is_guest, mark.guest_because) == ("present", False, "")


def test_nobody_is_enrolled_where_the_group_does_not_fit_and_nothing_is_marked(desk, today_s_session, leader):
    elsewhere = make_admitted(leader, to="PHP")

    answer = walk_in(desk, today_s_session, elsewhere, how="enrol")

    assert (answer.status, today_s_session.attendance.count()) == (422, 0)
    assert "does not serve the program" in answer.text


def test_a_full_group_and_a_session_of_another_day_take_guests_only(desk, today_s_session, session, group, leader):
    offered = get(desk, page("add_guest", today_s_session)).text
    group.capacity = 1
    group.save()
    full = get(desk, page("add_guest", today_s_session)).text
    past = make_session(group, ago=timedelta(days=2))

    assert "Enrol from today" in offered
    assert "Enrol from today" not in full
    assert "is full. Who came is put on the list as a guest." in full
    assert walk_in(desk, past, make_admitted(leader, to="IOP Day"), how="enrol").status == 422


def test_the_sheet_for_the_door_has_first_names_only(desk, session):
    sheet = get(desk, page("sign_in_sheet", session))
    assert "Ro Á." in sheet.text
    assert "Álvarez" not in sheet.text
    assert "Rosa" not in sheet.text


def test_a_colleague_of_the_program_reads_and_does_not_mark(session, rosa):
    colleague = signed_in(make_clinician(works_in=["IOP Day"]))
    shown = get(colleague, page("session", session))
    assert "Mark all present" not in shown.buttons
    assert colleague.post(page("mark_attendance", session, key(rosa)), {f"state-{key(rosa)}": "present"}).status_code == 403


def test_the_page_says_who_is_new_and_leads_to_the_group_but_not_whoever_only_covers(desk, session, leader, group, rosa):
    shown = get(desk, page("session", session))
    assert "New to this group: ÁLVAREZ, Rosa In the program: 1 in week 2" in shown.part("attendance")
    assert shown.leads_to("Group") == f"/groups/{group.pk}/"
    colleague = make_clinician(works_in=["PHP"])
    sessions.cover(session, colleague=colleague, by=leader)
    assert get(signed_in(colleague), page("session", session)).leads_to("Group") is None


def test_others_learn_nothing(session):
    for user in (make_clinician(works_in=["PHP"]), make_user(Role.FRONT_DESK)):
        assert signed_in(user).get(page("session", session)).status_code == 404


def test_a_leader_without_a_relation_sees_the_group_and_no_chart(session, rosa, group):
    dana = make_clinician(works_in=["PHP"])
    group.leaders.create(user=dana, part="co_facilitator", started_on=group.started_on)
    shown = get(signed_in(dana), page("session", session))
    assert "ÁLVAREZ, Rosa" in shown.part("attendance")
    assert f"/patients/{rosa.pk}/" not in shown.html


def test_twelve_cost_as_much_as_one(desk, session, leader, group):
    follow(desk, page("session", session), {"act": "all"})
    before = cost(desk, page("session", session))
    for _ in range(4):
        enrolled(make_admitted(leader, to="IOP Day"), group, by=leader)
    follow(desk, page("session", session), {"act": "all"})
    assert cost(desk, page("session", session)) == before <= 15


def test_attendance_of_five_in_one_post_costs_as_much_as_that_of_one(desk, session, leader, group):
    def saved(state, late=0):
        sent = {"act": "save"}
        for episode in Episode.objects.all():
            sent |= {f"state-{episode.pk}": state, f"late-{episode.pk}": late}
        with CaptureQueriesContext(connection) as said:
            assert desk.post(page("session", session), sent).status_code == 302
        assert list(Attendance.objects.values_list("state", "late").distinct()) == [(state, late)]
        return len(said)

    follow(desk, page("session", session), {"act": "all"})
    saved("late", 5)  # the names of the staff are kept from here on
    before = saved("late", 10), saved("present")
    for _ in range(4):
        enrolled(make_admitted(leader, to="IOP Day"), group, by=leader)
    follow(desk, page("session", session), {"act": "all"})
    assert (saved("late", 10), saved("present")) == before
    assert before[0] <= 12


def test_a_cancelled_session_takes_nothing(desk, session, rosa, leader):
    sessions.cancel(session, because="The heating is out.", by=leader)
    shown = get(desk, page("session", session))
    assert "The heating is out." in shown.text
    assert send(desk, page("session", session), {"act": "all"}).status == 422


def test_a_near_copy_is_not_ticked_and_asks_for_its_reason(desk, session, rosa, joon, settings):
    settings.NOTE_COPY_WORDS = 5
    follow(desk, page("session", session), {"act": "all"})
    follow(desk, page("session", session), {"act": "save", **written(rosa), **written(joon)})
    assert "Sign 0 notes" in get(desk, page("sign_session", session)).buttons

    versions = {f"version-{key(rosa)}": "1", "version-shared": "0", "sign": str(key(rosa))}
    refused = send(desk, page("sign_session", session), versions)
    assert (refused.status, Note.objects.count()) == (422, 0)
    assert "write why this note is nearly the same" in refused.text

    follow(desk, page("sign_session", session), {**versions, f"why-{key(rosa)}": "They worked as a pair."})
    assert "They worked as a pair." in get(desk, reverse("note", args=[Note.objects.get().pk])).part("alike")
