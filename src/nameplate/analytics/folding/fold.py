"""Folding one day: read its facts, work out packs and pairs, and keep them unless an event came in between."""

import asyncio
from datetime import date
from uuid import UUID

from nameplate.analytics.folding import pack, pairs, queries
from nameplate.analytics.folding.pairs import Pair
from nameplate.db import Tx

LEAST = 200
"""Views and clicks of a day below which its facts are read faster than anything made of them."""


async def fold(tx: Tx, account_id: UUID, day: date) -> bool:
    """False when there was nothing to fold, or something was counted meanwhile: the day stays dirty then, so that
    nobody believes what was written.

    The version is read before the facts and compared after them: nobody who counts ever waits for this.
    """
    await queries.expect_many(tx)
    await queries.one_at_a_time(tx, account_id, day)
    version = await queries.version(tx, account_id, day)
    if version is None:
        return False
    facts = await queries.facts(tx, account_id, day)
    clicked = await queries.clicked(tx, account_id, day)
    parts, paired = await asyncio.to_thread(_work_out, facts, clicked)
    await queries.write(tx, account_id, day, parts, paired)
    return await queries.clean(tx, account_id, day, version)


def _work_out(facts: queries.Rows, clicked: queries.Rows) -> tuple[dict[int, bytes], list[Pair]]:
    made = pack.make(facts, clicked)
    return pack.dump(made), list(pairs.make(made))
