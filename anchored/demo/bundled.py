"""The lists that come with the demo: names and clinic words. All made up."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def _read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


NAMES = _read("names.json")
WORDS = _read("words.json")


def say(rng, sentences, so_far=63):
    """One of the sentences, with numbers in it that fit somebody who has been here for so many days."""
    weeks, days = rng.randint(2, 9), rng.randint(3, 9)
    fitting = {"weeks": max(2, min(weeks, so_far // 7)), "days": max(2, min(days, so_far)), "hours": rng.choice([24, 36, 48, 72])}
    return rng.choice(sentences).format(**fitting)
