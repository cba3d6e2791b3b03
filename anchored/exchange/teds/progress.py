"""A bar on a terminal; silence anywhere else."""

import time

WIDTH = 30
EVERY = 0.1  # seconds between two strokes


class Progress:
    """Counts rows, and shows how many on a stream that is a terminal."""

    def __init__(self, stream, what, total=None):
        self._stream, self._what, self.total = stream, what, total
        self._shows = getattr(stream, "isatty", lambda: False)()
        self._next = 0.0
        self.done = 0

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        if self._shows:
            self._draw()
            self._stream.write("\n")

    def advance(self, count=1):
        self.done += count
        if self._shows and time.monotonic() >= self._next:
            self._draw()
            self._next = time.monotonic() + EVERY

    def _draw(self):
        bar = ""
        if self.total:
            full = WIDTH * min(self.done, self.total) // self.total
            bar = f" [{'#' * full}{'.' * (WIDTH - full)}] {100 * self.done // self.total:3d} %"
        self._stream.write(f"\r{self._what}{bar} {self.done:,} rows")
        self._stream.flush()
