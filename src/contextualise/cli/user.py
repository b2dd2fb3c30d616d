"""`contextualise user`: accounts from the terminal, for when nobody can sign in yet or any more."""

import sys

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.site import Site, on_site
from contextualise.domain import accounts, audit


@click.group()
def user() -> None:
    """Look after people's accounts."""


@user.command()
@click.argument("email")
@click.option("--admin", is_flag=True, help="Make the person an administrator.")
@click.option("--name", metavar="NAME", default="", help="Name that others see; without it, the address up to the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
def add(email: str, admin: bool, name: str, password_stdin: bool) -> None:
    """Make an account for EMAIL. On a terminal the password is asked for twice and not shown."""
    password = _password(password_stdin)

    async def work(site: Site) -> None:
        async with site.database.writing() as session:
            user_id = await accounts.create_user(
                session, email=email, name=name.strip() or email.strip().partition("@")[0], password=password, is_admin=admin
            )
            detail = {"by": "terminal", **({"as administrator": True} if admin else {})}
            await audit.note(session, user_id=None, action="account.create", subject_id=user_id, detail=detail)

    on_site(work)
    click.echo(f"{email.strip()} can sign in now{', as an administrator' if admin else ''}.")


def _password(from_input: bool) -> str:
    """The password; ends the command with status 1 when there is nobody to ask and nothing to read."""
    if from_input:
        return _line()
    if not sys.stdin.isatty():
        raise _refused("There is no terminal to ask for a password; give it on standard input with --password-stdin.")
    password = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    assert isinstance(password, str)
    return password


def _line() -> str:
    try:
        line = sys.stdin.buffer.readline(10_000).decode()
    except UnicodeDecodeError as error:
        raise _refused("The password on standard input is not UTF-8.") from error
    password = line.rstrip("\r\n")
    if not password:
        raise _refused("There is no password on standard input.")
    return password


def _refused(reason: str) -> Exit:
    click.echo(reason, err=True)
    return Exit(1)
