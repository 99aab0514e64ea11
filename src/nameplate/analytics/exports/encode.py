"""`python -m nameplate.analytics.exports.encode`: events as lines of CSV on standard input, Parquet on standard output.

A process of its own for each download: Arrow keeps Python to itself while it encodes, and in a web process everybody
would wait for that. It knows no secret and imports nothing that is not needed: it costs some 20 MB to begin with. It
ends when nobody writes or reads any more.
"""

import sys

from arro3.io import read_csv, write_parquet

from nameplate.analytics.exports.schema import COMPRESSION, DISTINCT, EVENTS, REQUIRED, schema_of
from nameplate.background import give_way

BATCH = 1000  # rows
# Larger, the first one comes late; smaller, what has to be remembered of each until the end takes memory.
ROW_GROUP = 40_000


def main() -> None:
    give_way()
    rows = read_csv(
        sys.stdin.buffer, schema_of(EVENTS, required=REQUIRED), has_header=False, batch_size=BATCH
    )
    write_parquet(
        rows,
        sys.stdout.buffer,
        compression=COMPRESSION,
        column_dictionary_enabled=dict.fromkeys(DISTINCT, False),
        max_row_group_size=ROW_GROUP,
    )
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
