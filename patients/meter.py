"""Hours of the week beside a person in a list. They are worked out upstairs, where the groups are, and registered here."""

from anchored.ground.dates import today

_of_week = None


def register(of_week):
    """Say once how hours are found: `of_week(episodes, day, {episode: program})` gives {episode: hours}."""
    global _of_week
    _of_week = of_week


def fill(lines):
    """The lines of a list, each with the `hours` of this week. A constant number of statements; none for nobody."""
    lines = list(lines)
    if _of_week and lines:
        hours = _of_week([line.episode_id for line in lines], today(), {line.episode_id: line.program_id for line in lines})
        for line in lines:
            line.hours = hours[line.episode_id]
    return lines
