"""Mutations of valid model files, read one after the other in a process with little memory.

Knows nothing about what a reader ought to say: success or a `VitrineError`, and nothing else.

Run as ``python -m tests.models.fuzzing SUBJECT FIRST COUNT FOLDER``; prints the number of what was refused.
"""

from __future__ import annotations

import faulthandler
import random
import re
import resource
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

MEMORY = 1 << 30
"""Bytes that reading may take besides what the process has at its start."""

SECONDS = 20
"""For one file, far more than the slowest takes; who is not done then hangs."""

_NUMBERS = (
    0,
    1,
    2,
    0x7F,
    0x80,
    0xFF,
    0xFFFF,
    1 << 31,
    (1 << 32) - 1,
    1 << 60,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
)
_TEXTS = (
    *(b"0", b"-1", b"1e999", b"NaN", b"null", b"true", b"[]", b"{}", b'""', b"9" * 400, b"1.5", b'"x"'),
    *(
        b"[" * 3000,
        b'{"a":' * 1000,
        b"\\ud800",
        b"\x00",
        b"\xff\xfe",
        b"\xe2\x80\xae",
        b"]",
        b"}",
        b",",
        b":",
    ),
)
_TOKEN = re.compile(rb'"[^"]{0,40}"|[-+.\w]+|[][{}:,]')


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of file.

    Args:
        name: what it is called.
        file: the file that is mutated, in the folder of the sample.
        is_text: whether it is made of words rather than numbers.
        make: writes a valid sample into a folder.
        read: opens the model in a folder and looks at all of it.
        mutate: makes mistakes by a seed that know the format; ``None`` makes mistakes in bytes and words.
    """

    name: str
    file: str
    is_text: bool
    make: Callable[[Path], object]
    read: Callable[[Path], object]
    mutate: Callable[[bytes, str], bytes] | None = None

    def mutated(self, content: bytes, seed: str) -> bytes:
        """A file with mistakes; the same seed makes the same."""
        if self.mutate is not None:
            return self.mutate(content, seed)
        return mutated(content, seed, is_text=self.is_text)


def mutated(content: bytes, seed: str, *, is_text: bool) -> bytes:
    """A file with one to eight mistakes; the same seed makes the same."""
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if is_text and chance.random() < 0.7:
            _mutate_text(changed, chance)
        else:
            _mutate_bytes(changed, chance)
    return bytes(changed)


def _mutate_text(changed: bytearray, chance: random.Random) -> None:
    """Put one word in the place of another: a value of another type, a bracket too many."""
    start = _place(changed, chance)
    token = _TOKEN.search(changed, start)
    if token is None:
        return
    others = [*_TEXTS, *(found.group() for found in _TOKEN.finditer(changed, 0, 4000))]
    changed[token.start() : token.end()] = chance.choice(others)


def _mutate_bytes(changed: bytearray, chance: random.Random) -> None:
    start = _place(changed, chance)
    stop = min(len(changed), start + chance.choice((1, 1, 2, 4, 8, 16, 64, 300)))
    number = chance.choice(_NUMBERS)
    match chance.randrange(8):
        case 0 if changed:
            changed[start] ^= 1 << chance.randrange(8)
        case 1:
            changed[start:stop] = chance.randbytes(stop - start)
        case 2:
            size = chance.choice((1, 4, 8))
            changed[start : start + size] = (number & (256**size - 1)).to_bytes(size, "little")
        case 3:
            changed[start:start] = chance.randbytes(stop - start)
        case 4:
            del changed[start:stop]
        case 5:
            changed[start:start] = changed[start:stop] * chance.choice((1, 2, 50))
        case 6:
            elsewhere = _place(changed, chance)
            changed[start:stop] = changed[elsewhere : elsewhere + stop - start]
        case _:
            if chance.random() < 0.2:
                del changed[start:]
            else:
                changed[start : start + 1] = _varint(number)


def _place(content: bytearray, chance: random.Random) -> int:
    """A place in the content, often near its start, where headers are."""
    end = len(content) if chance.random() < 0.5 else min(len(content), 600)
    return chance.randrange(max(end, 1))


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


# ---------------------------------------------------------------- what is read, as an import reads it


def _make_gguf(folder: Path) -> None:
    from tests.models.tiny_gguf import write_tiny_llama

    write_tiny_llama(folder / "model.gguf", layers=1, quantization="Q8_0")


def _read_gguf(folder: Path) -> None:
    from models.gguf.reader import read_gguf
    from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf

    source = read_gguf(folder / "model.gguf")
    _read_weights(source)
    tokenizer_from_gguf(source).encode("Why is the sky blue? <|im_end|>")


def _make_checkpoint(folder: Path) -> None:
    from tests.models.tiny_checkpoint import write_tiny_checkpoint

    write_tiny_checkpoint(folder, "llama")


def _read_checkpoint(folder: Path) -> None:
    from models.safetensors.checkpoint import read_checkpoint

    _read_weights(read_checkpoint(folder))


def _read_weights(source: object) -> None:
    from models.architectures import architecture_of

    architecture = architecture_of(source)
    sizes = architecture.configuration(source)
    architecture.weights(source, sizes)
    for name in source.tensors:
        source.check_supported(name)
        source.read(name)


def _make_tokenizer(folder: Path) -> None:
    from models.gguf.reader import read_gguf
    from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
    from tests.models.tiny_gguf import write_tiny_llama

    made = tokenizer_from_gguf(read_gguf(write_tiny_llama(folder / "model.gguf", layers=1)))
    (folder / "tokenizer.json").write_text(made.to_json(), "utf-8")


def _read_tokenizer(folder: Path) -> None:
    from models.tokenizer.tokenizer_file import read_tokenizer

    tokenizer = read_tokenizer(folder / "tokenizer.json")
    ids = tokenizer.encode("Why is the sky blue? <|im_end|>")
    tokenizer.decode(ids)
    assert len(tokenizer.pieces) >= 0


def _make_trained(name: str, folder: Path) -> None:
    import json

    from tests.models.tokenizer.trained import trained_tokenizer

    trained_tokenizer(name).save(str(folder / "tokenizer.json"))
    declared = {"3": {"content": "<|mark|>", "special": True}, "2000": {"content": "<x>", "rstrip": True}}
    config = {"bos_token": "<s>", "eos_token": {"content": "</s>"}, "added_tokens_decoder": declared}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def _read_tokenizer_and_config(folder: Path) -> None:
    from models.tokenizer.tokenizer_folder import tokenizer_from_files

    config = folder / "tokenizer_config.json"
    read = tokenizer_from_files(folder / "tokenizer.json", tokenizer_config=config, configs=(config,))
    read.decode(read.encode_with_control("<s>Why is the sky blue?<|mark|>\n"))
    assert len(read.for_model(read.vocabulary_size + 1).pieces) > 0


def _make_ranks(folder: Path) -> None:
    from tests.models.tokenizer.test_rank_file import tiny_ranks

    (folder / "ranks.tiktoken").write_bytes(b"".join(tiny_ranks()))


def _read_ranks(folder: Path) -> None:
    from models.tokenizer.rank_families import RankFamily
    from models.tokenizer.rank_file import read_ranks, tokenizer_of_family

    ranks = read_ranks((folder / "ranks.tiktoken").read_bytes())
    tokenizer_of_family(ranks, RankFamily("tiny", "", len(ranks), "cl100k")).encode("the sky")


def _make_sentence_piece(folder: Path) -> None:
    from tests.models.tokenizer.test_sentence_piece_file import file

    (folder / "tokenizer.model").write_bytes(file())


def _read_sentence_piece(folder: Path) -> None:
    from models.tokenizer.sentence_piece_file import tokenizer_from_sentence_piece

    read = tokenizer_from_sentence_piece((folder / "tokenizer.model").read_bytes(), "tokenizer.model")
    read.decode(read.encode("Why is the sky blue?"))
    assert len(read.pieces) > 0


def _make_onnx(folder: Path) -> None:
    from tests.models.exports.small_models import WIDTH, external, many_places, numbers, saved

    made = many_places()
    made.graph.node[0].input[1] = "elsewhere"
    made.graph.initializer.append(external("elsewhere", "model.onnx_data"))
    (folder / "model.onnx_data").write_bytes(numbers(7, WIDTH).tobytes())
    saved(folder / "model.onnx", made)


def _read_onnx(folder: Path) -> None:
    import onnx_ir

    from models.exports.outline import read_outline

    model = read_outline(folder / "model.onnx").model
    onnx_ir.to_proto(model).SerializeToString()
    for value in model.graph.initializers.values():
        assert value.const_value is not None
        value.const_value.numpy()


def _make_genai(folder: Path) -> None:
    import json

    _make_onnx(folder)
    decoder = {
        "filename": "model.onnx",
        "head_size": 16,
        "session_options": {"log_id": "x", "provider_options": []},
        "inputs": {"input_ids": "input_ids"},
    }
    config = {"model": {"type": "llama", "context_length": 512, "decoder": decoder}, "search": {"top_k": 50}}
    (folder / "genai_config.json").write_text(json.dumps(config))


def _read_folder(folder: Path) -> None:
    from models.exports.folder import examine_folder

    found = examine_folder(folder)
    found.content_key(found.best_variant("CPU"))


SUBJECTS = (
    Subject("GGUF", "model.gguf", False, _make_gguf, _read_gguf),
    Subject("safetensors", "model.safetensors", False, _make_checkpoint, _read_checkpoint),
    Subject("config.json", "config.json", True, _make_checkpoint, _read_checkpoint),
    Subject("tokenizer.json", "tokenizer.json", True, _make_tokenizer, _read_tokenizer),
    Subject("Unigram", "tokenizer.json", True, partial(_make_trained, "unigram_first"), _read_tokenizer),
    Subject("SentencePiece", "tokenizer.json", True, partial(_make_trained, "mistral"), _read_tokenizer),
    Subject(
        "tokenizer_config.json",
        "tokenizer_config.json",
        True,
        partial(_make_trained, "gemma"),
        _read_tokenizer_and_config,
    ),
    Subject("rank file", "ranks.tiktoken", True, _make_ranks, _read_ranks),
    Subject("tokenizer.model", "tokenizer.model", False, _make_sentence_piece, _read_sentence_piece),
    Subject("ONNX", "model.onnx", False, _make_onnx, _read_onnx),
    Subject("genai_config.json", "genai_config.json", True, _make_genai, _read_folder),
)
"""Every kind of file that is mutated."""


def subject_named(name: str) -> Subject:
    """The kind of file of a name."""
    return next(one for one in SUBJECTS if one.name == name)


def main(name: str, first: int, count: int, folder: Path) -> int:
    """Read mutations number `first` and following; the exit status."""
    from models.errors import VitrineError

    subject = subject_named(name)
    subject.make(folder)
    subject.read(folder)
    path = folder / subject.file
    content = path.read_bytes()
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY, in_use + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    refused = 0
    for number in range(first, first + count):
        path.write_bytes(subject.mutated(content, f"{name} {number}"))
        print(f"mutation {number}", file=sys.stderr, flush=True)
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        try:
            subject.read(folder)
        except VitrineError as error:
            refused += 1
            if not (error.case and error.what.strip() and error.remedy.strip()):
                print(f"no sentence: {error.case!r} {error.what!r} {error.remedy!r}", file=sys.stderr)
                return 1
        except BaseException:  # whatever it is, it is not what a person can read
            traceback.print_exc()
            return 1
        finally:
            faulthandler.cancel_dump_traceback_later()
    print(refused)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
