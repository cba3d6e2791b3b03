"""Moving, discharging, undoing a discharge."""

from dataclasses import dataclass
from uuid import UUID

from django import forms

from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut

from .. import policies, queries
from ..models import Assessment, Dimension, DischargeReason, MoveBasis, Program, RatingOption
from ..models.assessment import DIMENSIONS
from .people import places

DISCHARGE = "discharge"

options_of = Remembered(lambda edition: RatingOption.objects.filter(edition=edition), edition=str)
dimensions_of = Remembered(lambda edition: Dimension.objects.filter(edition=edition), edition=str)
rated_in = Remembered(
    lambda episode: Assessment.objects.filter(episode=episode, sealed_at__isnull=False).select_related("made_by"), episode=UUID
)


@dataclass(frozen=True)
class Target:
    """One choice of the move form: where to, how it stands there, and what would happen."""

    value: str
    name: str
    meta: str
    is_full: bool
    is_next: bool
    outcomes: list


class RatingFields:
    """Six selects in the words of an edition, prefilled from the last rating in the same edition."""

    def add_ratings(self, stay):
        edition = stay.program.level.edition
        rated = rated_in(episode=stay.episode_id)
        self.last = next((rating for rating in rated if rating.edition == edition), None)
        self.last_in_other_words = rated[0] if rated and not self.last else None
        options = [(option.value, str(option)) for option in options_of(edition=edition)]
        for dimension in dimensions_of(edition=edition):
            name = f"rating_{dimension.number}"
            empty = "Not rated" if dimension.is_rated else "Not rated in this edition"
            choices = [("", empty), *(options if dimension.is_rated else [])]
            label = f"{dimension.number} {dimension.short_name}"
            self.add(name, forms.ChoiceField(label=label, choices=choices, required=False, initial=getattr(self.last, name, "")))

    def rating_fields(self):
        return [self[f"rating_{number}"] for number in DIMENSIONS]

    def ratings(self):
        return [self.cleaned_data[f"rating_{number}"] for number in DIMENSIONS]


class MoveForm(RatingFields, LaidOut, forms.Form):
    """Where to, on what basis, why, from when: one form for board, table and chart."""

    stay = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose where the patient moves to"})
    basis = forms.ModelChoiceField(
        MoveBasis.objects.filter(offered=True),
        label="Basis",
        empty_label="Choose the basis",
        error_messages={"required": "Choose the basis of the move"},
    )
    on = DayField(label="Starts", error_messages={"required": "Enter the start date"})
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages={"required": f"Give the reason in at least {policies.SHORTEST_REASON} characters"},
    )
    patient_took_part = forms.BooleanField(label="Patient took part in this decision", required=False)

    def __init__(self, *args, stay, user, wanted="", **kwargs):
        super().__init__(*args, **kwargs)
        self.opened_from, self.user = stay, user
        self.fields["stay"].initial = stay.pk
        self.fields["on"].initial = today()
        self.targets = targets(stay, user)
        self.fields["to"].choices = [(target.value, target.name) for target in self.targets]
        free = [target.value for target in self.targets if not target.is_full]
        following = next((target.value for target in self.targets if target.is_next and not target.is_full), "")
        self.fields["to"].initial = wanted if wanted in free else following
        self.add_ratings(stay)

    @property
    def wants_discharge(self):
        return self.data.get("to") == DISCHARGE

    def clean_to(self):
        return Program.objects.get(pk=self.cleaned_data["to"])

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if len(reason) < policies.SHORTEST_REASON:
            raise forms.ValidationError(f"Give the reason in at least {policies.SHORTEST_REASON} characters")
        return reason

    def for_move(self):
        """The arguments of `episodes.move`."""
        data = self.cleaned_data
        names = ("to", "basis", "on", "reason", "patient_took_part")
        return {**{name: data[name] for name in names}, "ratings": self.ratings()}


def targets(stay, user):
    """Programs this person may move the patient to, the table's first; then discharge, on its own page."""
    listed = {move.to_level_id: move for move in policies.moves_from(level=stay.program.level_id)}
    beyond = user.holds(policies.Permission.MOVE_OUTSIDE_TABLE)
    rows = []
    for program in queries.running(queries.programs()):
        move = listed.get(program.level_id)
        if program.pk == stay.program_id or not (move or beyond):
            continue
        rows.append(_target(program, move))
    rows.sort(key=lambda target: not target.is_next)
    rows.append(Target(DISCHARGE, "Discharge…", "Opens its own page", False, False, ["Opens the discharge page"]))
    return rows


def _target(program, move):
    is_full = program.capacity is not None and program.taken >= program.capacity
    is_next = bool(move and move.is_next_step)
    kind = "Next step" if is_next else move.get_kind_display() if move else "Outside the table of moves"
    outcomes = [f"Staff of {program} are asked to accept", f"Day 1 in {program} is the start date"]
    if not move:
        outcomes.append("History shows that a supervisor approved it")
    return Target(str(program.pk), program.name, f"{kind}, {places(program)}", is_full, is_next, outcomes)


class DischargeForm(LaidOut, forms.Form):
    stay = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ModelChoiceField(
        DischargeReason.objects.filter(offered=True),
        label="Reason",
        empty_label="Choose the reason",
        error_messages={"required": "Choose the reason of the discharge"},
    )
    on = DayField(label="Discharged on", error_messages={"required": "Enter the discharge date"})
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Where the person goes, and how to come back.",
    )

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stay"].initial = stay.pk
        self.fields["on"].initial = today()


class UndoDischargeForm(LaidOut, forms.Form):
    because = forms.CharField(
        label="Why the discharge is undone",
        max_length=500,
        min_length=policies.SHORTEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": f"Give the reason in at least {policies.SHORTEST_REASON} characters",
            "min_length": f"Give the reason in at least {policies.SHORTEST_REASON} characters",
        },
    )
