"""Log lines: one line each, and nothing that somebody typed or that a record holds."""

import logging
import re
import traceback
from pathlib import Path

LONGEST = 500
SECRET = re.compile(r"/calendar/[^\s?]+")  # the token of somebody's calendar


class OneLine(logging.Formatter):
    """Time, level, logger, message; of an exception only its type and place, never its words, which may quote a record."""

    default_msec_format = "%s.%03d"

    def __init__(self):
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record):
        said = record.__dict__ | {"args": _without_words(record.args), "exc_info": None, "exc_text": None, "stack_info": None}
        line = super().format(logging.makeLogRecord(said))
        trouble = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        line = SECRET.sub("/calendar/...", line)
        return _flat(line)[:LONGEST] + (f" [{_flat(_place(trouble))}]" if trouble else "")


def _without_words(args):
    """An exception handed to a log call counts as its type."""
    if isinstance(args, tuple):
        return tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in args)
    return args


def _place(trouble):
    frames = traceback.extract_tb(trouble.__traceback__)
    name = f"{type(trouble).__module__}.{type(trouble).__qualname__}"
    return f"{name} at {'/'.join(Path(frames[-1].filename).parts[-3:])}:{frames[-1].lineno}" if frames else name


def _flat(line):
    """Control characters and line ends as escapes, so that nobody writes a line of their own into the log."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in line)
