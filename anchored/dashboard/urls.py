"""Home, Today, Continuum, Caseloads."""

from django.urls import path

from . import caseload_views, review_views, views
from .appointments import views as appointments

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.day, name="today"),
    path("today/still/<slug:part>/", views.today_part, name="today_part"),
    path("tasks/", views.tasks, name="tasks"),
    path("appointments/", appointments.my_week, name="appointments"),
    path("appointments/<uuid:appointment_id>/move/", appointments.move, name="move_appointment"),
    path("appointments/<uuid:appointment_id>/cancel/", appointments.cancel, name="cancel_appointment"),
    path("continuum/", views.continuum, name="continuum"),
    path("caseloads/", caseload_views.caseloads, name="caseloads"),
    path("caseloads/overdue/", caseload_views.caseload_items, name="caseload_items"),
    path("caseloads/<int:user_id>/", caseload_views.caseload, name="caseload"),
    path("caseloads/<int:user_id>/sheet/", caseload_views.caseload_sheet, name="caseload_sheet"),
    path("caseloads/<int:user_id>/review/", review_views.review_caseload, name="review_caseload"),
    path("caseloads/reviews/<uuid:caseload_review_id>/", review_views.caseload_review, name="caseload_review"),
    path("caseloads/reviews/<uuid:caseload_review_id>/addendum/", review_views.add_to_caseload_review, name="add_to_caseload_review"),
    path("follow-ups/", review_views.follow_ups, name="follow_ups"),
    path("follow-ups/<uuid:finding_id>/", review_views.answer_follow_up, name="answer_follow_up"),
]
in_the_chart = [path("<uuid:patient_id>/appointments/new/", appointments.book, name="book")]
