"""The `contextualise` command."""

from importlib import import_module

import rich_click as click

from contextualise import __version__

COMMANDS = {
    "serve": ("contextualise.cli.serve", "serve"),
    "migrate": ("contextualise.cli.migrate", "migrate"),
    "user": ("contextualise.cli.user", "user"),
    "import": ("contextualise.cli.importing", "import_map_command"),
    "convert": ("contextualise.cli.convert", "convert"),
    "reindex": ("contextualise.cli.reindex", "reindex"),
    "doctor": ("contextualise.cli.doctor", "doctor"),
    "backup": ("contextualise.cli.backup", "backup"),
    "verify": ("contextualise.cli.verify", "verify"),
    "restore": ("contextualise.cli.restore", "restore"),
}
"""Each command's module and name in it: loaded only when it is asked for, because `convert` needs no web server and starts at once."""


class Commands(click.RichGroup):
    """Finds commands by name in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contextualise")
def main() -> None:
    """Organise knowledge as topic maps, on your own server.

    Settings come from the environment; the README lists them.
    """
