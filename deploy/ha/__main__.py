"""High availability, shown: the primary dies in the middle of a run of 20,000 invoices.

Needs root, or to be "postgres", and Debian's packages (``--help`` names them); leaves nothing
running. Exit status 1 where a property does not hold.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from deploy.ha.machines import (
    APP,
    DATABASE,
    HOST,
    NAMES,
    OWNER,
    PACKAGES,
    PROGRAMS,
    ROOT_PYTHON,
    VAR,
    Machines,
    NotShown,
    wait_for,
)
from deploy.ha.people import Browser, Person, Reader, Writer

SALES, OTHER = "HASALES", "HAOTHER"
MONTH, DAY, OTHER_DAY = "2026-09", "2026-10-05", "2026-09-05"
#: The primary is killed when the run has gone on for a second for each so many orders: it writes a
#: month in one transaction, and says how far it is after each 20,000.
MIDDLE_OF = 5_000
LONGEST_RUN = 300
#: Of the people between the last run and the end.
QUIET_SECONDS = 5
PASSWORD = """
import os
from closing_site.companies.models import User
for user in User.objects.filter(username__in=["finance", "manager"]):
    user.set_password(os.environ["SHOWN"]); user.save()
"""


class Show:
    def __init__(self, machines: Machines, orders: int) -> None:
        self.machines, self.orders = machines, orders
        self.begun = time.monotonic()
        self.lines: list[str] = []
        self.failed: list[str] = []
        self.people: list[Person] = []

    def say(self, text: str) -> None:
        now = datetime.now(UTC).strftime("%H:%M:%S")
        line = f"{now} UTC {time.monotonic() - self.begun:7.1f} s  {text}"
        self.lines.append(line)
        print(line, flush=True)

    def hold(self, what: str, *, is_so: bool) -> None:
        self.say(f"{'holds ' if is_so else 'FAILED'}  {what}")
        if not is_so:
            self.failed.append(what)

    def run(self) -> None:
        machines = self.machines
        machines.write_files()
        machines.start_databases()
        version = machines.ask("SHOW server_version", database="postgres")[0][0]
        self.say(f"PostgreSQL {version}: {self._members()}")
        self._prepare()
        machines.start_web_machines()
        wait_for("both web machines are well", 120, self._are_well)
        self.say("two web machines, two workers of each queue: /healthz is well on both")
        self._kill_in_the_middle()
        self._come_back()
        self._switch_over()
        self._look_at_all()

    def _prepare(self) -> None:
        machines = self.machines
        for role, rights in ((OWNER, "CREATEROLE"), (APP, "")):
            password = machines.passwords[role]
            machines.ask(
                f"CREATE ROLE {role} LOGIN {rights} PASSWORD '{password}'", database="postgres"
            )
        machines.ask(f"CREATE DATABASE {DATABASE} OWNER {OWNER}", database="postgres")
        # In place of the start-up options, which this pgbouncer cannot pass on.
        for setting in (
            *("search_path = public, pg_temp", "random_page_cost = 1.1", "jit = off"),
            "default_statistics_target = 10",
        ):
            machines.ask(f"ALTER ROLE {APP} IN DATABASE {DATABASE} SET {setting}")
        machines.manage("prepare_database", is_owner=True)
        members = ["--member", "finance:finance", "--member", "manager:manager"]
        for code in (SALES, OTHER):
            books = ["--name", code, "--currency", "CNY", "--country", "CN"]
            machines.manage("create_company", code, *books, "--first-period", MONTH, *members)
        self.password = os.urandom(12).hex()
        machines.manage("shell", "-v", "0", "-c", PASSWORD, extra=self.password)
        made = machines.manage(
            "make_sales", "--company", SALES, "--orders", str(self.orders), "--json"
        )
        self.say(f"sales made: {made.strip()}")
        self._close("--through", "confirm")
        self.say(f"{self._confirmed()} orders confirmed")

    def _kill_in_the_middle(self) -> None:
        machines = self.machines
        port = machines.ports["pages"]
        certificate = machines.folder / "program" / "certificate.pem"

        def signed_in() -> Browser:
            browser = Browser(port, certificate)
            browser.sign_in("finance", self.password)
            return browser

        person = signed_in()
        self.people = [
            Writer(signed_in(), SALES, DAY),
            Writer(signed_in(), OTHER, OTHER_DAY),
            Reader(signed_in(), f"/c/{OTHER}/payments/"),
        ]
        for one in self.people:
            one.start()
        time.sleep(3)
        self._start_run(person)
        wait_for("the run goes on", LONGEST_RUN, lambda: self._run_state()[0] == "running")
        time.sleep(self.orders / MIDDLE_OF)
        lost = machines.primary()
        acknowledged, written = self._acknowledged(), self._invoices()[0]
        if self._run_state()[0] != "running":
            raise NotShown("The run had ended before the primary was killed.")
        self.killed = time.monotonic()
        machines.kill_database(lost)
        self.say(
            f"killed: database machine {lost}, the primary, in the middle of the run ({written}"
            f" invoices committed); {acknowledged} payments acknowledged so far"
        )
        other = next(name for name in NAMES if name != lost)
        wait_for("the standby takes over", 90, lambda: machines.primary() == other)
        self.say(f"{other} is primary {time.monotonic() - self.killed:.1f} s after the kill")
        wait_for("a payment is acknowledged", 90, lambda: self._acknowledged() > acknowledged + 3)
        self.say(f"payments are acknowledged {time.monotonic() - self.killed:.1f} s after the kill")
        wait_for("both web machines are well again", 120, self._are_well)
        self.say(f"/healthz is well on both {time.monotonic() - self.killed:.1f} s after the kill")
        self._wait_for_run(person)
        self._count_rows()
        self.lost = lost

    def _start_run(self, person: Browser) -> None:
        path = f"/closing/{SALES}/{MONTH}/runs/invoice/"
        answer = person.ask(path, person.hidden(path))
        if answer.status != 302:
            raise NotShown(f"The invoice run was not started: status {answer.status}.")
        self.say("a person starts the invoice run on the page")

    def _wait_for_run(self, person: Browser) -> None:
        begun_again = 0
        ended = time.monotonic() + LONGEST_RUN
        while time.monotonic() < ended:
            state, message = self._run_state()
            if state == "done":
                break
            if state == "failed":
                # Its way forward: the person starts it again.
                self.say(f"the run says to its person: {message}")
                begun_again += 1
                self._start_run(person)
            time.sleep(0.5)
        state, message = self._run_state()
        after = time.monotonic() - self.killed
        how = "was started again by its person" if begun_again else "was resumed by a worker"
        self.hold(
            f"the run {how}; {state} {after:.1f} s after the kill ({self._done()} invoices)",
            is_so=state == "done",
        )

    def _come_back(self) -> None:
        machines = self.machines
        machines.start_database(self.lost)
        seconds = wait_for(
            "the lost machine is synchronous standby", 120, machines.has_synchronous_standby
        )
        self.say(f"{self.lost} came back: synchronous standby after {seconds:.1f} s")

    def _count_rows(self) -> None:
        """What the former primary had counted for its autovacuum went with it: until someone does
        this, PostgreSQL plans as if the rows of before the failover were all there are."""
        self.machines.ask("ANALYZE")
        self.say("ANALYZE on the new primary, as after every change of primary")

    def _switch_over(self) -> None:
        machines = self.machines
        before = self._acknowledged()
        begun = time.monotonic()
        leader = machines.primary()
        machines.switch_over(leader, self.lost)
        wait_for("the switch-over", 60, lambda: machines.primary() == self.lost)
        wait_for("payments go on", 60, lambda: self._acknowledged() > before + 3)
        self.say(f"planned switch-over to {self.lost}: {time.monotonic() - begun:.1f} s")
        self._count_rows()
        wait_for("the other follows", 120, machines.has_synchronous_standby)
        self.say(self._members())
        time.sleep(QUIET_SECONDS)

    def _look_at_all(self) -> None:
        for one in self.people:
            one.end()
        for one in self.people:
            gap = one.seen.longest_gap(200 if isinstance(one, Reader) else 302)
            self.say(f"{one.name}: {one.seen.statuses()}, longest without an answer {gap:.1f} s")
            self.hold(f"{one.name} saw no broken page", is_so="500" not in one.seen.statuses())
            if isinstance(one, Writer):
                self._look_at_writer(one)
        self._close()
        self.say(f"the month is {self._value(PERIOD)}")
        self.hold("the month closed and locked", is_so=self._value(PERIOD) == "locked")
        count, distinct, gaps = self._invoices()
        confirmed = self._confirmed()
        self.hold(
            f"{count} invoices of {confirmed} confirmed orders, {distinct} numbers, {gaps} gaps",
            is_so=count == distinct == confirmed and gaps == 0,
        )
        for code in (SALES, OTHER):
            found = json.loads(
                self.machines.manage("verify_integrity", "--company", code, "--json")
            )
            self.hold(f"verify_integrity of {code}: clean", is_so=not found.get("findings"))
        other = next(name for name in NAMES if name != self.machines.primary())
        wait_for("the standby has caught up", 30, lambda: self._sums(other) == self._sums(""))
        self.hold(f"primary and standby hold the same: {self._sums('')}", is_so=True)
        restarts = {name: part.restarts for name, part in self.machines.parts.items()}
        self.say(f"processes started again: { {k: n for k, n in restarts.items() if n} or 'none' }")

    def _look_at_writer(self, one: Writer) -> None:
        kept = [
            row[0]
            for row in self.machines.ask(
                "SELECT reference FROM v_payments"
                f" WHERE company = '{one.company}' AND reference LIKE 'HA-%'"
            )
        ]
        missing = set(one.acknowledged) - set(kept)
        self.hold(
            f"{one.name}: {len(one.acknowledged)} payments acknowledged, {len(missing)} lost,"
            f" {len(kept) - len(set(kept))} doubled, {one.sent_again} sent again with their key",
            is_so=not missing and len(kept) == len(set(kept)) and not one.problem,
        )
        if one.problem:
            self.say(f"{one.name} stopped: {one.problem}")

    # Questions

    def _close(self, *options: str) -> None:
        self.machines.manage(
            *("close_period", MONTH, "--company", SALES, "--as", "finance"),
            *("--approve-as", "manager", "--acknowledge-warnings", "shown", "--json", *options),
        )

    def _value(self, query: str) -> str:
        rows = self.machines.ask(query)
        return rows[0][0] if rows else ""

    def _acknowledged(self) -> int:
        return sum(len(one.acknowledged) for one in self.people if isinstance(one, Writer))

    def _run_state(self) -> tuple[str, str]:
        rows = self.machines.ask(
            "SELECT state, message FROM desk_run WHERE kind = 'invoice' ORDER BY id DESC LIMIT 1"
        )
        return (rows[0][0], rows[0][1]) if rows else ("", "")

    def _done(self) -> int:
        return int(
            self._value("SELECT done FROM desk_run WHERE kind = 'invoice' ORDER BY id DESC") or 0
        )

    def _confirmed(self) -> int:
        return int(
            self._value(
                f"SELECT count(*) FROM v_orders WHERE company = '{SALES}'"
                " AND state NOT IN ('open', 'draft', 'cancelled', 'deferred')"
            )
        )

    def _invoices(self) -> tuple[int, int, int]:
        ((count, distinct, span),) = self.machines.ask(
            "SELECT count(*), count(DISTINCT number), max(n) - min(n) + 1 FROM (SELECT number,"
            " substring(number FROM '[0-9]+$')::int AS n FROM v_invoices"
            f" WHERE company = '{SALES}' AND period = '{MONTH}' AND kind = 'invoice') AS found"
        )
        return int(count), int(distinct), int(span or 0) - int(distinct)

    def _sums(self, of: str) -> list[str]:
        (row,) = self.machines.ask(
            "SELECT (SELECT count(*) || ' invoices, ' || sum(gross) FROM v_invoices),"
            " (SELECT count(*) || ' payments, ' || sum(amount) FROM v_payments)",
            of=of,
        )
        return row

    def _are_well(self) -> bool:
        ports = [self.machines.ports[f"web {name}"] for name in NAMES]
        return all(_status(port, "/healthz") == 200 for port in ports)

    def _members(self) -> str:
        members = self.machines.cluster()
        return ", ".join(f"{m['name']} {m['role']} {m['state']}" for m in members)


PERIOD = (
    "SELECT status FROM periods_period WHERE code = '2026-09' AND company_id ="
    f" (SELECT id FROM companies_company WHERE code = '{SALES}')"
)


def _status(port: int, path: str) -> int:
    import http.client

    line = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        line.request("GET", path, headers={"Host": "localhost"})
        return line.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        line.close()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="deploy/ha/show.sh",
        description=__doc__,
        epilog=f"packages: apt-get install --no-install-recommends {PACKAGES}",
    )
    parser.add_argument("--orders", type=int, default=20_000, metavar="N")
    parser.add_argument("--keep", action="store_true", help="keep the folder with all its logs")
    parser.add_argument("--protocol", type=Path, metavar="FILE", help="the lines, in a file too")
    options = parser.parse_args()
    if problem := _missing():
        print(problem, file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="closing-ha-"))
    show = Show(Machines(folder), options.orders)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    try:
        show.run()
    except NotShown as error:
        show.hold(str(error), is_so=False)
    finally:
        for one in show.people:
            one._over.set()
        show.machines.end()
        if options.keep or show.failed:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder)
    show.say("everything held" if not show.failed else f"{len(show.failed)} did not hold")
    if options.protocol:
        options.protocol.write_text("\n".join(show.lines) + "\n")
    return 1 if show.failed else 0


def _missing() -> str:
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=path)]
    if lacking or not [*Path("/usr/lib/postgresql").glob("*/bin/postgres")]:
        lacking = lacking or ["postgresql"]
        return f"Missing: {', '.join(lacking)}. As root: apt-get install {PACKAGES}"
    if not Path(ROOT_PYTHON).exists():
        return f"The program is not set up in {VAR}: ./run install"
    return ""


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise NotShown("interrupted")


if __name__ == "__main__":
    sys.exit(main())
