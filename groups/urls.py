"""Addresses of groups; those that stand in the chart are `in_the_chart`."""

from django.urls import path

from .views import (
    absences,
    apart,
    calls,
    changing,
    corrections,
    enrolments,
    group,
    guest,
    of_a_patient,
    one_meeting,
    session,
    short,
    timetable,
    waiting,
)

in_the_chart = [
    path("<uuid:patient_id>/groups/", of_a_patient.chart_groups, name="groups"),
    path("<uuid:patient_id>/groups/apart/", apart.keep_apart, name="keep_apart"),
    path("<uuid:patient_id>/absences/", absences.chart_absences, name="absences"),
    path("<uuid:patient_id>/make-up/<uuid:meeting_id>/", short.make_up, name="make_up"),
]
urlpatterns = [
    path("groups/", timetable.timetable, name="timetable"),
    path("groups/short/", short.short_of_hours, name="short_of_hours"),
    path("absences/", absences.absences_to_call, name="absences_to_call"),
    path("absences/decide/", absences.absences_to_decide, name="absences_to_decide"),
    path("make-ups/<uuid:make_up_id>/cancel/", short.cancel_make_up, name="cancel_make_up"),
    path("groups/<uuid:group_id>/", group.group, name="group"),
    path("groups/<uuid:group_id>/enrol/", group.enrol, name="enrol"),
    path("groups/<uuid:group_id>/edit/", changing.edit_group, name="edit_group"),
    path("groups/<uuid:group_id>/edit/time/", changing.add_slot, name="add_slot"),
    path("groups/<uuid:group_id>/edit/end/", changing.end_slot, name="end_slot"),
    path("groups/<uuid:group_id>/edit/leader/", changing.change_leader, name="change_leader"),
    path("enrolments/<uuid:enrolment_id>/end/", enrolments.end_enrolment, name="end_enrolment"),
    path("waits/<uuid:waiting_id>/enrol/", waiting.enrol_who_waits, name="enrol_who_waits"),
    path("waits/<uuid:waiting_id>/end/", waiting.end_waiting, name="end_waiting"),
    path("apart/<uuid:kept_id>/end/", apart.end_apart, name="end_apart"),
    path("sessions/<uuid:session_id>/cancel/", one_meeting.cancel_session, name="cancel_session"),
    path("sessions/<uuid:session_id>/move/", one_meeting.move_session, name="move_session"),
    path("sessions/<uuid:session_id>/cover/", one_meeting.cover_session, name="cover_session"),
    path("sessions/<uuid:session_id>/", session.session, name="session"),
    path("sessions/<uuid:session_id>/mark/<uuid:episode_id>/", session.mark_row, name="mark_attendance"),
    path("sessions/<uuid:session_id>/part/<uuid:episode_id>/", session.keep_part, name="keep_part"),
    path("sessions/<uuid:session_id>/relatives/<uuid:episode_id>/", session.keep_relatives, name="keep_relatives"),
    path("sessions/<uuid:session_id>/shared/", session.keep_shared, name="keep_shared"),
    path("sessions/<uuid:session_id>/guest/", guest.add_guest, name="add_guest"),
    path("sessions/<uuid:session_id>/told/<uuid:episode_id>/", calls.tell_member, name="tell_member"),
    path("attendance/<uuid:mark_id>/correct/", corrections.correct_attendance, name="correct_attendance"),
    path("corrections/<uuid:amendment_id>/decide/", corrections.decide_correction, name="decide_correction"),
    path("sessions/<uuid:session_id>/sign/", session.sign_session, name="sign_session"),
    path("sessions/<uuid:session_id>/sheet/", session.sign_in_sheet, name="sign_in_sheet"),
    path("sessions/<uuid:session_id>/leader-sheet/", session.leader_sheet, name="leader_sheet"),
]
