"""The list of reports, and one report: as a page or as a file."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui import exports
from patients import queries

from .drawing import drawn
from .period import PeriodForm
from .register import REPORTS
from .scope import Scope


@require_GET
@requires(Permission.SEE_REPORTS)
def reports(request):
    """All questions."""
    may_check_teds = request.user.holds(Permission.CHECK_TEDS)
    return render(request, "reports/list.html", {"reports": REPORTS.values(), "may_check_teds": may_check_teds})


@require_GET
@requires(Permission.SEE_REPORTS)
def report(request, slug):
    """One question, answered for a time and for the programs chosen."""
    if slug not in REPORTS:
        raise Http404("No such report.")
    asked, scope = REPORTS[slug], Scope(request.user)
    form = PeriodForm(request.GET, scope=scope, programs=queries.rules(), days=asked.days)
    table, chart = asked.build(scope, form.period)
    table = table.without_small_cells(scope.limit)
    if request.GET.get("format") in exports.FORMATS:
        facts = {"report": slug, "whole": scope.is_whole, **form.period.facts}
        how = {"count": len(table.rows), "format": request.GET["format"], **facts}
        return exports.send(request, "report.exported", name=_name(slug, form.period), header=table.heads, rows=_plain(table), **how)
    trail.record("report.shown", by=request.user, report=slug, **form.period.facts)
    context = {"report": asked, "form": form, "period": form.period, "table": table, "scope": scope, "today": today()}
    return render(request, "reports/report.html", context | {"chart": chart, "drawing": drawn(chart, table)})


def _name(slug, period):
    return f"{slug}-{period.start}-{period.end}"


def _plain(table):
    """Cells as a file holds them: counts as numbers, the rest as words."""
    return ([cell if type(cell) is int else str(cell) for cell in row] for row in table.rows)
