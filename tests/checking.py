"""Is the record whole? Asked after races, faults and kills, from the rows alone: no rule of the product is used to check it."""

from collections import Counter
from contextlib import contextmanager

from django.apps import apps
from django.db import OperationalError, connection

from anchored.audit import trail
from anchored.audit.models import TrailEntry
from patients.models import CareTeamMember, Episode, Stay

OURS = ("patients", "treatment_plans", "audit", "signing", "accounts", "ui", "groups")
LISTS = ("LevelOfCare", "Phase", "Program", "ProgramRule", "AllowedMove", "DischargeReason", "MoveBasis", "Dimension", "RatingOption")
TELLS_OF_A_STAY = ("stay.moved", "stay.move_undone")


@contextmanager
def trail_broken():
    """The disk is full for the trail, and for nothing else."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith(('INSERT INTO "audit_trailentry"', "SELECT trail_append")):
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def what_is_wrong():
    """Every breach of what must always be true, in words. An empty list is the answer to hope for."""
    stays, posts = _by_episode(Stay), _by_episode(CareTeamMember)
    wrong = []
    for episode in Episode.objects.all():
        wrong += [f"{episode.pk}: {breach}" for breach in _stays(episode, stays.get(episode.pk, []))]
        wrong += [f"{episode.pk}: {breach}" for breach in _primaries(episode, posts.get(episode.pk, []))]
    wrong += [f"{patient}: two open episodes" for patient, open_ones in _open_episodes().items() if open_ones > 1]
    if bad := trail.first_bad_row():
        wrong.append(f"trail row {bad[0]}: {bad[1]}")
    return wrong + _unrecorded()


def _by_episode(model):
    rows = {}
    for row in model.objects.all():
        rows.setdefault(row.episode_id, []).append(row)
    return rows


def _stays(episode, stays):
    """One chain from the first day to the last: each stay follows another, on the day it ended."""
    following = {stay.previous_id: stay for stay in stays}
    if len(following) != len(stays):
        yield "two stays follow one"
    stay, seen, day = following.get(None), 0, episode.started_on
    while stay:
        seen += 1
        if stay.started_on != day:
            yield f"a stay begins on {stay.started_on}, not on {day}"
        if stay.ended_on and stay.ended_on < stay.started_on:
            yield "a stay ends before it begins"
        day, stay = stay.ended_on, following.get(stay.pk)
    if seen != len(stays) or not stays:
        yield "the stays are not one chain"
    if day != episode.ended_on:
        yield f"the last stay ends on {day}, the episode on {episode.ended_on}"


def _primaries(episode, posts):
    primaries = sorted(
        (post for post in posts if post.part == "primary"), key=lambda post: (post.started_on, post.ended_on is None, post.ended_on)
    )
    for one, next_one in zip(primaries, primaries[1:], strict=False):
        if one.ended_on is None or one.ended_on > next_one.started_on:
            yield "two primary clinicians at once"
    if episode.ended_on and any(post.ended_on is None for post in posts):
        yield "somebody is on the care team of a closed episode"


def _open_episodes():
    return Counter(Episode.objects.filter(ended_on=None).values_list("patient_id", flat=True))


def _unrecorded():
    """Stays without a row of the trail, and rows of the trail without a stay."""
    began = {str(stay.pk) for stay in Stay.objects.exclude(previous=None).exclude(basis__code="discharge_undone")}
    told = [subject.partition(":")[2] for subject in TrailEntry.objects.filter(event__in=TELLS_OF_A_STAY).values_list("subject", flat=True)]
    if sorted(told) != sorted(began):
        return [f"{len(began)} moves and undone moves, {len(told)} rows of the trail that tell of them"]
    return []


def everything(*labels):
    """All rows of the record and its people (or of the models named), to compare before and after. The lists are left out."""
    models = [apps.get_model(label) for label in labels] or [
        model for model in apps.get_models() if model._meta.app_label in OURS and model._meta.managed and model.__name__ not in LISTS
    ]
    with connection.cursor() as cursor:
        return {model._meta.label: sorted(map(repr, _rows(cursor, model))) for model in models}


def _rows(cursor, model):
    """As the table holds them: neither the model's fields nor its manager have a hand in it."""
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
    return cursor.fetchall()


@contextmanager
def statement_fails(number, error):
    """Make the `number`-th SQL statement fail; yields a list that holds the statements in the end."""
    said = []

    def listen(execute, sql, params, many, context):
        said.append(sql)
        if len(said) == number:
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said
