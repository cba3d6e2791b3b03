"""What is drawn as text, without templates, says what people wrote as they wrote it, and never as markup."""

import pytest

from groups.actions import attendance, notes
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_patient

from .visiting import get, signed_in

pytestmark = pytest.mark.django_db
MARKUP = "\"><script>x</script>'</textarea><b>"


@pytest.fixture
def leader():
    return make_clinician(works_in=["IOP Day"], family_name='Lind<i>"')


@pytest.fixture
def session(leader):
    return make_session(make_group(leader, name=f"Group {MARKUP}", room=f"Room {MARKUP}"))


@pytest.fixture
def episode(leader, session):
    patient = make_patient(leader, given_name=f"Ana {MARKUP}", family_name=f"Bell {MARKUP}")
    enrolled(make_admitted(leader, to="IOP Day", patient=patient), session.group, by=leader)
    return patient.episodes.get()


def shown(leader, url):
    page = get(signed_in(leader), url)
    assert page.status == 200
    assert "&lt;script&gt;x" in page.html.lower()
    for wild in ("<script>x", "</textarea><b>", "<i>"):
        assert wild not in page.html.lower()


def test_names_and_words_in_a_session(leader, session, episode):
    mark = attendance.mark(session, episode, by=leader, state="present").mark
    typed = {"section_part": MARKUP, "section_response": MARKUP, "standing_x": MARKUP}
    notes.keep_part(session, episode, typed=typed, version=mark.version, by=leader)

    shown(leader, f"/sessions/{session.pk}/")


def test_the_reason_of_an_absence_as_a_colleague_reads_it(leader, session, episode):
    attendance.mark(session, episode, by=leader, state="excused", reason="Court <u>today</u>")

    page = get(signed_in(make_clinician(works_in=["IOP Day"])), f"/sessions/{session.pk}/")

    assert "Court &lt;u&gt;today&lt;/u&gt;" in page.html
    assert "<u>" not in page.html


def test_groups_rooms_and_leaders_in_the_timetable(leader, session, episode):
    shown(leader, f"/groups/?week={session.held_on}")
