"""Hours of a month by patient and program: what the ledger holds and counts."""

from datetime import date

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncDate

from groups.planning import at
from patients.models import Service


def hours_by_month(year, month):
    """(patient, program, minutes) of everybody with services that count, in one statement that is read as it comes.

    A service belongs to the program where the person was on its day in the clinic's zone.
    """
    first, last = at(date(year, month, 1), 0), at(date(year + month // 12, month % 12 + 1, 1), 0)
    rows = Service.objects.standing().filter(kind__counts=True, started_at__gte=first, started_at__lt=last)
    rows = rows.annotate(day=TruncDate("started_at")).filter(
        Q(episode__stays__ended_on=None) | Q(episode__stays__ended_on__gt=F("day")), episode__stays__started_on__lte=F("day")
    )
    found = rows.order_by().values_list("episode__patient", "episode__stays__program").annotate(Sum("minutes"))
    return found.iterator(chunk_size=2000)
