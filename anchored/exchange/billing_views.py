"""Services for billing: a month on screen, and the same as a file."""

from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui import exports
from patients.models import Program

from . import billing

ROWS, YEARS = 50, range(1900, 2200)
READY = {"ready": True, "not": False}


@require_GET
@requires(Permission.EXPORT_BILLING)
def services_for_billing(request):
    """The services of a month, with what stands in the way of each."""
    asked = _asked(request)
    rows = _rows(request.user, asked)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    shown = list(page)
    context = {
        "page": page,
        "rows": [(service, billing.credential(service), billing.why_not(service)) for service in shown],
        "asked": asked,
        "month": _month(asked["month"]),
        "programs": Program.objects.order_by("name"),
        "file": f"{reverse('billing_file')}?{urlencode(asked)}",
        "shows": [("", "All"), ("ready", "Ready"), ("not", "Not ready")],
    }
    response = render(request, "exchange/billing.html", context)
    trail.record_seen("list.shown", sorted({service.patient_id for service in shown}), by=request.user, screen="billing")
    return response


@require_GET
@requires(Permission.EXPORT_BILLING)
def billing_file(request):
    """The same rows, all of them."""
    asked = _asked(request)
    rows = _rows(request.user, asked)
    people = sorted(set(rows.order_by().values_list("episode__patient_id", flat=True)))
    if people:
        trail.record_seen("list.shown", people, by=request.user, screen="billing.exported")
    how = {"header": billing.HEADER, "rows": billing.stream(rows), "count": rows.count(), "format": "csv"}
    return exports.send(request, "billing.exported", name=f"services-{asked['month']}", **how, **asked)


def _rows(user, asked):
    return billing.services(user, _month(asked["month"]), program=asked["program"] or None, ready=READY.get(asked["show"]))


def _asked(request):
    """The month, program and state that are asked for; what is none is this month, every program, all."""
    month, program, show = (request.GET.get(name, "") for name in ("month", "program", "show"))
    programs = {str(key) for key in Program.objects.values_list("pk", flat=True)}
    return {
        "month": f"{_month(month):%Y-%m}",
        "program": program if program in programs else "",
        "show": show if show in READY else "",
    }


def _month(text):
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)
    return month if month.year in YEARS else today().replace(day=1)
