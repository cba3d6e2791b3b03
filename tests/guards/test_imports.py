"""Imports point down, from the roof to the ground. The floors are drawn in pyproject.toml."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent.parent
CHECK = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.mark.skipif(find_spec("importlinter") is None, reason="import-linter comes with requirements-dev.txt")
def test_imports_point_down():
    checked = subprocess.run([sys.executable, "-c", CHECK, "--no-logo", "--no-cache"], cwd=HOUSE, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout + checked.stderr
