"""The `contextualise` command."""

import rich_click as click

from contextualise import __version__
from contextualise.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contextualise")
def main() -> None:
    """Organise knowledge as topic maps, on your own server.

    Settings come from the environment; the README lists them.
    """


for command in (serve,):
    main.add_command(command)
