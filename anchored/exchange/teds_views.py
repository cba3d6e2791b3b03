"""What the state is told: which records lack something, and the file itself."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui import exports

from .teds import discharging, exporting, gaps
from .teds.codebook import COLUMNS

ROWS = 50
KINDS = {"admissions": (gaps.admissions, gaps.OF_ADMISSION), "discharges": (gaps.discharges, gaps.OF_DISCHARGE)}


@require_GET
@requires(Permission.CHECK_TEDS)
def teds(request):
    """Admissions or discharges of a year that lack something: by name for whoever may open the chart, the others as a number."""
    kind, year = _asked(request)
    rows, items = KINDS[kind]
    lacking = rows(year)
    page = Paginator(gaps.visible_to(request.user, lacking), ROWS).get_page(request.GET.get("page"))
    lines = [(row, row.episode.patient, gaps.of(row, items)) for row in page]
    trail.record_seen("list.shown", [patient.pk for _, patient, _ in lines], by=request.user, screen="teds")
    context = {"kind": kind, "year": year, "years": range(today().year, today().year - 10, -1), "page": page, "lines": lines}
    context["others"] = lacking.count() - page.paginator.count
    context["may_send"] = request.user.holds(Permission.SEND_TEDS)
    context["lacks_provider"] = not settings.TEDS_PROVIDER or settings.STATE_FIPS < 0
    return render(request, "exchange/teds.html", context)


@require_GET
@requires(Permission.SEND_TEDS)
def teds_file(request):
    """All admissions of a year as TEDS-A rows, or all exits as discharge rows."""
    kind, year = _asked(request)
    if kind == "admissions":
        admissions = exporting.of_year(year)
        header, count = COLUMNS, admissions.count()
        rows = ([int(row[column]) for column in COLUMNS] for row in exporting.rows(admissions))
    else:
        header, rows, count = discharging.COLUMNS, discharging.rows(year), discharging.count(year)
    how = {"count": count, "format": "csv", "year": year, "rows_of": kind}
    return exports.send(request, "teds.exported", name=f"teds-{kind}-{year}", header=header, rows=rows, **how)


def _asked(request):
    kind, year = request.GET.get("rows"), request.GET.get("year", "")
    is_year = len(year) == 4 and year.isascii() and year.isdecimal() and 1900 <= int(year) < 2200
    return kind if kind in KINDS else "admissions", int(year) if is_year else today().year
