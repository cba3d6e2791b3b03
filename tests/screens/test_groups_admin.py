"""Groups in the administration: slots with times as people write them; closures that cancel what is planned."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import plan
from groups.models import Closure, Session, Slot
from tests.grouping import make_group, make_slot
from tests.making import make_user

from .visiting import follow, get, send, signed_in

pytestmark = pytest.mark.django_db
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def desk():
    return signed_in(make_user(Role.ADMINISTRATOR))


def filled(desk, group, **slot):
    """The form of a group as it stands, with one more slot."""
    form = get(desk, f"/admin/groups/group/{group.pk}/change/").form("name")
    number = int(form["slots-INITIAL_FORMS"])
    facts = {"weekday": TOMORROW.weekday(), "starts": "9:00", "ends": "12:00", "rest": 0, "started_on": TOMORROW, **slot}
    form |= {f"slots-{number}-{name}": value for name, value in facts.items()}
    form |= {f"slots-{number}-group": group.pk, "slots-TOTAL_FORMS": number + 1}
    return form


def test_a_slot_is_typed_as_times(desk):
    group = make_group()

    page = follow(desk, f"/admin/groups/group/{group.pk}/change/", filled(desk, group, starts="5:30 pm", ends="20:30"))

    slot = Slot.objects.get()
    assert (slot.starts, slot.ends) == (1050, 1230)
    assert "8 sessions planned." in page.text
    assert 'value="17:30"' in get(desk, f"/admin/groups/group/{group.pk}/change/").html


@pytest.mark.parametrize(
    ("slot", "sentence"),
    [
        ({"starts": "5", "ends": "20:30"}, "Write 5 am or 5 pm"),
        ({"starts": "soon"}, "Enter a time of day, like 9:00 or 5:30 pm"),
        ({"starts": ""}, "Enter when it begins, like 9:00"),
        ({"starts": "12:00", "ends": "9:00"}, "The end must be after the start, on the same day, and within 12 hours."),
        ({"rest": 200}, "The break must be shorter than the meeting."),
    ],
)
def test_what_is_no_slot_is_said_in_words(desk, slot, sentence):
    group = make_group()

    page = send(desk, f"/admin/groups/group/{group.pk}/change/", filled(desk, group, **slot))

    assert sentence in page.text
    assert not Slot.objects.exists()


def test_a_closure_cancels_and_without_its_tick_holds_again(desk):
    make_slot(make_group(), weekday=TOMORROW.weekday())
    plan.follow()

    page = follow(desk, "/admin/groups/closure/add/", {"on": TOMORROW, "name": "Thanksgiving", "holds": "on"})
    assert "1 cancelled" in page.text
    assert Session.objects.get(held_on=TOMORROW).cancelled_because == "Closed: Thanksgiving"

    page = follow(desk, f"/admin/groups/closure/{Closure.objects.get().pk}/change/", {"on": TOMORROW, "name": "Thanksgiving"})
    assert "1 held after all" in page.text
    assert Session.objects.get(held_on=TOMORROW).cancelled_at is None
