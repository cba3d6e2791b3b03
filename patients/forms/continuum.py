"""Moving, discharging, undoing a discharge."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms

from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut

from .. import policies, queries, signals
from ..models import AllowedMove, Assessment, Dimension, DischargeReason, MoveBasis, Program, RatingOption, Stay
from ..models.assessment import DIMENSIONS
from .people import places

DISCHARGE = "discharge"

options_of = Kept(lambda edition: RatingOption.objects.filter(edition=edition), edition=str)
dimensions_of = Kept(lambda edition: Dimension.objects.filter(edition=edition), edition=str)
offered_bases = Kept(lambda: MoveBasis.objects.filter(offered=True))
listed_moves = Kept(lambda level: AllowedMove.objects.filter(from_level=level), level=int)
rated_in = Remembered(
    lambda episode: Assessment.objects.filter(episode=episode, sealed_at__isnull=False).select_related("made_by"), episode=UUID
)


@dataclass(frozen=True)
class Target:
    """One choice of the move form: a program, and the row of the table of moves that lists it, if one does."""

    program: Program
    move: AllowedMove | None

    @property
    def value(self):
        return str(self.program.pk)

    @property
    def name(self):
        return self.program.name

    @property
    def is_full(self):
        return self.program.is_full

    @property
    def is_next(self):
        return self.move is not None and self.move.is_next_step

    @property
    def meta(self):
        """How it stands there: "Next step, 2 places"."""
        if self.is_next:
            kind = "Next step"
        else:
            kind = self.move.get_kind_display() if self.move else "Outside the table of moves"
        return f"{kind}, {places(self.program)}"

    @property
    def outcomes(self):
        """What will happen."""
        said = [f"Staff of {self.program} are asked to accept", f"Day 1 in {self.program} is the start date"]
        if not self.move:
            said.append("History shows that a supervisor approved it")
        if self.program.review_days:
            said.append(f"The level of care is reviewed within {self.program.review_days} days")
        return said


class Leaving:
    """The last choice: out of care, on its own page."""

    value, name, meta = DISCHARGE, "Discharge…", "Opens its own page"
    is_full = is_next = False
    outcomes = ("Opens the discharge page",)


class RatingFields:
    """Six selects in the words of an edition, prefilled from the last rating in the same edition."""

    def add_ratings(self, stay):
        self.rated_from, self.edition = stay, stay.program.level.edition
        edition = self.edition
        options = [(option.value, str(option)) for option in options_of(edition=edition)]
        for dimension in dimensions_of(edition=edition):
            name = f"rating_{dimension.number}"
            empty = "Not rated" if dimension.is_rated else "Not rated in this edition"
            choices = [("", empty), *(options if dimension.is_rated else [])]
            label = f"{dimension.number} {dimension.short_name}"
            initial = "" if self.is_bound else getattr(self.last, name, "")
            self.add(name, forms.ChoiceField(label=label, choices=choices, required=False, initial=initial))

    @cached_property
    def rated(self):
        """The signed ratings of the episode, the latest first."""
        return rated_in(episode=self.rated_from.episode_id)

    @property
    def last(self):
        return next((rating for rating in self.rated if rating.edition == self.edition), None)

    @property
    def last_in_other_words(self):
        return self.rated[0] if self.rated and not self.last else None

    def rating_fields(self):
        return [self[f"rating_{number}"] for number in DIMENSIONS]

    def ratings(self):
        return [self.cleaned_data[f"rating_{number}"] for number in DIMENSIONS]


class MoveForm(RatingFields, LaidOut, forms.Form):
    """Where to, on what basis, why, from when: one form for board, table and chart."""

    stay = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose where the patient moves to"})
    basis = forms.TypedChoiceField(label="Basis", error_messages={"required": "Choose the basis of the move"})
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
        bases = {str(basis.pk): basis for basis in offered_bases()}
        self.fields["basis"].choices = [("", "Choose the basis"), *((key, basis.label) for key, basis in bases.items())]
        self.fields["basis"].coerce = bases.get
        self.fields["stay"].initial = stay.pk
        self.fields["on"].initial = today()
        self.targets = targets(stay, user)
        self.fields["to"].choices = [(target.value, target.name) for target in self.targets]
        free = [target.value for target in self.targets if not target.is_full]
        following = next((target.value for target in self.targets if target.is_next and not target.is_full), "")
        self.fields["to"].initial = wanted if wanted in free else following
        self.add_ratings(stay)

    @cached_property
    def what_will_happen(self):
        """[(target, sentences)]: of the stay itself, and what other parts of the house know of such a move."""
        programs = [target.program for target in self.targets if target.value != DISCHARGE]
        answers: list[Any] = [answer for _, answer in signals.move_weighed.send(Stay, stay=self.rated_from, programs=programs)]
        return [
            (target, [*target.outcomes, *(words for answer in answers for words in answer.get(target.value, ()))])
            for target in self.targets
        ]

    @property
    def wants_discharge(self):
        return self.data.get("to") == DISCHARGE

    def clean_to(self):
        return next(target.program for target in self.targets if target.value == self.cleaned_data["to"])

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
    programs = queries.all_programs()
    listed = {move.to_level_id: move for move in listed_moves(level=stay.program.level_id)}
    beyond = user.holds(policies.Permission.MOVE_OUTSIDE_TABLE)
    others = [program for program in queries.running(programs) if program.pk != stay.program_id]
    rows = [Target(program, listed.get(program.level_id)) for program in others if beyond or program.level_id in listed]
    return [*sorted(rows, key=lambda target: not target.is_next), Leaving()]


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
