"""What a rule's code is, as a number: two builds with the same digest think the same.

A rule stands in a file of its own, so its digest covers the whole file (also its constants and small helpers). The
engine's digest covers what all rules share: everything under app/domain and app/rules; a pack's digest, everything in
its package. Line ends are normalised, paths are relative: the digests are equal on every machine.
"""

import hashlib
import inspect
import sys
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from app.errors import RuleBookRefused
from app.rules.kernel import Rule

_OURS: Final = "app"
_PURE_PACKAGES: Final = ("app/domain", "app/rules")


def digest_of(rule: Rule) -> str:
    """SHA-256 (hex) of a rule: its id, version, texts, days, consequence and the source of its module."""
    identity = {
        "id": rule.id,
        "version": rule.version,
        "title": [rule.title.zh, rule.title.en],
        "law": [rule.law.provision, rule.law.source],
        "days": [str(rule.in_force.first_day), str(rule.in_force.last_day)],
        "consequence": rule.consequence if isinstance(rule.consequence, str) else rule.consequence.word,
        "official_code": rule.official_code,
        "source": source_of(rule),
    }
    if rule.definition:
        identity["definition"] = rule.definition
    return hashlib.sha256(msgspec.json.encode(identity)).hexdigest()


def source_of(rule: Rule) -> str:
    """The source of the module that holds the rule; RuleBookRefused where it cannot be read (a replay needs it)."""
    try:
        return _normalised(inspect.getsource(sys.modules[rule.apply.__module__]))
    except (OSError, TypeError, KeyError):
        raise RuleBookRefused(f"the source of rule {rule.id} cannot be read: install its package from source") from None


@cache
def engine_digest() -> str:
    """SHA-256 (hex) of all code under app/domain and app/rules."""
    root = Path(__file__).parents[2]
    return _digest_of_files(root, [file for package in _PURE_PACKAGES for file in (root / package).rglob("*.py")])


def pack_of(rule: Rule) -> str | None:
    """The top-level package of a rule that is not ours; None for ours."""
    package = rule.apply.__module__.partition(".")[0]
    return None if package == _OURS else package


@cache
def pack_digest(package: str) -> str:
    """SHA-256 (hex) of all code of a pack: also of the helpers that its rules share."""
    folders = [Path(folder) for folder in getattr(sys.modules[package], "__path__", ())]
    digests = [_digest_of_files(folder, list(folder.rglob("*.py"))) for folder in folders]
    return hashlib.sha256(" ".join([package, *digests]).encode()).hexdigest()


def _digest_of_files(root: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        digest.update(_normalised(file.read_text(encoding="utf-8")).encode() + b"\0")
    return digest.hexdigest()


def _normalised(source: str) -> str:
    return source.replace("\r\n", "\n")
