"""Who runs PostgreSQL, which refuses to be run by root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from nameplate.errors import StartError

CAP_DAC_READ_SEARCH = 2


@dataclass(frozen=True, slots=True)
class ServerUser:
    """`prefix` goes before a command; `uid_gid` is set when there is no such prefix and plain setuid has to do."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    uid_gid: tuple[int, int] | None = None

    def own(self, folder: Path) -> None:
        """Make `folder`, for this user only."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)

    def own_file(self, file: Path, text: str) -> None:
        """Write a secret file this user may read."""
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(text, "utf-8")
        if os.geteuid() == 0:
            os.chown(file, self.uid, self.gid)


def server_user(folder: Path, program: Path, *, death_signal: str) -> ServerUser:
    """The user for a server whose data is in `folder`: ourselves, or when we are root the owner of `folder`, or nobody.

    Raises StartError when that user cannot reach `program` and `folder`.
    """
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    owner = folder.stat()
    if owner.st_uid != 0:
        uid, gid = owner.st_uid, owner.st_gid
    else:
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise StartError(
                "PostgreSQL refuses to run as root and this machine has no user `nobody`: "
                "start Nameplate as an ordinary user."
            ) from None
        uid, gid = entry.pw_uid, entry.pw_gid
    tried = [*_with_setpriv(uid, gid, death_signal), ServerUser(uid, gid, uid_gid=(uid, gid))]
    for user in tried:
        if _reaches(user, program, folder):
            return user
    raise StartError(
        f"PostgreSQL refuses to run as root, and user {uid} may not enter {folder} or run {program}: "
        "move Nameplate to a folder others may enter, or start it as an ordinary user."
    )


def _with_setpriv(uid: int, gid: int, death_signal: str) -> list[ServerUser]:
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin")
    if setpriv is None:
        return []
    # A change of user clears the death signal, so setpriv sets it again after that.
    plain = (
        setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs", f"--pdeathsig={death_signal}",
    )  # fmt: skip
    if not _have_capability(CAP_DAC_READ_SEARCH):
        return [ServerUser(uid, gid, plain)]
    # It may look into folders that only root may enter (/root, a mktemp folder), and write only what it owns.
    searching = (*plain, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    return [ServerUser(uid, gid, searching), ServerUser(uid, gid, plain)]


def _have_capability(number: int) -> bool:
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return False
    permitted = next((line.split()[1] for line in status.splitlines() if line.startswith("CapPrm:")), "0")
    return bool(int(permitted, 16) & (1 << number))


def _reaches(user: ServerUser, program: Path, folder: Path) -> bool:
    drop: dict[str, object] = {}
    if user.uid_gid is not None:
        drop = {"user": user.uid, "group": user.gid, "extra_groups": []}
    try:
        for command in ([str(program), "--version"], ["/bin/sh", "-c", 'cd -- "$0"', str(folder)]):
            subprocess.run(
                [*user.prefix, *command], check=True, capture_output=True, timeout=20, cwd="/", **drop
            )  # type: ignore[call-overload]
    except (OSError, subprocess.SubprocessError):
        return False
    return True
