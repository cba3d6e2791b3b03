"""The clinic's own rows that the demo stands on: programs, lists and the table of moves, as they are in this database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from patients.models import AllowedMove, DiagnosisCode, DischargeReason, MoveBasis, PaperTemplate, Program, ProgramRule

from . import places


@dataclass(frozen=True)
class House:
    """Looked up once, used for everybody."""

    today: date
    programs: dict  # name -> program with its level
    moves: dict  # (program name, program name) -> kind, of the moves that the table lists
    bases: dict  # code -> basis
    reasons: dict  # code -> discharge reason
    review_days: dict  # program name -> days between reviews
    diagnosis_codes: dict  # code -> row of the list
    texts: list  # of the papers that an admission asks of everybody
    zone: ZoneInfo

    def at(self, day, rng, earliest=9, latest=16):
        """A moment of that day while the clinic is open."""
        local = datetime.combine(day, time(rng.randint(earliest, latest), rng.randrange(60), rng.randrange(60)), self.zone)
        return local.astimezone(UTC)

    def allows(self, origin, target):
        return self.moves.get((origin, target))


def look_up(today):
    """Raises LookupError, in words, when a program of the demo is not there."""
    programs = {program.name: program for program in Program.objects.select_related("level").filter(name__in=places.PROGRAMS)}
    for name in places.PROGRAMS:
        if name not in programs:
            raise LookupError(f"The demo needs a program named {name}. Run manage.py migrate, or give the program its name back.")
    rules = ProgramRule.objects.on(today).filter(program__in=programs.values())
    return House(
        today=today,
        programs=programs,
        moves=_moves(programs),
        bases={basis.code: basis for basis in MoveBasis.objects.all()},
        reasons={reason.code: reason for reason in DischargeReason.objects.all()},
        review_days={rule.program.name: rule.review_days for rule in rules.select_related("program")},
        diagnosis_codes={row.code: row for row in DiagnosisCode.objects.all()},
        texts=list(PaperTemplate.objects.on(today).filter(program=None, people="")),
        zone=timezone.get_default_timezone(),
    )


def _moves(programs):
    kinds = {(move.from_level_id, move.to_level_id): move.kind for move in AllowedMove.objects.all()}
    return {
        (origin.name, target.name): kinds[origin.level_id, target.level_id]
        for origin in programs.values()
        for target in programs.values()
        if origin != target and (origin.level_id, target.level_id) in kinds
    }


def days(number):
    return timedelta(days=number)
