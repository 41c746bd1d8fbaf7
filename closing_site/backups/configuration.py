"""What an operator should know of an installation before people use it: settings, roles, rules,
backups, tools. Nothing is changed."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from closing_site import health, placing
from closing_site.backups.mail import mail_steps
from closing_site.backups.models import Backup
from closing_site.companies.models import User
from closing_site.companies.placed_people import unknown_people
from closing_site.database_objects import version
from closing_site.database_objects.in_force import not_in_force
from closing_site.environment import LOOPBACK

#: ``wrong``: people must not work with it, and ``deploy/systemd`` starts nothing. ``accepted``: as
#: ``wrong``, but named in CLOSING_ACCEPTED. ``warning``: to be known, or put right.
OK, WARNING, ACCEPTED, WRONG = "ok", "warning", "accepted", "wrong"
#: What the books' safety rests on: nobody may accept that it is wrong.
NEVER_ACCEPTED: Final = frozenset({"debug", "serving_role", "rules", "connection_settings"})
BACKUP_HOURS: Final = 26


@dataclass(frozen=True)
class Checked:
    name: str
    state: str
    says: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def checked_configuration() -> list[Checked]:
    """Every check, in order; one that cannot be made for lack of the database says so."""
    found: list[Checked] = []
    for check in CHECKS:
        try:
            found += map(_as_accepted, check())
        except DatabaseError as error:
            name = check.__name__.strip("_")
            found.append(Checked(name, WRONG, f"not checked: {str(error).strip().splitlines()[0]}"))
    return found


def _as_accepted(one: Checked) -> Checked:
    is_accepted = one.name in settings.CLOSING_ACCEPTED and one.name not in NEVER_ACCEPTED
    return replace(one, state=ACCEPTED) if is_accepted and one.state == WRONG else one


def _acceptance() -> Iterator[Checked]:
    if forbidden := sorted(NEVER_ACCEPTED & set(settings.CLOSING_ACCEPTED)):
        says = f"CLOSING_ACCEPTED names what nobody may accept: {', '.join(forbidden)}"
        yield Checked("acceptance", WRONG, says)


def _production() -> Iterator[Checked]:
    if settings.DEBUG:
        yield Checked("debug", WRONG, "DEBUG=1 shows the program's inside to everyone: set DEBUG=0")
    else:
        yield Checked("debug", OK, "DEBUG=0")
    if "*" in settings.ALLOWED_HOSTS:
        yield Checked("hosts", WARNING, "ALLOWED_HOSTS takes any name: name the hosts served")
    else:
        yield Checked("hosts", OK, ", ".join(settings.ALLOWED_HOSTS))
    if settings.TRUSTED_PROXIES:
        yield Checked("proxies", OK, ", ".join(map(str, settings.TRUSTED_PROXIES)))
    else:
        yield Checked(
            "proxies",
            WARNING,
            "TRUSTED_PROXIES is empty: behind a proxy all people share one address, and one of"
            " them can lock all out",
        )


def _deployment() -> Iterator[Checked]:
    """Django's own checks for deployment, ours among them."""
    for one in checks.run_checks(include_deployment_checks=True):
        if not one.is_silenced():
            state = WRONG if one.is_serious() else WARNING
            yield Checked(str(one.id), state, " ".join(str(one.msg).split()))


def _seal_key() -> Iterator[Checked]:
    path = Path(settings.CLOSING_SEAL_KEY_FILE)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o027:
        says = f"{path} is open to others ({mode:o}): chmod u=rw,g=r,o= {path}"
        yield Checked("seal_key", WRONG, says)
    elif settings.CLOSING_BACKUP_DIR and settings.CLOSING_BACKUP_DIR in path.parents:
        yield Checked("seal_key", WRONG, f"{path} lies with the backups: keep them apart")
    else:
        yield Checked("seal_key", OK, f"{path} ({mode:o})")


def _serving_role() -> Iterator[Checked]:
    if settings.CLOSING_SINGLE_ROLE:
        says = "CLOSING_SINGLE_ROLE=1: the role that serves can switch every rule off"
        yield Checked("serving_role", WARNING, says)
    elif health.database_state() != health.WELL:
        yield Checked("serving_role", WRONG, f"the database is {health.database_state()}")
    else:
        yield Checked("serving_role", OK, "owns no table")


def _rules() -> Iterator[Checked]:
    if health.migrations_state() != health.WELL or not version.is_current():
        yield Checked("rules", WRONG, "not those of this version: run prepare_database")
    elif changed := not_in_force():
        names = ", ".join(one.name for one in changed[:5])
        says = f"changed past the program: {names}. prepare_database puts them back"
        yield Checked("rules", WRONG, says)
    else:
        yield Checked("rules", OK, "those of this version, all in force")


def _database_settings() -> Iterator[Checked]:
    if lost := health.lost_settings():
        role = settings.DATABASES["default"]["USER"]
        statements = "; ".join(
            f"ALTER ROLE {role} SET {name} = {value}" for name, value in lost.items()
        )
        says = f"a pooler drops start-up options, of which the program needs these: {statements}"
        yield Checked("connection_settings", WRONG, says)
    else:
        yield Checked("connection_settings", OK, "search_path and planning are the program's")
    if given := health.database_settings():
        says = f"the database or the role has settings of its own: {given}"
        yield Checked("database_settings", WARNING, says)
    else:
        yield Checked("database_settings", OK, "none on the database or the role")


