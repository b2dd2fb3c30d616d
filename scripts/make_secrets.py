"""Makes the secrets that compose.yaml reads, one file each; a secret that is there is never changed."""

import secrets
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "secrets"
NAMES = ("postgres-password", "secret-key", "s3-access-key", "s3-secret-key", "s3-internal-key")


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for name in NAMES:
        path = folder / name
        if not path.exists():
            path.write_text(secrets.token_hex(24))
        # Readable inside the containers, whose accounts are others; the folder keeps everybody else out.
        path.chmod(0o644)
    print(f"{folder} holds {', '.join(NAMES)}. Keep a copy somewhere safe.")


if __name__ == "__main__":
    main()
