"""What a web process and its decoders say to each other. The decoder has touched hostile bytes: what it says is
checked as if a stranger said it."""

import msgspec

MOST_MESSAGE = 4096
MOST_RESULT = 32 * 1024 * 1024  # bytes a decoder may write


class Limits(msgspec.Struct, frozen=True, array_like=True):
    """What one picture may cost. `pixels` of one frame, `side` in pixels, `memory` in bytes of address space."""

    pixels: int = 50_000_000
    side: int = 20_000
    frames: int = 300
    memory: int = 1024 * 1024 * 1024
    cpu_seconds: int = 20
    wall_seconds: float = 30.0


class Order(msgspec.Struct, frozen=True, array_like=True):
    """Goes with two file descriptors: one to be read, and an empty file for what is made of it.

    `task`: one of server.TASKS. `argument`: what it needs to know besides.
    """

    id: int
    task: str
    argument: str
    limits: Limits


class Ended(msgspec.Struct, frozen=True, array_like=True):
    """`code`: its exit code, or minus the signal it died of. `late`: it was killed for taking too long.

    `memory`: bytes it had at most, what it shares with its server included.
    """

    id: int
    code: int
    late: bool
    memory: int


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """One variant."""

    type: str
    width: int
    height: int
    data: bytes


class Result(msgspec.Struct, frozen=True, array_like=True):
    """`refused`: a code of assets/refusals.py, with what its sentence needs in `detail`; then nothing else counts."""

    kind: str
    """Found by content: 'jpeg', 'png' ..., or what else it is."""
    refused: str = ""
    detail: str = ""
    width: int = 0
    height: int = 0
    colour: str = ""
    blur: str = ""
    pictures: list[Picture] = []
