"""The objects of the bucket. They are named by their content and never change, so each is copied once.

Copied before the database's snapshot and once more after it, for those that came meanwhile: whatever the snapshot names
was there at one of the two moments.
"""

from typing import Any

import obstore
from obstore.exceptions import BaseError

from nameplate.backup.archive import OBJECTS, Member, Progress, Writer
from nameplate.errors import StartError
from nameplate.storage import Storage


async def names(storage: Storage) -> list[str]:
    """Of all objects there are. Raises StartError."""
    found: list[str] = []
    try:
        async for page in obstore.list(storage.store, chunk_size=1000):
            found += [str(meta["path"]) for meta in page]
    except (BaseError, OSError) as error:
        raise StartError(f"Object storage does not answer: {_short(error)}.") from error
    return found


async def copy(storage: Storage, archive: Writer, copied: set[str], progress: Progress) -> None:
    """Add the objects that are not in `copied` yet. Raises StartError."""
    missing = [name for name in await names(storage) if name not in copied]
    for done, name in enumerate(missing, 1):
        try:
            answer = await obstore.get_async(storage.store, name)
            content = bytes(await answer.bytes_async())
        except FileNotFoundError:
            continue  # removed since it was listed: nothing names it any more
        except (BaseError, OSError) as error:
            raise StartError(f"The object {name} cannot be read: {_short(error)}.") from error
        attributes = {str(key): str(value) for key, value in answer.attributes.items()}
        archive.add(OBJECTS + name, content, attributes)
        copied.add(name)
        progress("Objects", done, len(missing))


async def put(storage: Storage, member: Member) -> str:
    """Store one; its name. Raises StartError."""
    name = member.name.removeprefix(OBJECTS)
    attributes: Any = member.attributes
    try:
        await obstore.put_async(storage.store, name, member.content.read(), attributes=attributes)
    except (BaseError, OSError) as error:
        raise StartError(f"The object {name} cannot be stored: {_short(error)}.") from error
    return name


async def remove(storage: Storage, unwanted: list[str]) -> None:
    """Raises StartError."""
    try:
        for start in range(0, len(unwanted), 500):
            await obstore.delete_async(storage.store, unwanted[start : start + 500])
    except (BaseError, OSError) as error:
        raise StartError(f"Objects could not be removed: {_short(error)}.") from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
