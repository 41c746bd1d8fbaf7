"""``./run``: set up, then serve, test, check or manage."""

import os
import subprocess
import sys
from collections.abc import Callable

from ops.errors import SetupError
from ops.packages import ensure_system_packages, ensure_venv
from ops.places import ROOT, venv, venv_python

HELP = """\
./run test [PYTEST ARGUMENTS]   the test suite
./run check                     the static checks
./run --help                    this text"""


def _environment() -> dict[str, str]:
    path = f"{venv() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def test(arguments: list[str]) -> int:
    ensure_system_packages()
    ensure_venv(with_tests=True)
    command = [str(venv_python()), "-m", "pytest", "-n", "auto", *arguments]
    return subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode


def check(arguments: list[str]) -> int:
    """Every static check, all of them even when one fails."""
    ensure_system_packages()
    ensure_venv(with_tests=True)
    commands = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    failed = [
        command
        for command in commands
        if subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode
    ]
    for command in failed:
        print(f"failed: {' '.join(command)}", file=sys.stderr)
    return 1 if failed else 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {"test": test, "check": check}


def main(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help"):
        print(HELP)
        return 0
    if name not in COMMANDS:
        print(f"There is no command '{name}'.\n{HELP}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
