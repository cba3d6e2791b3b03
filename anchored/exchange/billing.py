"""Delivered services as a biller needs them: code, units, and in words why one cannot be billed yet. No names, no word of a note."""

from datetime import date, datetime, time, timedelta

from django.db.models import Case, CharField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.formats import date_format

from anchored.ground.intervals import in_force
from anchored.signing.models import Signature
from patients.models import Assessment, Patient, Service, ServiceKind, Stay
from treatment_plans.models import Note, Plan

AT_A_TIME = 500
HEADER = [
    *("Date", "Record number", "Service", "Billing code", "Minutes", "Units", "Signed", "Plan in force", "Credential"),
    *("Level authorized", "Ready", "Why not"),
]


def services(user, month, *, program=None, ready=None):
    """The standing services of a month whose patients this person sees, each with what billing asks. One statement."""
    seen = Patient.objects.visible_to(user).values("pk")
    rows = Service.objects.standing().filter(
        started_at__gte=_begin(month), started_at__lt=_begin(following(month)), episode__patient__in=seen
    )
    rows = _with_facts(rows.annotate(day=TruncDate("started_at")))
    if program is not None:
        there = Stay.objects.standing().filter(in_force(OuterRef("day")), episode=OuterRef("episode"), program=program)
        rows = rows.filter(Exists(there))
    if ready is not None:
        rows = rows.filter(READY) if ready else rows.exclude(READY)
    return rows.select_related("kind", "episode__patient").order_by("started_at", "pk")


def following(month):
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _begin(day: date):
    return timezone.make_aware(datetime.combine(day.replace(day=1), time()))


def _with_facts(rows):
    """The standing note, who signed it, the plan of that day, the level that the payer authorized last."""
    standing = Note.objects.filter(sealed_at__isnull=False, replaced_at=None, in_error_at=None, returned_at=None).order_by("-sealed_at")
    own = standing.filter(service=OuterRef("pk"))
    corrected = standing.filter(_note_of_an_amendment())
    rows = rows.annotate(note_id=Coalesce(Subquery(own.values("pk")[:1]), Subquery(corrected.values("pk")[:1])))
    signatures = Signature.objects.filter(document_type="treatment_plans.note", document_id=OuterRef("note_id"), meaning="author")
    plans = Plan.objects.annotate(since=TruncDate("in_force_at"), until=TruncDate("superseded_at")).filter(
        Q(until=None) | Q(until__gte=OuterRef("day")), episode=OuterRef("episode"), since__lte=OuterRef("day")
    )
    rated = Assessment.objects.filter(episode=OuterRef("episode"), made_on__lte=OuterRef("day"), authorised__isnull=False)
    return rows.annotate(
        units=_units(),
        signed_at=Subquery(Note.objects.filter(pk=OuterRef("note_id")).values("sealed_at")[:1]),
        waits=Exists(Note.objects.filter(pk=OuterRef("note_id"), needs_cosign=True, cosigned_at=None)),
        signer=Coalesce(Subquery(signatures.values("name_as_signed")[:1]), Value(""), output_field=CharField()),
        plan_number=Subquery(plans.order_by("-number").values("number")[:1]),
        authorised=Subquery(rated.order_by("-made_on", "-made_at").values("authorised__name")[:1]),
    )


def _note_of_an_amendment():
    """After a correction of attendance: the note of the mark, or what corrected that note once or twice."""
    found = Q()
    for steps in ("", "corrects__", "corrects__corrects__"):
        found |= Q(**{f"{steps}attendance__amendments__service": OuterRef("pk")})
    return found


def _units():
    """As `ServiceKind.units_of` counts them; whole numbers are divided down in both databases."""
    unit, minutes, how = F("kind__unit_minutes"), F("minutes"), ServiceKind.Rounding
    counted = Case(
        When(kind__unit_minutes=None, then=Value(1)),
        When(kind__rounding=how.UP, then=(minutes + unit - 1) / unit),
        When(kind__rounding=how.HALF, then=(minutes + unit / 2) / unit),
        default=minutes / unit,
    )
    return ExpressionWrapper(counted, output_field=IntegerField())


HAS_PLAN = Q(kind__needs_plan=False) | Q(plan_number__isnull=False)
READY = ~Q(kind__billing_code="") & Q(units__gte=1) & HAS_PLAN & Q(note_id__isnull=False, waits=False, signer__contains=", ")


def why_not(service):
    """What stands in the way, in words; empty when nothing does."""
    day = date_format(service.day)
    reasons = [
        (not service.kind.billing_code, "No billing code"),
        (service.units < 1, "Less than one unit"),
        (service.kind.needs_plan and service.plan_number is None, f"No plan in force on {day}"),
        (service.note_id is None, "Not signed"),
        (service.waits, "Waits for a cosignature"),
        (service.note_id is not None and not credential(service), "Signed without a credential"),
    ]
    return [words for stands, words in reasons if stands]


def credential(service):
    """What stood behind the name of whoever signed, on the day of the signature."""
    return service.signer.partition(", ")[2]


def cells(service):
    """One service as a row under HEADER."""
    reasons = why_not(service)
    return [
        service.day.isoformat(),
        service.episode.patient.record_number,
        service.kind.name,
        service.kind.billing_code,
        service.minutes,
        service.units,
        timezone.localdate(service.signed_at).isoformat() if service.signed_at else "",
        f"Version {service.plan_number}" if service.plan_number else "",
        credential(service),
        service.authorised or "",
        "No" if reasons else "Yes",
        ". ".join(reasons),
    ]


def stream(rows):
    """Every row, read a few hundred at a time: how many there are does not matter."""
    return (cells(service) for service in rows.iterator(chunk_size=AT_A_TIME))
