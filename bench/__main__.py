"""``./run bench``: the operations of a close beside bare SQL of the same rows (MEASURES)."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.databases import Server
    from bench.measuring import Measured

RESULTS = Path(__file__).parent / "RESULTS.md"


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def parsed(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("operations", nargs="*", metavar="OPERATION", help=", ".join(names))
    parser.add_argument("--sizes", type=numbers, default=[1000, 20_000, 100_000], metavar="N,…")
    parser.add_argument("--history", type=numbers, default=[0, 12], metavar="MONTHS,…")
    parser.add_argument(
        "--history-orders", type=int, metavar="N", help="in each month of history; else the size"
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="TIMES")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="FILE")
    arguments = parser.parse_args()
    known = {*names, *(name.partition("-")[0] for name in names)}
    if unknown := set(arguments.operations) - known:
        parser.error(f"there is no operation {', '.join(sorted(unknown))}")
    return arguments


def main() -> int:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closing_site.settings")
    django.setup()
    # Else Django would keep every statement.
    settings.DEBUG = False

    if sys.argv[1:2] == ["lists"]:
        from bench import lists

        return lists.main(sys.argv[2:])
    from bench.databases import Server
    from bench.operations import NAMES
    from bench.results import write_results

    arguments = parsed(NAMES)
    server = Server()
    measured = []
    try:
        for size in arguments.sizes:
            for history in arguments.history:
                for found in _measured(server, arguments, size, history):
                    ratio = f", {found.ratio:.2f}× of bare SQL" if found.ratio else ""
                    print(
                        f"{size:>7,} orders, {history:>2} months: {found.operation.name:<8}"
                        f" {min(found.ours):.2f} s{ratio}",
                        flush=True,
                    )
                    measured.append(found)
                    # After each one, so that a long run that is stopped has said what it found.
                    write_results(arguments.output, measured, server.describe())
    finally:
        server.close()
    return 0


def _is_wanted(name: str, wanted: set[str]) -> bool:
    """``pdf`` stands for all that begin so."""
    return not wanted or bool({name, name.partition("-")[0]} & wanted)


def _measured(
    server: "Server", arguments: argparse.Namespace, size: int, history: int
) -> Iterator["Measured"]:
    """Walks the states of one month, measuring on the way; a state is dropped when it is left."""
    from bench.books import begin, open_month, write_month
    from bench.measuring import measure
    from bench.operations import OPERATIONS, STEPS_BETWEEN

    wanted = set(arguments.operations)
    before = arguments.history_orders or size
    with TemporaryDirectory() as name:
        folder = Path(name)
        month = write_month(size=size, history=history, history_orders=before, folder=folder)
        begun = begin(server, history=history, history_orders=before, folder=folder)
        open_month(month)
        states = {"begun": begun}
        server.leave()
        server.tidy(begun)
        for operation in OPERATIONS:
            state = states[operation.begins]
            if operation.name not in STEPS_BETWEEN and _is_wanted(operation.name, wanted):
                repeat = arguments.repeat
                yield measure(server, operation, month, state, repeat=repeat, history=history)
            later = OPERATIONS[OPERATIONS.index(operation) + 1 :]
            if any(other.begins == operation.makes for other in later):
                states[operation.makes] = server.clone(state)
                operation.run(month)
                server.leave()
                server.tidy(states[operation.makes])
            if all(other.begins != operation.begins for other in later):
                server.drop(states.pop(operation.begins))


if __name__ == "__main__":
    sys.exit(main())