def _databases() -> Iterator[Checked]:
    """The other ones, in short; ``--at NAME check_configuration`` says more of each."""
    if placing.here() != placing.HOME:
        return
    for name, found in health.databases().items():
        wrong = {
            part: found[part]
            for part in ("database", "migrations", "rules")
            if found.get(part, health.WELL) != health.WELL
        }
        if found["database"] == "unreachable":
            # Its own companies wait; all others are to work, also after a start of the machine.
            yield Checked(f"database_{name}", WARNING, "does not answer")
        elif wrong:
            says = ", ".join(f"{part}: {said}" for part, said in wrong.items())
            yield Checked(f"database_{name}", WRONG, f"{says}. See --at {name} check_configuration")
        elif people := unknown_people(name):
            says = (
                f"names people who are not at home: {', '.join(people[:5])}. They cannot sign in:"
                " restore a newer backup of home, or invite them under another name"
            )
            yield Checked(f"database_{name}", WRONG, says)
        elif found["worker"] != health.WELL:
            yield Checked(f"database_{name}", WARNING, "a queue has no worker that is alive")
        else:
            yield Checked(f"database_{name}", OK, "reachable, with the rules of this version")


def _database_secrecy() -> Iterator[Checked]:
    for alias, database in settings.DATABASES.items():
        says = open_to_others(database)
        state = WARNING if says else OK
        yield Checked(f"database_{alias}_secrecy", state, says or "nobody on the way reads it")


def open_to_others(database: Mapping[str, Any]) -> str:
    """Blank where the way to the database is within this machine, or encrypted to a server whose
    name was checked; else what to do."""
    host, mode = str(database.get("HOST", "")), database["OPTIONS"].get("sslmode", "prefer")
    within = all(one in ("", *LOOPBACK) or one.startswith(("/", "@")) for one in host.split(","))
    if within or mode == "verify-full":
        return ""
    return (
        f"{host} is reached with sslmode={mode}, which others on the way can read or answer: add"
        " sslmode=verify-full and sslrootcert to the address"
    )


def _demo() -> Iterator[Checked]:
    names = User.objects.filter(has_demo_password=True, is_active=True)
    if found := list(names.values_list("username", flat=True).order_by("username")):
        says = f"have passwords that everybody knows: {', '.join(found)}"
        yield Checked("demo", WARNING if settings.DEBUG else WRONG, says)
    else:
        yield Checked("demo", OK, "nobody has a demo password")


def _backups() -> Iterator[Checked]:
    folder = settings.CLOSING_BACKUP_DIR
    if folder is None:
        yield Checked("backup_folder", WARNING, "CLOSING_BACKUP_DIR is empty: no nightly backup")
    elif not os.access(folder, os.W_OK | os.X_OK):
        says = f"CLOSING_BACKUP_DIR: {folder} is missing or cannot be written: no nightly backup"
        yield Checked("backup_folder", WARNING, says)
    else:
        yield Checked("backup_folder", OK, str(folder))
    last = Backup.objects.order_by("-made_at").first()
    if last is None:
        yield Checked("last_backup", WARNING, "none is known: make one with the command backup")
        return
    found = health.last_backup()
    hours = found["hours_ago"] if isinstance(found, dict) else 0
    state = OK if hours <= BACKUP_HOURS else WARNING
    yield Checked("last_backup", state, f"{last.name}, {hours} hours ago")


def _tools() -> Iterator[Checked]:
    server = connection.get_database_version()[0]
    program = shutil.which("pg_dump")
    if program is None:
        yield Checked("pg_dump", WARNING, f"not found: install the client programs of {server}")
        return
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.split()[-1].split(".")[0] if said.stdout else ""
    if not major.isdecimal() or int(major) < server:
        says = f"{said.stdout.strip()} is older than the server, {server}: no backup can be made"
        yield Checked("pg_dump", WARNING, says)
    else:
        yield Checked("pg_dump", OK, said.stdout.strip())


def _mail() -> Iterator[Checked]:
    """Signs in and sends nothing; ``check_mail --to`` does. No reason not to serve: whoever starts
    the program by this check starts it while the mail server is down, too."""
    if not settings.EMAIL_HOST:
        yield Checked("mail", WARNING, "EMAIL_HOST is empty: no mail is sent")
        return
    *_before, last = mail_steps()
    if last.is_well:
        yield Checked("mail", OK, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers")
    else:
        yield Checked("mail", WARNING, f"{last.name}: {last.says}")
    if not settings.DEFAULT_FROM_EMAIL:
        yield Checked("mail_sender", WARNING, "EMAIL_FROM is empty: no message names its sender")


def _workers() -> Iterator[Checked]:
    for queue, state in health.queues().items():
        says = "alive" if state == health.WELL else "none has been alive for 30 seconds"
        name = f"worker_{queue}"
        yield Checked(name, OK if state == health.WELL else WARNING, says)


CHECKS: Final[tuple[Callable[[], Iterator[Checked]], ...]] = (
    *(_acceptance, _production, _deployment, _seal_key, _serving_role, _rules),
    *(_database_settings, _databases, _database_secrecy, _demo, _backups, _tools, _mail, _workers),
)
