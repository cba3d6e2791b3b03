"""Addresses of groups and their sessions."""

from django.urls import path

from .views import session

urlpatterns = [
    path("sessions/<uuid:session_id>/", session.session, name="session"),
    path("sessions/<uuid:session_id>/mark/<uuid:episode_id>/", session.mark_row, name="mark_attendance"),
    path("sessions/<uuid:session_id>/part/<uuid:episode_id>/", session.keep_part, name="keep_part"),
    path("sessions/<uuid:session_id>/shared/", session.keep_shared, name="keep_shared"),
    path("sessions/<uuid:session_id>/guest/", session.add_guest, name="add_guest"),
    path("sessions/<uuid:session_id>/sign/", session.sign_session, name="sign_session"),
    path("sessions/<uuid:session_id>/sheet/", session.sign_in_sheet, name="sign_in_sheet"),
]
