"""`contextualise convert`, as a person at a terminal meets it."""

import errno
import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from contextualise.cli.convert import convert
from tests.unit.interchange.support import canonical_of, xtm1, xtm20

PROGRAM = [sys.executable, "-c", "from contextualise.cli.convert import convert; convert(prog_name='convert')"]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    path = tmp_path / "map.xtm"
    path.write_text(xtm20('<topic id="t"><name><value>Bø</value></name></topic>'))
    return path


def run(*arguments: str | Path, stdin: bytes | None = None):
    return CliRunner().invoke(convert, [str(argument) for argument in arguments], input=stdin, prog_name="convert")


def test_canonical_form_is_all_there_is_on_standard_output(map_file: Path) -> None:
    result = run(map_file, "--to", "cxtm")
    assert result.exit_code == 0
    assert result.stdout_bytes == canonical_of(map_file.read_bytes()).encode()
    assert result.stderr == ""


def test_format_may_be_in_capitals(map_file: Path) -> None:
    assert run(map_file, "--to", "CXTM").exit_code == 0


def test_standard_input_may_be_compressed(map_file: Path) -> None:
    result = run("-", "--to", "cxtm", stdin=gzip.compress(map_file.read_bytes()))
    assert result.stdout_bytes == canonical_of(map_file.read_bytes()).encode()


def test_other_formats_are_named_with_those_there_are(map_file: Path) -> None:
    result = run(map_file, "--to", "jtm")
    assert result.exit_code == 2
    assert "there is no format 'jtm' to write; there is: xtm, cxtm." in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (xtm20("\n<topic/>"), "{file}:3: <topic> has no id"),
        ("no XML", "{file}:1: not well-formed XML: syntax error"),
        ("", "{file}: the file is empty"),
        (xtm20("<topic id='a'/>")[:-3], "{file}:3: not well-formed XML: unclosed token"),
    ],
)
def test_bad_file_gives_one_line_and_status_1(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.xtm"
    path.write_text(content)
    result = run(path, "--to", "cxtm")
    assert result.exit_code == 1
    assert result.stderr == message.format(file=path) + "\n"
    assert result.stdout_bytes == b""


def test_folder_and_missing_file_give_one_line(tmp_path: Path) -> None:
    assert run(tmp_path, "--to", "cxtm").stderr == f"{tmp_path}: Is a directory\n"
    assert run(tmp_path / "x", "--to", "cxtm").stderr == f"{tmp_path / 'x'}: No such file or directory\n"


def test_unreadable_file_gives_one_line(map_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    # Root may read every file, so the refusal of the system has to be played.
    monkeypatch.setattr(Path, "open", denied)
    assert run(map_file, "--to", "cxtm").stderr == f"{map_file}: Permission denied\n"


def test_warnings_go_to_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "map.xtm"
    path.write_text(xtm20('<mergeMap href="gone.xtm"/>'))
    result = run(path, "--to", "cxtm")
    assert result.exit_code == 0
    assert result.stdout_bytes == b"<topicMap>\n</topicMap>\n"
    assert result.stderr == f"warning: {path}:2: {(tmp_path / 'gone.xtm').as_uri()} is not merged: No such file or directory\n"


def test_documents_beside_the_file_are_merged(map_file: Path) -> None:
    main = map_file.parent / "main.xtm"
    main.write_text(xtm20('<mergeMap href="map.xtm"/>'))
    assert b"map.xtm#t" in run(main, "--to", "cxtm").stdout_bytes


def test_standard_input_merges_nothing(map_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(map_file.parent)
    result = run("-", "--to", "cxtm", stdin=xtm20('<mergeMap href="map.xtm"/>').encode())
    assert result.stdout_bytes == b"<topicMap>\n</topicMap>\n"
    assert "other documents are not read here" in result.stderr


def test_lenient_lets_typed_base_names_pass(tmp_path: Path) -> None:
    path = tmp_path / "ontology.xtm"
    name = '<baseName><instanceOf><topicRef xlink:href="#k"/></instanceOf><baseNameString>N</baseNameString></baseName>'
    path.write_text(xtm1(f'<topic id="t">{name}</topic>'))
    assert "<instanceOf> is not allowed in <baseName>" in run(path, "--to", "cxtm").stderr
    assert run(path, "--to", "cxtm", "--lenient").exit_code == 0


def test_reader_of_the_output_may_go_away(tmp_path: Path) -> None:
    path = tmp_path / "long.xtm"
    path.write_text(xtm20("".join(f'<topic id="t{n}"/>' for n in range(5000))))
    with subprocess.Popen([*PROGRAM, path, "--to", "cxtm"], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"<topicMap>\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_full_disk_gives_one_line(map_file: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, map_file, "--to", "cxtm"], env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b"standard output: No space left on device\n"


def test_a_map_is_written_as_xtm_that_converts_to_the_same_canonical_form(map_file: Path) -> None:
    written = run(map_file, "--to", "xtm")
    assert written.exit_code == 0 and 'version="2.1"' in written.stdout
    canonical = run(map_file, "--to", "cxtm").stdout
    map_file.write_text(written.stdout)
    assert run(map_file, "--to", "cxtm").stdout == canonical
