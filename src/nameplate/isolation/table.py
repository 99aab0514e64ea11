"""Roles and policies as the table of docs/security.md."""

from itertools import groupby

from nameplate.db import ROLES
from nameplate.isolation.queries import Catalogue

BEGIN = "<!-- made by scripts/declare_isolation.py -->"
END = "<!-- until here -->"
_TENANT = "(account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)"


def as_markdown(catalogue: Catalogue) -> str:
    """One row a table: what each role may do, and which rows it does it to."""
    short = [role.removeprefix("nameplate_") for role in ROLES]
    lines = [f"| table | {' | '.join(short)} | rows |", f"|---|{'---|' * len(ROLES)}---|"]
    grants = {
        table: list(rows) for table, rows in groupby(catalogue.grants, key=lambda grant: grant.table_name)
    }
    for table in catalogue.tables:
        cells = []
        for role in ROLES:
            mine = [grant for grant in grants.get(table.name, []) if grant.role == role]
            words = [
                g.privilege.lower() + (f" ({len(g.columns)} columns)" if g.columns else "") for g in mine
            ]
            cells.append(", ".join(words))
        lines.append(f"| `{table.name}` | {' | '.join(cells)} | {_rows(catalogue, table.name)} |")
    return "\n".join(lines)


def _rows(catalogue: Catalogue, table: str) -> str:
    said = []
    for policy in catalogue.policies:
        if policy.table_name == table:
            shown = "the tenant's own" if policy.shows == _TENANT else f"`{policy.shows or policy.takes}`"
            roles = ", ".join(role.removeprefix("nameplate_") for role in policy.roles)
            command = "" if policy.command == "ALL" else f" {policy.command.lower()}"
            said.append(f"{roles}{command}: {shown.replace('|', chr(92) + '|')}")
    return "; ".join(said) or "all: it holds nothing of a tenant's"


def put_into(document: str, table: str) -> str:
    """`document` with `table` between its two marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"
