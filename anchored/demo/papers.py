"""What people in care today said to the papers of their admission. Most of it at once, some later, some still missing."""

from random import Random

from patients.models import Episode, Paper, PaperTemplate

from .house import days
from .rows import new_id

ADULT = 18
IN_ORDER, LATE, DECLINED = 0.9, 0.15, 0.04
REASON = "Wants to think about it."


def write(person, patient, house, by, rows):
    """Of its own dice, so that everything else is as it would be without it."""
    if person.program_today is None or (patient.age(house.today) or ADULT) < ADULT:
        return
    rng = Random(f"{patient.pk} papers")
    episode = rows.by_model[Episode][-1]
    thorough = rng.random() < 0.6
    for text in house.texts:
        day = episode.started_on + days(rng.randint(1, 9) if rng.random() < LATE else 0)
        if day >= house.today or not (thorough or rng.random() < IN_ORDER):
            continue
        rows.add(
            Paper(
                patient=patient,
                episode=episode,
                template=text,
                taken_by=by,
                taken_at=house.at(day, rng, earliest=12),
                **_said(text, patient, rng),
            )
        )


def _said(text, patient, rng):
    facts = {"id": new_id(rng), "digest": text.digest(), "signer_name": f"{patient.given_name} {patient.family_name}".strip()}
    if text.kind == PaperTemplate.Kind.CONSENT and rng.random() < DECLINED:
        return facts | {"how": Paper.How.DECLINED, "reason": REASON}
    if text.needs == PaperTemplate.Needs.ACKNOWLEDGED:
        return facts | {"how": Paper.How.ACKNOWLEDGED}
    return facts | ({"how": Paper.How.DRAWN, "drawing": _drawn(rng)} if rng.random() < 0.5 else {"how": Paper.How.TYPED})


def _drawn(rng):
    """A line that goes up and down as it goes on, and one below it."""
    points = [(60 + 24 * step, rng.randint(60, 140)) for step in range(rng.randint(8, 18))]
    below = [(60, 160), (points[-1][0], 155)]
    strokes = (",".join(f"{x},{y}" for x, y in stroke) for stroke in (points, below))
    return f"[{','.join(f'[{stroke}]' for stroke in strokes)}]"
