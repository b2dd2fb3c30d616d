"""The three commands as somebody runs them who hosts a site: from a running server to a fresh machine in one command each."""

from pathlib import Path

from tests.serving import Served, free_port, visiting


async def test_from_a_running_server_to_a_fresh_machine(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    backups, served = str(tmp_path / "backups"), Served(tmp_path / "here", free_port()).start()
    try:
        async with visiting(served.address, _url_of(served)) as ada:
            home = await ada.new_map()
            tosca = await ada.new_topic(home)
            await ada.write(tosca, "*Vissi d'arte*, vissi d'amore.")
            kept = (await ada.upload(tosca, "aria.bin", b"some bytes")).json()
            made = served.run("backup", backups)
            assert made.returncode == 0, made.stderr
            assert "1 maps" in made.stdout and "2 files" in made.stdout
            refused = served.run("restore", backups)
            assert (refused.returncode, refused.stdout) == (1, "")
            assert "is in use by" in refused.stderr and refused.stderr.count("\n") <= 2, refused.stderr
            assert "arte" in (await ada.get(tosca)).text, "nothing was touched"
    finally:
        served.stop()
    wrong = served.run("restore", "--replace", backups, given="another\n")
    assert (wrong.returncode, wrong.stderr) == (1, "That is not its name. Nothing was changed.\n")

    fresh = Served(tmp_path / "there", free_port())
    restored = fresh.run("restore", backups)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert restored.stdout.endswith("Everything is as it should be. Everybody has to sign in again.\n")
    try:
        fresh.start()
        assert "setup?token" not in fresh.said, "there is an account"
        async with visiting(fresh.address, _url_of(fresh), "bob@example.org") as bob:
            signed_in = await bob.client.post("/sign-in", data={"email": "ada@example.org", "password": "correct horse battery"})
            assert signed_in.status_code == 303
            bob.client.cookies.set("session", signed_in.cookies["session"])
            assert "<em>Vissi d" in (await bob.get(tosca)).text
            assert (await bob.get(f"{home}/files/{kept['digest']}/aria.bin")).content == b"some bytes"
            await bob.new_topic(home, "Written after")
    finally:
        fresh.stop()
    assert fresh.run("restore", "--replace", backups, given="contextualise\n").returncode == 0
    deep = fresh.run("verify", "--deep", backups)
    assert deep.returncode == 0, deep.stdout + deep.stderr
    assert deep.stdout.endswith("Restored into a database of its own, it is as it should be.\n")


def test_what_is_no_backup_is_told_in_one_line(tmp_path: Path) -> None:
    site = Served(tmp_path / "site", free_port())
    done = site.run("verify", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{tmp_path / 'nowhere'}: holds no backups.\n")
    assert not site.storage.exists(), "verifying needs no site"
    assert site.run("restore", str(tmp_path)).stderr == f"{tmp_path}: holds no backups.\n"


def _url_of(served: Served) -> str:
    return (served.storage / "postgres" / "url").read_text()
