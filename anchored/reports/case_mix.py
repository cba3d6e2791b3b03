"""Who comes, beside the national counts of treatment admissions."""

from collections import Counter

from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from patients import coded, queries
from patients.models import Admission, Stay
from patients.reference import read

from .table import Chart, Figure, Report, Table, share

NATIONAL = read("teds_a_2017_codes.json")
CODES = NATIONAL["variables"]["SUB1"]["codes"]
NOT_KNOWN = "-9"


def build(scope, period):
    """One row for each primary substance, and their sum. Two statements."""
    programs = period.of(queries.rules())
    counts = Counter(coded.to_puf("substance", code or "") for code, program in _admissions(scope, period) if program in programs)
    whole = sum(counts.values())
    known = sorted((code for code in CODES if code != NOT_KNOWN), key=int)
    rows = [_row(CODES[code][0], counts[code], whole, CODES[code][1]) for code in [*known, NOT_KNOWN]] if whole else []
    rows += [_row("All", whole, whole, NATIONAL["total_admissions"])] if rows else []
    heads = ["Primary substance", "Admissions", "Share here", "Share in the United States"]
    return Table(heads, rows, has_sum=True), Chart("bars", [1], "Admissions by primary substance")


def _admissions(scope, period):
    first = Stay.objects.filter(episode=OuterRef("episode"), previous=None)
    rows = Admission.objects.filter(episode__in=scope.episodes().values("pk"), episode__started_on__range=(period.start, period.end))
    rows = rows.annotate(main_use=FilteredRelation("substances", condition=Q(substances__rank=1)))
    rows = rows.annotate(program=Subquery(first.values("program")[:1])).order_by()
    return rows.values_list("main_use__substance", "program")


def _row(label, count, whole, nation):
    percent = 100 * nation / NATIONAL["total_admissions"]
    return (label, count, share(count, whole), Figure(f"{percent:.1f}%", percent))


REPORT = Report(
    slug="case-mix",
    title="Who comes, compared with the nation?",
    about="Admissions by primary substance, beside the national counts.",
    terms=(
        "Counted are admissions in this time by their primary substance, in the groups of the public-use file of TEDS.",
        (
            f"The national shares are those of {NATIONAL['total_admissions']:,} admissions of 2017 in the United States, by the "
            f"{NATIONAL['source']}. They are older than the admissions here, and of all kinds of treatment."
        ),
        "Shares are of all admissions, those whose substance is not known included.",
    ),
    build=build,
)
