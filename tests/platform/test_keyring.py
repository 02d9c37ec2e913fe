"""The key ring: private, never half written, never overwritten, never shown."""

import dataclasses
import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.errors import KeyRingRefused
from app.security.keyring import KeyRing


def test_what_is_created_is_loaded_again(tmp_path: Path) -> None:
    made = KeyRing.create(tmp_path / "ring.json")
    assert KeyRing.load(tmp_path / "ring.json") == made


def test_a_ring_from_before_there_was_a_signing_key_always_signs_with_the_same_one(tmp_path: Path) -> None:
    file = tmp_path / "ring.json"
    made = KeyRing.create(file)
    content = json.loads(file.read_text())
    del content["signing_key"]
    file.write_text(json.dumps(content))
    first, second = KeyRing.load(file), KeyRing.load(file)
    assert first.signing_key == second.signing_key
    assert first.signing_key not in (made.signing_key, made.identity_index_key)
    assert dataclasses.replace(first, signing_key=made.signing_key) == made


def test_it_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        KeyRing.create(tmp_path / "ring.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ring.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["ring.json"], "a draft was left behind"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyRingRefused, match="cannot be written: No such file or directory"):
        KeyRing.create(tmp_path / "none" / "ring.json")


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "ring.json"
    file.write_text("precious")
    with pytest.raises(KeyRingRefused, match="never overwritten"):
        KeyRing.create(file)
    assert file.read_text() == "precious"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    KeyRing.create(tmp_path / "ring.json")
    (tmp_path / "ring.json").chmod(mode)
    with pytest.raises(KeyRingRefused, match="chmod 600"):
        KeyRing.load(tmp_path / "ring.json")


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyRingRefused, match="tongguan secrets create"):
        KeyRing.load(tmp_path / "ring.json")


def test_a_folder_is_no_key_ring(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(KeyRingRefused, match="not a regular file"):
        KeyRing.load(tmp_path)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"current": 2}, "current names no master key"),
        ({"blind_index_key": "c2hvcnQ="}, "not 32 bytes long"),
        ({"sampling_key": "not base64!"}, "not base64"),
        ({"owner_password": ""}, "a password is empty"),
        ({"extra": 1}, "missing or unknown: extra"),
        ({"master_keys": []}, "not the JSON"),
    ],
)
def test_a_damaged_file_is_refused_without_showing_a_secret(tmp_path: Path, damage: object, reason: str) -> None:
    file = tmp_path / "ring.json"
    KeyRing.create(file)
    content = json.loads(file.read_text())
    assert isinstance(damage, dict)
    file.write_text(json.dumps(content | damage))
    with pytest.raises(KeyRingRefused, match=reason) as refusal:
        KeyRing.load(file)
    assert content["service_password"] not in str(refusal.value)


@pytest.mark.parametrize("content", ["", "[", "[]", "null", "{}", "\ud800".encode("utf-16", "surrogatepass")])
def test_what_is_no_key_ring_is_refused(tmp_path: Path, content: str | bytes) -> None:
    file = tmp_path / "ring.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(0o600)
    with pytest.raises(KeyRingRefused, match="damaged"):
        KeyRing.load(file)


def test_it_shows_no_secret_when_printed() -> None:
    ring = KeyRing.generate()
    assert repr(ring) == "KeyRing(current=1)"


def test_the_command_line_makes_one_and_refuses_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "ring.json"
    first = CliRunner().invoke(app, ["secrets", "create", str(file)])
    assert first.exit_code == 0
    assert str(file) in first.output
    again = CliRunner().invoke(app, ["secrets", "create", str(file)])
    assert again.exit_code == 1
    assert "never overwritten" in again.output
