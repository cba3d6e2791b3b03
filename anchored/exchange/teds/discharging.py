"""The record as discharge rows, in submission codes. One query, read as a stream.

There is a row for each exit from a setting: a move to a program of another setting is an exit with reason 4, the discharge is one
with its own reason. What is asked again at the discharge and that the record does not hold says 98, not collected: frequency of use,
living arrangement, employment, arrests, self-help, and what belongs to mental health. Substances and education are those of the
admission. Left out, for their codes were not verified: diagnosis code set, mental-health diagnoses, CGAS/GAF.
"""

from itertools import groupby

from django.conf import settings
from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from patients.models import Discharge, Service, Stay
from treatment_plans.models import DischargeSummary

from .codebook import RANKS
from .states import POSTAL

COLUMNS = (
    *("system_transaction_type", "state_code", "reporting_date", "provider_id", "client_id", "codependent", "service_setting"),
    *("last_contact_date", "discharge_date", "discharge_reason"),
    *("substance_primary", "substance_secondary", "substance_tertiary"),
    *("frequency_primary", "frequency_secondary", "frequency_tertiary"),
    *("living_arrangement", "employment", "not_in_labor_detail", "arrests_30d", "self_help_30d", "client_transaction_type"),
    *("smi_sed", "school_attendance", "education", "admission_date", "admission_service_setting"),
)
UNKNOWN, NOT_COLLECTED, TRANSFERRED = "97", "98", "4"
AT_A_TIME = 2_000
USES = "episode__admission__substances"
FACTS = (
    *("episode", "started_on", "ended_on", "program__teds_setting", "episode__ended_on", "episode__patient__record_number"),
    *("why", "contact", "served", "episode__admission__education", *(f"use_{rank}__substance" for rank in RANKS)),
)


def exits(year):
    """The stays of the episodes in which somebody left a program in a year, episode by episode."""
    in_year = Stay.objects.standing().filter(episode=OuterRef("episode"), ended_on__year=year)
    return Stay.objects.standing().filter(Exists(in_year))


def rows(year):
    """Each exit of the year as the cells of COLUMNS."""
    facts = _with_relations(exits(year)).order_by("episode__started_on", "episode", "started_on", "opened_at").values(*FACTS)
    for _, stays in groupby(facts.iterator(chunk_size=AT_A_TIME), key=lambda stay: stay["episode"]):
        runs = _runs(list(stays))
        for number, run in enumerate(runs):
            if run[-1]["ended_on"] and run[-1]["ended_on"].year == year:
                yield _row(run, is_last=number == len(runs) - 1)


def count(year):
    """How many rows there are."""
    return sum(1 for _ in rows(year))


def _runs(stays):
    """Stays one after the other in the same setting are one."""
    return [list(run) for _, run in groupby(stays, key=lambda stay: stay["program__teds_setting"])]


def _with_relations(stays):
    in_force = Discharge.objects.filter(episode=OuterRef("episode"), undone_at=None)
    summary = DischargeSummary.objects.filter(episode=OuterRef("episode"), sealed_at__isnull=False, discharge__undone_at=None)
    served = Service.objects.standing().filter(episode=OuterRef("episode")).order_by("-started_at").annotate(day=TruncDate("started_at"))
    uses = {f"use_{rank}": FilteredRelation(USES, condition=Q(**{f"{USES}__rank": rank})) for rank in RANKS}
    return stays.annotate(
        why=Subquery(in_force.values("reason__teds_code")[:1]),
        contact=Subquery(summary.values("last_contact_on")[:1]),
        served=Subquery(served.values("day")[:1]),
        **uses,
    )


def _row(run, *, is_last):
    begun, ended = run[0], run[-1]
    left = is_last and ended["episode__ended_on"] is not None
    contact = (ended["contact"] or ended["served"]) if left else ended["ended_on"]
    used = [_code(ended[f"use_{rank}__substance"]) for rank in RANKS]
    again = [NOT_COLLECTED] * 8
    return [
        *("A", POSTAL.get(settings.STATE_FIPS, ""), f"{ended['ended_on']:%m%Y}", settings.TEDS_PROVIDER),
        *(str(ended["episode__patient__record_number"]), "2", str(ended["program__teds_setting"])),
        *(_day(min(contact, ended["ended_on"])) if contact else "", _day(ended["ended_on"]), ended["why"] if left else TRANSFERRED),
        *(*used, *again, "D", NOT_COLLECTED, NOT_COLLECTED),
        *(_code(ended["episode__admission__education"]), _day(begun["started_on"]), str(begun["program__teds_setting"])),
    ]


def _code(code):
    """A submission code; what came from the public-use file and could be several says unknown."""
    return UNKNOWN if not code or code.startswith("P") else code


def _day(day):
    return f"{day:%m%d%Y}"
