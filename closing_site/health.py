"""``/healthz``: whether database, migrations, rules and worker are well; for load balancers."""

from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from closing_site import placing, serving_role
from closing_site.database_objects import version
from closing_site.database_objects.declarations import rules_digest
from closing_site.database_objects.in_force import not_in_force
from closing_site.program import program_version
from closing_site.queues import QUEUES

WELL = "ok"

#: Workers write a heartbeat every 10 seconds.
HEARTBEAT_SECONDS = 30
#: What the program sets at its connections' start (environment.PLANNING, SEARCH_PATH). Behind a
#: pooler that drops start-up options the role has to have them.
OF_CONNECTIONS = {
    "search_path": "public, pg_temp",
    "random_page_cost": "1.1",
    "jit": "off",
    "default_statistics_target": "10",
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    state = {"database": database_state()}
    details: dict[str, object] = {}
    if state["database"] == "unreachable":
        state |= dict.fromkeys(("migrations", "rules", "worker"), "unknown")
    else:
        state |= {"migrations": migrations_state(), "rules": _rules(), "worker": _worker()}
        details = {
            "version": program_version(),
            "rules_digest": rules_digest(),
            "queues": queues(),
            "failed_jobs": _failed_jobs(),
            "last_backup": last_backup(),
            "database_settings": database_settings(),
        }
        if others := databases():
            details["databases"] = others
    well = all(part == WELL for part in state.values())
    return JsonResponse({**state, **details}, status=200 if well else 503)


def database_state() -> str:
    try:
        return WELL if serving_role.is_acceptable() and _query("SELECT 1") else "owned by its role"
    except DatabaseError:
        return "unreachable"


def databases() -> dict[str, dict[str, object]]:
    """The other databases by name. One that is not well takes this node from nobody: pages of all
    other companies work."""
    return {name: _state_of(name) for name in settings.CLOSING_PLACES}


def _state_of(name: str) -> dict[str, object]:
    if not placing.answers(name):
        return {"database": "unreachable"}
    with placing.at(name):
        return {
            "database": database_state(),
            "migrations": migrations_state(),
            "rules": _rules(),
            "worker": _worker(),
            "queues": queues(),
            "failed_jobs": _failed_jobs(),
            "last_backup": last_backup(),
        }


def migrations_state() -> str:
    try:
        applied = set(_query("SELECT app, name FROM django_migrations"))
    except DatabaseError:
        return "missing"
    return WELL if _known_migrations() <= applied else "behind"


def _rules() -> str:
    """Behind: functions, triggers or views are those of another version; nothing is written.
    Changed: somebody switched a trigger off, or replaced a function, past the program."""
    if not version.is_current():
        return "behind"
    try:
        return "changed" if not_in_force() else WELL
    except DatabaseError:
        return "unknown"


def _worker() -> str:
    """Well where every queue has a worker that lives: what people wait for, and papers."""
    found = queues()
    if not found:
        return "missing"
    return WELL if all(state == WELL for state in found.values()) else "silent"


def queues() -> dict[str, str]:
    """Queue → whether a worker of it lives; empty where the table is missing."""
    try:
        alive = {
            queue
            for (queue,) in _query(
                "SELECT queue FROM desk_workerbeat"
                f" WHERE beat_at > now() - interval '{HEARTBEAT_SECONDS} seconds'"
            )
        }
    except DatabaseError:
        return {}
    return {queue: WELL if queue in alive else "silent" for queue in QUEUES}


def _failed_jobs() -> object:
    """How many failed and were neither retried nor dismissed: someone has to look at them, but the
    installation serves."""
    try:
        ((failed,),) = _query("SELECT count(*) FROM desk_jobfailure WHERE dismissed_at IS NULL")
    except DatabaseError:
        return None
    return failed


def last_backup() -> object:
    """When the last one was made, and how many hours ago; null where there is none."""
    try:
        ((made_at, hours),) = _query(
            "SELECT max(made_at), floor(extract(epoch FROM now() - max(made_at)) / 3600)"
            " FROM backups_backup"
        )
    except DatabaseError:
        return None
    return {"made_at": made_at, "hours_ago": int(str(hours))} if made_at else None


def database_settings() -> object:
    """Names of settings that somebody gave the database or the role, other than our own: a pooler
    that drops start-up options would let them count."""
    try:
        own = ", ".join(f"'{_plain(f'{name}={value}')}'" for name, value in OF_CONNECTIONS.items())
        return [
            name
            for (name,) in _query(
                "SELECT DISTINCT split_part(given, '=', 1) FROM pg_db_role_setting AS s"
                " CROSS JOIN LATERAL unnest(s.setconfig) AS given"
                " WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database"
                " WHERE datname = current_database()))"
                " AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))"
                f" AND NOT replace(given, ' ', '') = ANY (ARRAY[{own}])"
                " ORDER BY 1"
            )
        ]
    except DatabaseError:
        return None


def lost_settings() -> dict[str, str]:
    """Of what the program sets at a connection's start, what does not hold on this one, with what
    should: a pooler dropped it."""
    listed = ", ".join(f"current_setting('{name}')" for name in OF_CONNECTIONS)
    (held,) = _query(f"SELECT {listed}")
    wanted = zip(OF_CONNECTIONS.items(), held, strict=True)
    return {name: value for (name, value), is_ in wanted if _plain(str(is_)) != _plain(value)}


def _plain(setting: str) -> str:
    return setting.replace(" ", "")


def _query(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations on disk, read once: they do not change under a running process."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)
