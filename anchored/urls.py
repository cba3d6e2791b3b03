"""All addresses of the house."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from anchored.chart import urls as chart
from anchored.dashboard import urls as dashboard
from groups import urls as groups
from patients import urls as patients
from patients.views import find, merges, privacy, referrals, waitlist
from patients.views import intake as intakes
from treatment_plans import urls as plans

admin.site.unregister([Group, EmailAddress])  # roles are code, mail is a field of the person
admin.site.login = secure_admin_login(admin.site.login)

in_the_chart = patients.urlpatterns + chart.urlpatterns + plans.of_a_patient + groups.in_the_chart + dashboard.in_the_chart
urlpatterns = [
    path("", include("anchored.dashboard.urls")),
    path("search/", find.search, name="search"),
    path("continuum/waitlist/", waitlist.waitlist, name="waitlist"),
    path("continuum/waitlist/<uuid:entry_id>/offer/", waitlist.offer_place, name="offer_place"),
    path("continuum/waitlist/<uuid:entry_id>/turn-down/", waitlist.turn_down_place, name="turn_down_place"),
    path("continuum/waitlist/<uuid:entry_id>/contact/", waitlist.log_waiting, name="log_waiting"),
    path("continuum/waitlist/<uuid:entry_id>/end/", waitlist.give_up_waiting, name="give_up_waiting"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/new/", referrals.new_referral, name="new_referral"),
    path("referrals/<uuid:referral_id>/", referrals.referral, name="referral"),
    # /intake/<intake>/
    path("intake/<uuid:intake_id>/", intakes.intake, name="intake"),
    path("intake/<uuid:intake_id>/check/", intakes.intake_check, name="intake_check"),
    path("intake/<uuid:intake_id>/end/", intakes.end_intake, name="end_intake"),
    path("intake/<uuid:intake_id>/<slug:step>/", intakes.intake_step, name="intake_step"),
    path("", include("anchored.exchange.urls")),  # before reports: /reports/teds/ is no report
    path("reports/", include("anchored.reports.urls")),
    path("restricted/", privacy.restricted, name="restricted"),
    path("duplicates/", merges.duplicates, name="duplicates"),
    path("duplicates/<uuid:merge_id>/", merges.merge, name="merge"),
    path("duplicates/<uuid:one_id>/<uuid:other_id>/", merges.propose_merge, name="propose_merge"),
    path("patients/", include((in_the_chart, "patients"))),
    path("", include("treatment_plans.urls")),
    path("", include("groups.urls")),
    path("", include("anchored.ui.urls")),
    path("accounts/", include("anchored.accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "anchored.ui.errors.bad_request"
handler403 = "anchored.ui.errors.permission_denied"
handler404 = "anchored.ui.errors.page_not_found"
handler500 = "anchored.ui.errors.server_error"
