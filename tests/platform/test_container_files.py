"""No container engine runs in the tests; what can be read off the two files is checked."""

import re
from pathlib import Path
from typing import Any

import yaml

from app.settings import setting_fields, variable_names

REPOSITORY = Path(__file__).resolve().parents[2]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
KNOWN = {name for field in setting_fields() for name in variable_names(field)}


def test_the_image_copies_only_what_exists() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert "requirements.lock" in sources
    assert [source for source in sources if not (REPOSITORY / source).exists()] == []


def test_the_image_runs_as_an_ordinary_user_and_is_watched() -> None:
    final = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "/healthz" in final
    assert "--require-hashes" in DOCKERFILE


def test_every_variable_of_ours_is_a_setting() -> None:
    used = re.findall(r"\b(TONGGUAN_[A-Z_]+)\b", DOCKERFILE) + list(COMPOSE["services"]["service"]["environment"])
    assert [name for name in used if name not in KNOWN] == []


def test_the_service_waits_for_its_database_and_its_key_ring() -> None:
    waits_for = COMPOSE["services"]["service"]["depends_on"]
    assert waits_for["database"]["condition"] == "service_healthy"
    assert waits_for["keyring"]["condition"] == "service_completed_successfully"
    named = {volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


def test_no_password_stands_in_the_file() -> None:
    text = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
    assert re.findall(r"PASSWORD: (?!\$\{OWNER_PASSWORD:\?)", text) == []
    assert "trust" not in text
