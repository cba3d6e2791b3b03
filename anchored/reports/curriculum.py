"""Which topics of a curriculum were held, and how many members had them."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from groups.models import Attendance, Group, GroupProgram, Session, Topic

from .table import Chart, Report, Table


def build(scope, period):
    """One row for each group and topic of its curriculum. Four statements."""
    groups = _groups(scope, period)
    held, had = defaultdict(set), defaultdict(set)
    for session, group, topic in _sessions(groups, period):
        held[group, topic].add(session)
    for group, topic, episode in _marks(scope, groups, period):
        had[group, topic].add(episode)
    topics = defaultdict(list)
    for topic in Topic.objects.filter(curriculum__in={group.curriculum_id for group in groups}):
        topics[topic.curriculum_id].append(topic)
    rows = [
        (f"{group.name}: {topic.title}", str(len(held[group.pk, topic.pk])), len(had[group.pk, topic.pk]))
        for group in groups
        for topic in topics[group.curriculum_id]
        if topic.offered or held[group.pk, topic.pk]
    ]
    return Table(["Group and topic", "Times held", "Members who had it"], rows), Chart("bars", [2], "Members who had each topic")


def _groups(scope, period):
    """Groups with a curriculum that met in this time, with somebody in scope."""
    theirs = Attendance.objects.filter(
        _within(period, "session__"), session__group=OuterRef("pk"), episode__in=scope.episodes().values("pk")
    )
    groups = Group.objects.filter(Exists(theirs), curriculum__isnull=False)
    if period.program:
        groups = groups.filter(Exists(GroupProgram.objects.filter(group=OuterRef("pk"), program=period.program)))
    return list(groups.filter(track=period.track) if period.track else groups)


def _within(period, prefix=""):
    return Q(**{f"{prefix}held_on__range": (period.start, period.end), f"{prefix}cancelled_at": None})


def _sessions(groups, period):
    rows = Session.objects.filter(_within(period), group__in=groups, topic__isnull=False)
    return rows.order_by().values_list("pk", "group", "topic")


def _marks(scope, groups, period):
    rows = Attendance.objects.filter(_within(period, "session__"), session__group__in=groups, session__topic__isnull=False)
    rows = rows.filter(state__in=Attendance.CAME, episode__in=scope.episodes().values("pk")).order_by()
    return rows.values_list("session__group", "session__topic", "episode")


REPORT = Report(
    slug="curriculum",
    title="Which topics were covered?",
    about="Topics of each group's curriculum, and how many members had them.",
    terms=(
        (
            "Shown are groups with a curriculum that met in this time, with every topic that is offered. A topic was held when a session "
            "that was not cancelled names it."
        ),
        "A member had a topic when they came to a session about it, once or more, also late or until before its end. Guests count.",
        "Sessions planned for later days are not counted before somebody's attendance is marked.",
    ),
    build=build,
)
