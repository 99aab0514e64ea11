"""The command line. Each command is a file in `nameplate.commands`; they are imported when they are called."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from nameplate.errors import SettingsError, StartError

Held = Annotated[bool, typer.Option("--held", hidden=True)]
# File descriptors that `nameplate up` hands down.
Given = Annotated[int | None, typer.Option(hidden=True)]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Nameplate: self-hosted developer link pages with honest, first-party analytics.",
)


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Fill a demo account when there is no account yet.")] = True,
    domain: Annotated[
        str, typer.Option(help="Serve https://DOMAIN with Caddy in front. `localhost`: to try it here.")
    ] = "",
) -> None:
    """Run everything on this machine: the engines no setting names, web processes and a worker."""
    import asyncio

    from nameplate.commands.screen import Screen
    from nameplate.commands.up import up as run
    from nameplate.settings import Settings

    environ = {**os.environ, **({"NAMEPLATE_DOMAIN": domain} if domain else {})}
    asyncio.run(run(Settings.load(environ), Screen(), demo=demo))


@app.command()
def serve(held: Held = False, listen_fd: Given = None, ready_fd: Given = None) -> None:
    """Run the web processes; every engine has to be named by settings."""
    from nameplate.commands.serve import serve as run
    from nameplate.settings import Settings

    run(Settings.load(os.environ), held=held, listen_fd=listen_fd, ready_fd=ready_fd)


@app.command()
def work(held: Held = False, ready_fd: Given = None) -> None:
    """Run a worker: jobs, schedules and the counting of events."""
    from nameplate.commands.work import work as run
    from nameplate.settings import Settings

    run(Settings.load(os.environ), held=held, ready_fd=ready_fd)


@app.command()
def migrate(
    citus: Annotated[bool, typer.Option(help="Also spread tables over the nodes of Citus.")] = False,
    dry_run: Annotated[bool, typer.Option(help="With --citus: only show what would be done.")] = False,
) -> None:
    """Bring the database in NAMEPLATE_DATABASE_URL to the newest schema."""
    from nameplate.commands.migrate import migrate as run
    from nameplate.settings import Settings

    run(Settings.load(os.environ), citus=citus, dry_run=dry_run)


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A file to make, or a folder to make one in.")],
) -> None:
    """Put everything into one file, while the system runs; the secret key goes into a file of its own."""
    from nameplate.commands.backup import backup as run

    run(os.environ, to)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `nameplate backup` made.")],
    secrets: Annotated[
        Path | None, typer.Option(help="Its file of secrets. Default: beside it, with .secrets at the end.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace what is there.")] = False,
    new_secrets: Annotated[
        bool, typer.Option(help="Go on with the secret key of this place: second factors are void then.")
    ] = False,
) -> None:
    """Put back everything a backup holds, into an empty place: all of it or nothing."""
    from nameplate.commands.restore import restore as run

    run(os.environ, file, secrets, force=force, new_secrets=new_secrets)


@app.command()
def doctor() -> None:
    """Check everything Nameplate depends on and say how to mend it."""
    from nameplate.commands.doctor import doctor as run

    run(os.environ)


@app.command()
def grade(
    url: Annotated[str, typer.Argument(help="The public address, such as https://links.example.org.")],
    pages: Annotated[list[str] | None, typer.Argument(help="Pages to grade as well, such as ann.")] = None,
    insecure: Annotated[
        bool, typer.Option(help="Believe any certificate: for `up --domain localhost`.")
    ] = False,
) -> None:
    """Grade the headers of every kind of answer as MDN's HTTP Observatory does."""
    from nameplate.commands.grade import grade_installation

    grade_installation(url, pages or [], insecure=insecure)


@app.command()
def limits(
    hours: Annotated[int, typer.Option(min=1, max=720, help="How far back.")] = 24,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show who was limited, how often, and whether limits hurt people who are logged in."""
    from nameplate.commands.limits import limits as run

    run(os.environ, hours=hours, as_json=as_json)


audit_commands = typer.Typer(no_args_is_help=True, help="The security log.")
app.add_typer(audit_commands, name="audit")


@audit_commands.callback()
def audit() -> None:
    """The security log."""


@audit_commands.command("verify")
def audit_verify() -> None:
    """Find out whether an entry was changed, removed or slipped in. Exit code 1: one was."""
    from nameplate.commands.audit import verify as run

    sys.exit(run(os.environ))


asset_commands = typer.Typer(no_args_is_help=True, help="Pictures.")
app.add_typer(asset_commands, name="assets")


@asset_commands.callback()
def assets() -> None:
    """Pictures."""


@asset_commands.command("verify")
def assets_verify(
    mend: Annotated[
        bool, typer.Option(help="Remove what belongs to nothing; take from pages what is missing.")
    ] = False,
) -> None:
    """Compare the table of pictures with the object storage. Exit code 1: some are missing."""
    from nameplate.commands.assets import verify as run

    sys.exit(run(os.environ, mend=mend))


account_commands = typer.Typer(no_args_is_help=True, help="Help people who cannot help themselves.")
app.add_typer(account_commands, name="account")


@account_commands.callback()
def account() -> None:
    """Help people who cannot help themselves."""


@account_commands.command("reset-factors")
def reset_factors(
    handle: Annotated[str, typer.Argument(help="Whose.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove every second factor of an account whose owner lost them all."""
    from nameplate.commands.account import reset_factors as run

    sys.exit(run(os.environ, handle, yes=yes))


@app.command()
def demo(
    events: Annotated[int, typer.Option(min=1, max=200_000_000, help="How many events.")] = 60_000,
    days: Annotated[
        int | None,
        typer.Option(
            min=1, max=800, help="Over how many days. Default: 365, and 90 from a million events on."
        ),
    ] = None,
    handle: Annotated[str, typer.Option(help="Whose page: `/HANDLE`.")] = "juno",
    seed: Annotated[int, typer.Option(min=0, max=2**40, help="The same seed makes the same traffic.")] = 1,
    reset: Annotated[bool, typer.Option(help="Remove the demo account there is, first.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before removing it.")] = False,
) -> None:
    """Fill a believable developer's account: links, projects, a year of traffic."""
    from nameplate.commands.demo import demo as run
    from nameplate.demo.api import Options, usual_days

    options = Options(handle=handle, events=events, days=days or usual_days(events), seed=seed)
    sys.exit(run(os.environ, options, anew=reset, yes=yes))


@app.command()
def github(
    revive: Annotated[bool, typer.Option(help="Try tokens again that GitHub refused.")] = False,
) -> None:
    """Show how keeping projects on GitHub true goes: success, budget left, what is overdue."""
    from nameplate.commands.github import github as run
    from nameplate.settings import Settings

    sys.exit(run(Settings.load(os.environ), revive=revive))


@app.command(name="import")
def import_(
    source: Annotated[str, typer.Argument(help="github:LOGIN")],
    token: Annotated[
        str,
        typer.Option(
            help="An API token of yours that may write links, profile and pictures.",
            prompt=True,
            hide_input=True,
        ),
    ],
    url: Annotated[str, typer.Option(help="Where Nameplate runs. Default: as the settings say.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the page is changed.")] = False,
) -> None:
    """Begin a page with what GitHub knows of somebody; shows it first."""
    from nameplate.commands.start import start as run
    from nameplate.settings import Settings

    sys.exit(run(url or Settings.load(os.environ).base_url, source, token, yes=yes))


def main() -> None:
    """Run a command. What keeps it from running is said in one sentence, without a traceback."""
    try:
        app()
    except (SettingsError, StartError) as error:
        print(f"nameplate: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(1)
