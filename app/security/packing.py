"""Packing: short texts compressed with dictionaries that know what such texts look like.

What we keep is small and alike (a dossier, its assessment, its receipts), so a plain compressor finds little in one of
them. With a dictionary trained on made-up ones, a dossier of 4,600 bytes becomes 780 instead of 1,480, in a third of
the time. The first byte says which dictionary; stored data depends on the files for ever, so a file never changes and
a number is never given twice: a better dictionary gets a new number (`bench/dictionaries.py` makes it).
"""

import enum
from functools import cache
from pathlib import Path
from typing import Final

import zstandard

FOLDER: Final = Path(__file__).with_name("dictionaries")
_LEVEL: Final = 3
# The tables of a dictionary, which the processor's cache has to hold beside everything else: 2^13 entries instead of
# 2^17 cost 3 bytes of 830 and save 10 µs of 23 where something else ran in between, as it always does.
_TABLE_LOG: Final = 13
# What packed bytes may expand to: the largest body that a door accepts. A bomb stops here.
_LARGEST: Final = 64 * 1024**2


class Dictionary(enum.IntEnum):
    """The dictionaries, by the number that begins what was packed with them."""

    NONE = 0
    JSON_DOCUMENT_1 = 1
    CEB_DOCUMENT_1 = 2
    ASSESSMENT_1 = 3
    EVENT_1 = 4

    @property
    def file(self) -> Path:
        """Where its bytes lie."""
        return FOLDER / f"{self.name.lower()}.zdict"


# What new texts are packed with.
JSON_DOCUMENT: Final = Dictionary.JSON_DOCUMENT_1
CEB_DOCUMENT: Final = Dictionary.CEB_DOCUMENT_1
ASSESSMENT: Final = Dictionary.ASSESSMENT_1
EVENT: Final = Dictionary.EVENT_1


def pack(plain: bytes, dictionary: Dictionary = Dictionary.NONE) -> bytes:
    """The number of the dictionary and the compressed text."""
    return _PREFIXES[dictionary] + _compressor(dictionary).compress(plain)


def unpack(packed: bytes) -> bytes:
    """The inverse of `pack`; ValueError for bytes that it never made."""
    try:
        dictionary, frame = Dictionary(packed[0]), packed[1:]
        if zstandard.frame_content_size(frame) > _LARGEST:
            raise ValueError("packed bytes claim to be larger than anything that was ever packed")
        return _decompressor(dictionary).decompress(frame, max_output_size=_LARGEST)
    except (IndexError, zstandard.ZstdError) as damaged:
        raise ValueError("these bytes were not packed by this service, or were changed since") from damaged


_PREFIXES: Final = {dictionary: bytes([dictionary]) for dictionary in Dictionary}


@cache
def _compressor(dictionary: Dictionary) -> zstandard.ZstdCompressor:
    """Without the dictionary's own number in each text: ours is one byte, its is four."""
    if dictionary is Dictionary.NONE:
        return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False)
    data = zstandard.ZstdCompressionDict(dictionary.file.read_bytes())
    parameters = zstandard.ZstdCompressionParameters.from_level(
        _LEVEL, hash_log=_TABLE_LOG, chain_log=_TABLE_LOG, write_dict_id=False, write_checksum=False
    )
    data.precompute_compress(compression_params=parameters)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=data)


@cache
def _decompressor(dictionary: Dictionary) -> zstandard.ZstdDecompressor:
    if dictionary is Dictionary.NONE:
        return zstandard.ZstdDecompressor()
    return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(dictionary.file.read_bytes()))
