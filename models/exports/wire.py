"""The protobuf wire format: the fields of a message found in a file without reading what they hold.

Knows nothing about ONNX.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.errors import ModelFileError

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""Wire types in use, https://protobuf.dev/programming-guides/encoding. Groups, 3 and 4, are in no ONNX file."""

MOST_FIELDS = 1_500_000
"""Most fields of one file, some seconds of reading; exports have at most some hundred thousand."""

_FIXED_SIZES = {FIXED64: 8, FIXED32: 4}

Field = tuple[int, int, int, int, int]
"""Field number, wire type, place of the tag, then: a varint's value or the place of the content, and the end."""


def damaged(name: str, what: str) -> ModelFileError:
    """The error for a file whose content contradicts the format; `what` is a clause after the file's name."""
    return ModelFileError("damaged-onnx", f"“{name}” is damaged: {what}.", "Download or export it again.")


class WireReader:
    """Finds the fields of messages, and never more of them than a real file has.

    Args:
        data: the whole file.
        name: the file's name for messages, already escaped.
    """

    def __init__(self, data: memoryview, name: str) -> None:
        self.data = data
        self.name = name
        self._fields = 0

    def fields(self, start: int, end: int) -> Iterator[Field]:
        """The fields of the message that lies from `start` to `end`.

        Raises:
            ModelFileError: one runs past the end, or is none; or the file has too many.
        """
        data, position = self.data, start
        while position < end:
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise damaged(self.name, f"it has more than {MOST_FIELDS:,} parts")
            tag_place = position
            tag = data[position]
            position += 1
            if tag >= 0x80:
                tag, position = self.varint(tag_place, end)
            number, wire_type = tag >> 3, tag & 7
            if not number:
                raise damaged(self.name, f"there is no field at byte {tag_place:,}")
            if wire_type == LENGTH:
                length, position = self.varint(position, end)
                if length > end - position:
                    raise damaged(self.name, f"a field at byte {tag_place:,} claims to have {length:,} bytes")
                yield number, wire_type, tag_place, position, position + length
                position += length
            elif wire_type == VARINT:
                value, position = self.varint(position, end)
                yield number, wire_type, tag_place, value, position
            elif wire_type in _FIXED_SIZES:
                stop = position + _FIXED_SIZES[wire_type]
                if stop > end:
                    raise damaged(self.name, f"a field at byte {tag_place:,} is cut")
                yield number, wire_type, tag_place, position, stop
                position = stop
            else:
                raise damaged(self.name, f"there is no field at byte {tag_place:,}")

    def varint(self, position: int, end: int) -> tuple[int, int]:
        """The number at `position` and the place after it.

        Raises:
            ModelFileError: it does not end in time.
        """
        value = shift = 0
        for place in range(position, min(position + 10, end)):
            byte = self.data[place]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
            shift += 7
        raise damaged(self.name, f"a number at byte {position:,} does not end")

    def check_text(self, start: int, end: int) -> None:
        """Check that a text is UTF-8.

        Raises:
            ModelFileError: it is not.
        """
        try:
            str(self.data[start:end], "utf-8")
        except UnicodeDecodeError as error:
            raise damaged(self.name, f"a name at byte {start + error.start:,} is not UTF-8") from error

    def text(self, start: int, end: int) -> str:
        """The text from `start` to `end`, the start of it if it is absurdly long; bad UTF-8 as “�”."""
        return bytes(self.data[start : min(end, start + 65_536)]).decode(errors="replace")


def varint(value: int) -> bytes:
    """A number as the wire format has it; `value` is not negative."""
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def length_field(number: int, content: bytes) -> bytes:
    """A field that holds bytes, a text or a message."""
    return varint(number << 3 | LENGTH) + varint(len(content)) + content
