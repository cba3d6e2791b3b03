"""What the tests of the benchmarks stand on: a demo with rows to measure, somebody signed in, and the floor's answer to them."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import RequestFactory

from anchored.accounts.models import User
from anchored.demo import loading


@dataclass
class House:
    clinician: User
    known: Any


def loaded(blocker, people, make):
    """A House with what `make(clinician)` made, for as long as its tests run."""
    with blocker.unblock(), transaction.atomic():
        loading.load(people)
        clinician = User.objects.get(username="lindqvist")
        yield House(clinician, make(clinician))
        transaction.set_rollback(True)


def trail_of_the_floor():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS floor_trail (what varchar(60), ref uuid, at timestamptz)")


def floor(user, answer, *keys, **form):
    """What the floor answers somebody."""
    request = RequestFactory().post("/", form)
    request.user = user
    return answer(request, *keys)
