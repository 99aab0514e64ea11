"""Which table goes where on Citus, decided by what the catalogue says of its keys (docs/decisions/0041).

A table whose primary key begins with the account is distributed by it. One that has an account and another key is found
by that key before the account is known (handles, e-mail claims): a copy on every node. What has no account stays on the
coordinator: offsets, the queue of jobs, repositories, whose rows are locked one by one.
"""

from dataclasses import dataclass

from nameplate.citus.queries import Table
from nameplate.errors import StartError

FIRST = "accounts"


@dataclass(frozen=True, slots=True)
class Plan:
    distributed: list[str]
    """Those that others point to come before them."""
    references: list[str]
    local: list[str]


def plan(tables: list[Table]) -> Plan:
    """Raises StartError when a foreign key leads between tables that will not be in the same place."""
    distributed = {table.name: table for table in tables if table.by_account}
    references = [table.name for table in tables if table.has_account and not table.by_account]
    local = [table.name for table in tables if not table.has_account]
    for table in tables:
        for other in table.references:
            if (table.name in distributed) != (other in distributed):
                raise StartError(f"{table.name} points to {other}, which Citus would keep somewhere else.")
    return Plan(_in_order(distributed), references, local)


def _in_order(tables: dict[str, Table]) -> list[str]:
    ordered: list[str] = [FIRST] if FIRST in tables else []
    waiting = sorted(set(tables) - set(ordered))
    while waiting:
        ready = [name for name in waiting if set(tables[name].references) <= set(ordered)]
        if not ready:
            raise StartError(f"The foreign keys of {', '.join(waiting)} lead in a circle.")
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    return ordered
