"""The agreement that members of a group sign: a text of the packet with its versions, asked of members alone."""

from django.db.models import Min

from anchored.ground.dates import today
from anchored.ground.remembered import Kept
from patients import papers
from patients.models import PaperTemplate

from .models import Enrolment, GroupType

_with_agreement = Kept(lambda: GroupType.objects.exclude(agreement=""))


def asked(episodes):
    """{code: {episode: first day as a member}}, for every agreement that some kind of group has. One statement at most."""
    found: dict = {kind.agreement: {} for kind in _with_agreement()}
    if found and episodes:
        rows = Enrolment.objects.not_over(today()).filter(episode__in=episodes).exclude(group__type__agreement="").order_by()
        for code, episode, day in rows.values_list("group__type__agreement", "episode").annotate(Min("started_on")):
            found.setdefault(code, {})[episode] = day
    return found


def text_of(group):
    """The version in force of the group's agreement; None without one."""
    code = group.type.agreement
    return code and PaperTemplate.objects.now().filter(code=code).order_by("-version").defer("text").first()


def unsigned(group, patients):
    """{patient: Need} of the members who have not answered the group's agreement yet."""
    if not group.type.agreement or not patients:
        return {}
    missing = papers.missing_by(patients)
    return {key: need for key, needs in missing.items() for need in needs if need.template.code == group.type.agreement}
