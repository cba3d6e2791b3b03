"""Addresses of plans; those that stand in the chart are `of_a_patient`."""

from django.urls import path

from .views import events, in_error, notes, plans, prevention, printed, reviews

of_a_patient = [
    path("<uuid:patient_id>/plan/", plans.chart_plan, name="plan"),
    path("<uuid:patient_id>/plan/start/", plans.start_plan, name="start_plan"),
    path("<uuid:patient_id>/notes/", notes.note_list, name="notes"),
    path("<uuid:patient_id>/notes/new/", notes.new_note, name="new_note"),
    path("<uuid:patient_id>/notes/<uuid:note_id>/", notes.draft, name="draft"),
    path("<uuid:patient_id>/relapse-prevention/", prevention.prevention_plan, name="prevention"),
    path("<uuid:patient_id>/relapse-prevention/pdf/", printed.prevention_pdf, name="prevention_pdf"),
    path("<uuid:patient_id>/relapse-prevention/gone-through/", prevention.go_through_prevention, name="go_through_prevention"),
    path("<uuid:patient_id>/relapse-prevention/add/<slug:section>/", prevention.add_prevention, name="add_prevention"),
    path("<uuid:patient_id>/relapse-prevention/<uuid:wording_id>/", prevention.edit_prevention, name="edit_prevention"),
    path("<uuid:patient_id>/relapse-prevention/<uuid:wording_id>/place/", prevention.place_prevention, name="place_prevention"),
    path("<uuid:patient_id>/relapse-prevention/<uuid:wording_id>/remove/", prevention.remove_prevention, name="remove_prevention"),
    path("<uuid:patient_id>/relapse-prevention/<uuid:wording_id>/put-back/", prevention.put_back_prevention, name="put_back_prevention"),
]
urlpatterns = [
    path("plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/about/", plans.about_plan, name="about_plan"),
    path("plans/<uuid:plan_id>/add/<slug:kind>/<uuid:parent_id>/", plans.add_row, name="add_plan_row"),
    path("plans/<uuid:plan_id>/rows/<uuid:row_id>/", plans.edit_row, name="edit_plan_row"),
    path("plans/<uuid:plan_id>/rows/<uuid:row_id>/place/", plans.place_row, name="place_plan_row"),
    path("plans/<uuid:plan_id>/rows/<uuid:row_id>/remove/", plans.remove_row, name="remove_plan_row"),
    path("plans/<uuid:plan_id>/rows/<uuid:row_id>/put-back/", plans.put_back_row, name="put_back_plan_row"),
    path("plans/<uuid:plan_id>/sign/", plans.sign_plan, name="sign_plan"),
    path("plans/<uuid:plan_id>/word/", plans.plan_word, name="plan_word"),
    path("plans/<uuid:plan_id>/cosign/", plans.cosign_plan, name="cosign_plan"),
    path("plans/<uuid:plan_id>/rewrite/", plans.rewrite_plan, name="rewrite_plan"),
    path("plans/<uuid:plan_id>/compare/", plans.compare_plan, name="compare_plan"),
    path("plans/<uuid:plan_id>/event/", events.plan_event, name="plan_event"),
    path("plans/<uuid:plan_id>/review/", reviews.review_plan, name="review_plan"),
    path("plans/reviews/<uuid:review_id>/", reviews.plan_review, name="plan_review"),
    path("plans/<uuid:plan_id>/thread/<uuid:root>/", notes.thread, name="thread"),
    path("plans/<uuid:plan_id>/pdf/", printed.plan_pdf, name="plan_pdf"),
    path("plans/reviews/<uuid:review_id>/pdf/", printed.review_pdf, name="review_pdf"),
    path("notes/<uuid:note_id>/pdf/", printed.note_pdf, name="note_pdf"),
    path("notes/<uuid:note_id>/", notes.note, name="note"),
    path("notes/<uuid:note_id>/sign/", notes.sign_note, name="sign_note"),
    path("notes/<uuid:note_id>/discard/", notes.discard_note, name="discard_note"),
    path("notes/<uuid:note_id>/addendum/", notes.add_addendum, name="add_addendum"),
    path("notes/<uuid:note_id>/in-error/", in_error.say_in_error, name="say_in_error"),
    path("notes/<uuid:note_id>/in-error/decide/", in_error.decide_in_error, name="decide_in_error"),
    path("notes/<uuid:note_id>/correct/", notes.correct_note, name="correct_note"),
    path("notes/<uuid:note_id>/cosign/", notes.cosign_note, name="cosign_note"),
    path("cosign/", notes.cosign_queue, name="cosign_queue"),
]
