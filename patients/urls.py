"""Addresses of the patients' pages."""

from django.urls import path

from .views import care, contacts, continuum, diagnoses, find, intake, papers, people, waitlist

urlpatterns = [
    path("", find.patient_list, name="list"),
    path("new/", people.new, name="new"),
    # /patients/<patient>/
    path("<uuid:patient_id>/details/", people.details, name="details"),
    path("<uuid:patient_id>/wait/", waitlist.wait, name="wait"),
    path("<uuid:patient_id>/intake/", intake.start_intake, name="start_intake"),
    path("<uuid:patient_id>/readmit/", people.readmit, name="readmit"),
    path("<uuid:patient_id>/move/", continuum.move, name="move"),
    path("<uuid:patient_id>/undo-move/", continuum.undo_move, name="undo_move"),
    path("<uuid:patient_id>/accept/", continuum.accept, name="accept"),
    path("<uuid:patient_id>/discharge/", continuum.discharge, name="discharge"),
    path("<uuid:patient_id>/undo-discharge/", continuum.undo_discharge, name="undo_discharge"),
    path("<uuid:patient_id>/team/", care.care_team, name="team"),
    path("<uuid:patient_id>/reassign/", care.reassign, name="reassign"),
    path("<uuid:patient_id>/team/join/", care.join_team, name="join_team"),
    path("<uuid:patient_id>/team/<uuid:member_id>/leave/", care.leave_team, name="leave_team"),
    path("<uuid:patient_id>/contacts/", contacts.contact_list, name="contacts"),
    path("<uuid:patient_id>/contacts/new/", contacts.new_contact, name="new_contact"),
    path("<uuid:patient_id>/contacts/<uuid:contact_id>/", contacts.contact, name="contact"),
    path("<uuid:patient_id>/contacts/<uuid:contact_id>/remove/", contacts.remove_contact, name="remove_contact"),
    path("<uuid:patient_id>/contacts/<uuid:contact_id>/put-back/", contacts.put_back_contact, name="put_back_contact"),
    path("<uuid:patient_id>/diagnoses/", diagnoses.diagnosis_list, name="diagnoses"),
    path("<uuid:patient_id>/diagnoses/new/", diagnoses.new_diagnosis, name="new_diagnosis"),
    path("<uuid:patient_id>/diagnoses/<uuid:diagnosis_id>/", diagnoses.diagnosis, name="diagnosis"),
    path("<uuid:patient_id>/diagnoses/<uuid:diagnosis_id>/primary/", diagnoses.make_primary, name="make_primary"),
    path("<uuid:patient_id>/diagnoses/<uuid:diagnosis_id>/resolve/", diagnoses.resolve_diagnosis, name="resolve_diagnosis"),
    path("<uuid:patient_id>/diagnoses/<uuid:diagnosis_id>/error/", diagnoses.mistaken_diagnosis, name="mistaken_diagnosis"),
    path("<uuid:patient_id>/reach/", contacts.reach, name="reach"),
    path("<uuid:patient_id>/times/", contacts.times, name="times"),
    path("<uuid:patient_id>/times/<uuid:commitment_id>/end/", contacts.end_time, name="end_time"),
    path("<uuid:patient_id>/documents/", papers.documents, name="documents"),
    path("<uuid:patient_id>/documents/<int:template_id>/", papers.paper, name="paper"),
    path("<uuid:patient_id>/documents/papers/<uuid:paper_id>/", papers.taken_paper, name="taken_paper"),
    path("<uuid:patient_id>/documents/scans/<uuid:scan_id>/", papers.scan, name="scan"),
    path("<uuid:patient_id>/documents/scans/<uuid:scan_id>/withdraw/", papers.withdraw_scan, name="withdraw_scan"),
    path("<uuid:patient_id>/flags/", care.safety_flags, name="flags"),
    path("<uuid:patient_id>/flags/<uuid:flag_id>/close/", care.close_flag, name="close_flag"),
    path("<uuid:patient_id>/assess/", care.assess, name="assess"),
    path("<uuid:patient_id>/assessments/<uuid:assessment_id>/", care.assessment, name="assessment"),
]
