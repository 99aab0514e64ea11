"""Whether a live database keeps tenants apart as the migrations say, and what to do where it does not.

`declared.json` is what a freshly migrated database says; `python scripts/declare_isolation.py` writes it anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import msgspec

from nameplate.db import ROLES
from nameplate.isolation.queries import Catalogue, GrantRow, PolicyRow, RoleRow

MIGRATE = "run `nameplate migrate`"


@dataclass(frozen=True, slots=True)
class Fault:
    """`grave`: rows of others may show, or rows of one's own stay away without an error. Then nothing is answered."""

    what: str
    mend: str
    grave: bool


@lru_cache
def declared() -> Catalogue:
    return msgspec.json.decode(
        files("nameplate.isolation").joinpath("declared.json").read_bytes(), type=Catalogue
    )


def lasting(catalogue: Catalogue) -> Catalogue:
    """Without what comes and goes: partitions, and roles, whose rules hold for all alike."""
    partitions = {table.name for table in catalogue.tables if table.partition}
    kept = [table for table in catalogue.tables if not table.partition]
    grants = [grant for grant in catalogue.grants if grant.table_name not in partitions]
    return replace(catalogue, tables=kept, grants=grants, roles=[])


def faults(live: Catalogue) -> list[Fault]:
    """Everything that is not as declared, the grave first."""
    found = [
        *_roles(live),
        *_tables(live),
        *_policies(live),
        *_grants(live),
        *_functions(live),
        *_views(live),
    ]
    return sorted(found, key=lambda fault: not fault.grave)


def _roles(live: Catalogue) -> Iterator[Fault]:
    by_name = {role.name: role for role in live.roles}
    for name in ROLES:
        if (role := by_name.get(name)) is None:
            yield Fault(f"the role {name} is missing", MIGRATE, grave=False)
        else:
            yield from _role(role)


def _role(role: RoleRow) -> Iterator[Fault]:
    if role.superuser:
        yield Fault(f"{role.name} is superuser", f"ALTER ROLE {role.name} NOSUPERUSER", grave=True)
    if role.bypasses:
        yield Fault(
            f"{role.name} bypasses row-level security", f"ALTER ROLE {role.name} NOBYPASSRLS", grave=True
        )
    if role.creates and not role.superuser:
        mend = f"ALTER ROLE {role.name} NOCREATEROLE NOCREATEDB NOREPLICATION"
        mend += f"; REVOKE CREATE ON SCHEMA public FROM {role.name}"
        yield Fault(f"{role.name} may create objects, roles or databases", mend, grave=True)
    for table in role.owns:
        yield Fault(
            f"{role.name} owns {table}", f"ALTER TABLE {table} OWNER TO the schema's owner", grave=True
        )
    for other in role.member_of:
        yield Fault(f"{role.name} is a member of {other}", f"REVOKE {other} FROM {role.name}", grave=True)


def _tables(live: Catalogue) -> Iterator[Fault]:
    by_name = {table.name: table for table in live.tables}
    for table in live.tables:
        known = next((other for other in declared().tables if other.name == table.name), None)
        if not (table.tenant or table.partition or (known and known.enabled)):
            continue
        if not table.enabled:
            mend = f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
            yield Fault(f"{table.name} has no row-level security", mend, grave=True)
        if not table.forced:
            mend = f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
            yield Fault(f"{table.name} does not force row-level security on its owner", mend, grave=True)
    for table in declared().tables:
        if table.name not in by_name:
            yield Fault(f"the table {table.name} is missing", MIGRATE, grave=False)


def _policies(live: Catalogue) -> Iterator[Fault]:
    wanted = {(policy.table_name, policy.name): policy for policy in declared().policies}
    found = {(policy.table_name, policy.name): policy for policy in live.policies}
    tables = {table.name for table in live.tables}
    for key, policy in wanted.items():
        if key not in found and policy.table_name in tables:
            yield Fault(f"{policy.table_name} lost its policy {policy.name}", statement(policy), grave=True)
        elif key in found and not _same(policy, found[key], live.version):
            mend = f"DROP POLICY {policy.name} ON {policy.table_name}; {statement(policy)}"
            yield Fault(f"the policy {policy.name} of {policy.table_name} was changed", mend, grave=True)
    for key, policy in found.items():
        if key not in wanted:
            mend = f"DROP POLICY {policy.name} ON {policy.table_name}"
            yield Fault(f"{policy.table_name} has a policy {policy.name} of its own", mend, grave=False)


def _same(wanted: PolicyRow, found: PolicyRow, version: int) -> bool:
    if version != declared().version:
        # Another version may write the same expression in another way.
        return (wanted.permissive, wanted.command, wanted.roles) == (
            found.permissive,
            found.command,
            found.roles,
        )
    return wanted == found


def statement(policy: PolicyRow) -> str:
    """The statement that makes it."""
    parts = [f"CREATE POLICY {policy.name} ON {policy.table_name}"]
    parts += [] if policy.permissive else ["AS RESTRICTIVE"]
    parts += [] if policy.command == "ALL" else [f"FOR {policy.command}"]
    parts.append(f"TO {', '.join(policy.roles)}")
    parts += [f"USING ({policy.shows})"] if policy.shows is not None else []
    parts += [f"WITH CHECK ({policy.takes})"] if policy.takes is not None else []
    return " ".join(parts)


def _grants(live: Catalogue) -> Iterator[Fault]:
    tables = {grant.table_name for grant in live.grants} | {table.name for table in live.tables}
    wanted, found = _single(declared().grants), _single(live.grants)
    for table, role, privilege in sorted(wanted - found):
        if table in tables:
            mend = f"GRANT {privilege} ON {table} TO {role}"
            yield Fault(f"{role} may not {privilege} on {table}", mend, grave=False)
    for table, role, privilege in sorted(found - wanted):
        mend = f"REVOKE {privilege} ON {table} FROM {role}"
        yield Fault(f"{role} may {privilege} on {table}", mend, grave=False)


def _single(grants: list[GrantRow]) -> set[tuple[str, str, str]]:
    """Table, role, and one privilege: on the table, or on one column."""
    return {
        (grant.table_name, grant.role, grant.privilege + (f" ({column})" if column else ""))
        for grant in grants
        for column in grant.columns or [""]
    }


def _functions(live: Catalogue) -> Iterator[Fault]:
    for function in live.functions:
        if function.definer and not function.pinned:
            mend = f"ALTER FUNCTION {function.name} SET search_path = pg_catalog, public, pg_temp"
            yield Fault(
                f"{function.name} acts as its owner with whatever search_path its caller sets",
                mend,
                grave=True,
            )
        if "PUBLIC" in function.roles:
            mend = f"REVOKE ALL ON FUNCTION {function.name} FROM PUBLIC"
            yield Fault(f"everybody may call {function.name}", mend, grave=False)
    found = {function.name for function in live.functions}
    for function in declared().functions:
        if function.name not in found:
            yield Fault(f"the function {function.name} is missing", MIGRATE, grave=False)


def _views(live: Catalogue) -> Iterator[Fault]:
    for view in live.views:
        if view.roles:
            mend = f"ALTER VIEW {view.name} SET (security_invoker = true)"
            yield Fault(
                f"the view {view.name} shows {', '.join(view.roles)} what its owner sees", mend, grave=True
            )
