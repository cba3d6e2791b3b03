"""The product as an evaluation runs it, with a count of statements on each answer."""

from anchored.settings import *  # noqa: F403
from anchored.settings import MIDDLEWARE

MIDDLEWARE = ["benchmarks.meter.Statements", *MIDDLEWARE]
