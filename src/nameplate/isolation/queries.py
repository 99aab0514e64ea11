"""What PostgreSQL's catalogue says about roles, row-level security, policies, grants and functions of ours.

Any role may read it, so a web process can look after its own walls.
"""

from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

from nameplate.db import ROLES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoleRow:
    name: str
    superuser: bool
    bypasses: bool
    creates: bool  # roles, databases, replication slots, or objects in our schema
    owns: list[str]
    member_of: list[str]


@dataclass(frozen=True, slots=True)
class TableRow:
    name: str
    tenant: bool  # has a column account_id
    partition: bool
    enabled: bool
    forced: bool


@dataclass(frozen=True, slots=True)
class PolicyRow:
    table_name: str
    name: str
    permissive: bool
    command: str
    roles: list[str]
    shows: str | None  # USING
    takes: str | None  # WITH CHECK


@dataclass(frozen=True, slots=True)
class GrantRow:
    table_name: str
    role: str
    privilege: str
    columns: list[str]  # none: the whole table


@dataclass(frozen=True, slots=True)
class FunctionRow:
    name: str
    definer: bool
    pinned: bool  # search_path is fixed and begins with pg_catalog
    roles: list[str]  # that may call it; PUBLIC for everybody


@dataclass(frozen=True, slots=True)
class ViewRow:
    name: str
    roles: list[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    version: int  # PostgreSQL's
    roles: list[RoleRow]
    tables: list[TableRow]
    policies: list[PolicyRow]
    grants: list[GrantRow]
    functions: list[FunctionRow]
    views: list[ViewRow]  # that read as their owner


_ROLES: LiteralString = """
    SELECT rolname AS name, rolsuper AS superuser, rolbypassrls AS bypasses,
        rolcreaterole OR rolcreatedb OR rolreplication OR has_schema_privilege(oid, 'public', 'CREATE') AS creates,
        ARRAY(SELECT c.oid::regclass::text FROM pg_class c WHERE c.relowner = r.oid AND c.relpersistence <> 't'
            AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1) AS owns,
        ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1) AS member_of
    FROM pg_roles r WHERE rolname = ANY(%(roles)s) ORDER BY 1
"""
_TABLES: LiteralString = """
    SELECT c.oid::regclass::text AS name, c.relispartition AS partition, c.relrowsecurity AS enabled,
        c.relforcerowsecurity AS forced,
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped)
            AS tenant
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname !~ '^_?yoyo' ORDER BY 1
"""
_POLICIES: LiteralString = """
    SELECT polrelid::regclass::text AS table_name, polname AS name, polpermissive AS permissive,
        CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END AS command,
        ARRAY(SELECT CASE o WHEN 0 THEN 'PUBLIC' ELSE o::regrole::text END FROM unnest(polroles) o ORDER BY 1)
            AS roles,
        pg_get_expr(polqual, polrelid) AS shows, pg_get_expr(polwithcheck, polrelid) AS takes
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2
"""
_GRANTS: LiteralString = """
    WITH given AS (
        SELECT c.oid, a.grantee, a.privilege_type, NULL::name AS attname
        FROM pg_class c CROSS JOIN aclexplode(c.relacl) a
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace IN (SELECT oid FROM pg_namespace
            WHERE nspname IN ('public', 'jobs'))
        UNION ALL
        SELECT c.oid, a.grantee, a.privilege_type, t.attname
        FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid CROSS JOIN aclexplode(t.attacl) a
        WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace IN (SELECT oid FROM pg_namespace
            WHERE nspname IN ('public', 'jobs'))
    )
    SELECT oid::regclass::text AS table_name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS role,
        privilege_type AS privilege,
        coalesce(array_agg(attname::text ORDER BY attname) FILTER (WHERE attname IS NOT NULL), '{}') AS columns
    FROM given WHERE grantee = 0 OR grantee::regrole::text = ANY(%(roles)s)
    GROUP BY oid, grantee, privilege_type, attname IS NULL ORDER BY 1, 2, 3, 4
"""
_FUNCTIONS: LiteralString = """
    SELECT p.oid::regprocedure::text AS name, prosecdef AS definer,
        EXISTS (SELECT FROM unnest(proconfig) s WHERE s LIKE 'search_path=pg_catalog%%') AS pinned,
        ARRAY(SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
            FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
            WHERE grantee = 0 OR grantee::regrole::text = ANY(%(roles)s) ORDER BY 1) AS roles
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace ORDER BY 1
"""
_VIEWS: LiteralString = """
    SELECT c.oid::regclass::text AS name,
        ARRAY(SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END
            FROM aclexplode(c.relacl) WHERE grantee = 0 OR grantee::regrole::text = ANY(%(roles)s) ORDER BY 1) AS roles
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND (c.relkind = 'm' OR c.relkind = 'v'
        AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false))
    ORDER BY 1
"""


async def read_catalogue(connection: psycopg.AsyncConnection[Any]) -> Catalogue:
    """All of it, in a few milliseconds."""

    async def rows(kind: type[T], sql: LiteralString) -> list[T]:
        async with connection.cursor(row_factory=class_row(kind)) as cursor:
            await cursor.execute(sql, {"roles": list(ROLES)})
            return await cursor.fetchall()

    # What is of another schema is then named with it, whatever the caller's search path.
    await connection.execute("SET LOCAL search_path = public")
    return Catalogue(
        version=connection.info.server_version // 10_000,
        roles=await rows(RoleRow, _ROLES),
        tables=await rows(TableRow, _TABLES),
        policies=await rows(PolicyRow, _POLICIES),
        grants=await rows(GrantRow, _GRANTS),
        functions=await rows(FunctionRow, _FUNCTIONS),
        views=await rows(ViewRow, _VIEWS),
    )
