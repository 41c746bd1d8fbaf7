"""The static checks, all of them even when one fails."""

import secrets
import subprocess
import sys

from ops.environment import program_environment
from ops.errors import SetupError
from ops.places import ROOT, venv_python
from ops.setup import MANAGE, ensure_packages

#: No check opens a connection; settings want an address all the same.
NOWHERE = "postgresql://closing_app@localhost:1/closing"

COMMANDS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "djlint": ["djlint", "--quiet", "--lint", "templates"],
    "djlint-format": ["djlint", "--quiet", "--check", "templates"],
    "floors": ["lint-imports", "--no-logo"],
    # It would ask the database for its history, and warn that there is none.
    "migrations": [
        *("python", "-W", "ignore::RuntimeWarning", MANAGE),
        *("makemigrations", "--check", "--dry-run"),
    ],
    "deploy": ["python", MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}
NAMES = list(COMMANDS)


def check(arguments: list[str]) -> int:
    if unknown := [name for name in arguments if name not in COMMANDS]:
        raise SetupError(f"There is no check '{unknown[0]}'; there are: {', '.join(NAMES)}.")
    ensure_packages(with_tests=True)
    development = {**program_environment(), "DATABASE_URL": NOWHERE, "DEBUG": "1"}
    development.pop("DATABASE_OWNER_URL", None)
    production = {
        **development,
        "DEBUG": "0",
        "ALLOWED_HOSTS": "closing.example",
        "SECRET_KEY": secrets.token_urlsafe(64),
    }
    failed = []
    for name in arguments or NAMES:
        command = [str(venv_python().parent / COMMANDS[name][0]), *COMMANDS[name][1:]]
        environment = production if name == "deploy" else development
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
            failed.append(name)
    for name in failed:
        print(f"failed: {name}: {' '.join(COMMANDS[name])}", file=sys.stderr)
    return 1 if failed else 0
