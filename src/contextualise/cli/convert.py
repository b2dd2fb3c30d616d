"""`contextualise convert`: a topic map from one format into another, without a database."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import rich_click as click

from contextualise.interchange import FolderResolver, InterchangeError, Reading, cxtm, read
from contextualise.interchange.xtm import writer as xtm

STANDARD_INPUT = "-"
WRITERS: dict[str, Callable[[Reading, BinaryIO], None]] = {
    "xtm": lambda reading, out: xtm.write(reading.map, out),
    "cxtm": lambda reading, out: cxtm.write(reading.map, out),
}


def _format(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value.lower() not in WRITERS:
        raise click.BadParameter(f"there is no format {value!r} to write; there is: {', '.join(WRITERS)}.")
    return value.lower()


@click.command()
@click.argument("source", metavar="IN")
@click.option("--to", "target", metavar="FORMAT", required=True, callback=_format, help=f"Format to write: {', '.join(WRITERS)}.")
@click.option("--lenient", is_flag=True, help="Take in what the standards forbid but editors have written, with warnings.")
def convert(source: str, target: str, lenient: bool) -> None:
    """Reads the topic map IN and writes it to standard output.

    IN is a file in XTM 1.0, 2.0 or 2.1, plain, as gzip, or a zip bundle; "-" is standard input. Documents that the map
    merges are read from the folder of the file, or from the bundle, and from nowhere else. Warnings go to standard error.
    """
    if sys.stdout is None:
        click.echo("standard output is closed", err=True)
        sys.exit(1)
    try:
        reading = _read(source, strict=not lenient)
    except InterchangeError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for warning in reading.warnings:
        click.echo(f"warning: {warning}", err=True)
    try:
        WRITERS[target](reading, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except OSError as error:
        _give_up(error)


def _read(source: str, strict: bool) -> Reading:
    if source != STANDARD_INPUT:
        path = Path(source)
        return read(path, resolver=FolderResolver(path), strict=strict)
    base = (Path.cwd() / "standard-input").as_uri()
    # Python has no standard input at all when it was closed by whoever started it.
    stream = sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
    return read(stream, base=base, strict=strict, file="standard input")


def _give_up(error: OSError) -> None:
    """Nobody reads the output any more, or there is no room for it: neither is worth a traceback."""
    if not isinstance(error, BrokenPipeError):
        click.echo(f"standard output: {error.strerror}", err=True)
    # Python would try to write the rest once more when it exits.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
