"""``./run``: set up, then serve, test, check, measure or manage."""

import os
import sys
from collections.abc import Callable

from ops import checks, children, serve, sources
from ops.environment import program_environment
from ops.errors import Failed, SetupError
from ops.places import ROOT, venv_python
from ops.postgres import cluster
from ops.setup import database_ready, ensure_packages, prepare

HELP = f"""\
{serve.HELP}
./run manage COMMAND …          a Django command, with the database up and migrated
./run install                   packages and translations alone, for services of the system
./run backup FILE               the whole installation to a new file, while people work
./run restore FILE              a backup into an empty database, then checked; with --fresh
                                [--yes] the program's own database is emptied first
                                (of both: --at NAME means another database than the first)
./run test [PYTEST ARGUMENTS]   the test suite
./run torture model [OPTIONS]   random months against an independent model; --help lists the options
./run torture security [NAME …] attacks as someone with the source would make them, counted;
                                --report FILE writes what hostile files cost
./run torture faces             every page for every role in both languages and themes
./run check [NAME …]            the static checks, or those named: {", ".join(checks.NAMES)}
./run bench [ARGUMENTS]         the benchmarks
./run messages                  brings the catalogue of translations up to the code
./run --version                 the program's version
./run --help                    this text"""


#: Commands that write source files: a migration still to be made would stand in their way.
FOR_SOURCES = {"makemigrations", "squashmigrations", "makemessages"}


def test(arguments: list[str]) -> int:
    tests = cluster.tests()
    with database_ready(tests, with_tests=True) as ready:
        environment = {**ready.environment, "DEBUG": "1"}
        if ready.share is not None:
            environment["CLOSING_TEST_SUPERUSER_URL"] = tests.url("postgres", "postgres")
        command = [str(venv_python()), "-m", "pytest"]
        command += ["-n", "auto", "--dist", "loadgroup", *arguments]
        return children.run(command, environment, share=ready.share, folder=ROOT)


def torture(arguments: list[str]) -> int:
    if arguments[:1] == ["faces"]:
        os.environ["CLOSING_FACES"] = "all"
        return test(["tests/browser/test_axe.py", *arguments[1:]])
    tests = cluster.tests()
    with database_ready(tests, with_tests=True) as ready:
        module = "tests.torture"
        if arguments[:1] == ["security"]:
            module, *arguments = f"{module}.security", *arguments[1:]
        command = [str(venv_python()), "-m", module, *arguments]
        environment = {**ready.environment, "DEBUG": "1"}
        return children.run(command, environment, share=ready.share, folder=ROOT)


def manage(arguments: list[str]) -> int:
    """In the caller's folder, so that a file's relative path means what they think it does."""
    place, command = split_place(arguments)
    if command[:1] == ["restore"]:
        return restore([*place, *command[1:]])
    books = cluster.books()
    with database_ready(books) as ready:
        if not FOR_SOURCES & set(command[:1]):
            prepare(ready, books)
        return ready.manage(*arguments)


def split_place(arguments: list[str]) -> tuple[list[str], list[str]]:
    """``--at NAME``, where it is said, and the rest."""
    if arguments[:1] == ["--at"]:
        return arguments[:2], arguments[2:]
    return [], arguments


def install(arguments: list[str]) -> int:
    """What a service of the system needs before its first start: no database is asked."""
    if arguments:
        raise SetupError("./run install takes no arguments.")
    ensure_packages(with_tests=False)
    return 0


def backup(arguments: list[str]) -> int:
    place, rest = split_place(arguments)
    return manage([*place, "backup", *rest])


def restore(arguments: list[str]) -> int:
    """Into an empty database: nothing is migrated before, the command does it after."""
    place, rest = split_place(arguments)
    books = cluster.books()
    with database_ready(books) as ready:
        if "--fresh" in rest:
            if place not in ([], ["--at", "home"]):
                raise SetupError("--fresh empties the program's own database, and no other.")
            serve.start_afresh(books, ready, asked="--yes" in rest)
            rest = [one for one in rest if one not in ("--fresh", "--yes")]
        return ready.manage(*place, "restore", *rest)


def bench(arguments: list[str]) -> int:
    books = cluster.books()
    with database_ready(books) as ready:
        prepare(ready, books)
        command = [str(venv_python()), "-m", "bench", *arguments]
        return children.run(command, ready.environment, share=ready.share, folder=ROOT)


def messages(arguments: list[str]) -> int:
    ensure_packages(with_tests=False)
    command = [str(venv_python()), "-m", "ops.messages", *arguments]
    return children.run(command, program_environment(), folder=ROOT)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "test": test,
    "torture": torture,
    "check": checks.check,
    "manage": manage,
    "install": install,
    "backup": backup,
    "restore": restore,
    "bench": bench,
    "messages": messages,
}


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(HELP)
        return 0
    if arguments == ["--version"]:
        print(sources.version())
        return 0
    try:
        if not arguments or arguments[0].startswith("-"):
            return serve.serve(arguments)
        if arguments[0] not in COMMANDS:
            raise SetupError(f"There is no command '{arguments[0]}'.\n{HELP}")
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except Failed as error:
        return error.status
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
