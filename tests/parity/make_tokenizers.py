"""Trains tiny tokenizers with sentencepiece and for GGUF and rank files, and writes what their own libraries say.

Runs in the environment of the reference implementations, not in the project's. Arguments: a folder to write into,
and a JSON file with ``texts`` and ``rules``, the names of pre-tokenizers. What folders in it have as
``tokenizer.json`` is read by transformers.

What a library says of the tokenizer NAME are lists of IDs by text, ``NAME.expected.json``.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import gguf
import sentencepiece
import tiktoken
import tokenizers
import transformers
from sentencepiece import sentencepiece_model_pb2
from tiktoken_ext import openai_public
from tokenizers import models, pre_tokenizers, trainers

SPECIAL = ["<unk>", "<s>", "</s>", "<|mark|>"]


def expect(out: Path, name: str, ids: list[list[int]]) -> None:
    (out / f"{name}.expected.json").write_text(json.dumps(ids))


# ---------------------------------------------------------------- transformers


def ask_transformers(out: Path, texts: list[str]) -> None:
    for folder in sorted(path.parent for path in out.glob("*/tokenizer.json")):
        one = transformers.AutoTokenizer.from_pretrained(folder)
        expect(out, folder.name, [one.encode(text, add_special_tokens=False) for text in texts])
        expect(out, f"{folder.name}.begun", [one.encode(text) for text in texts])
        facts = {"begin_id": one.bos_token_id, "end_id": one.eos_token_id}
        (out / f"{folder.name}.facts.json").write_text(json.dumps(facts))


# ---------------------------------------------------------------- sentencepiece


def train_sentencepiece(texts: list[str], **options: Any) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(
            line for text in texts for line in text.replace("\0", "").split("\n") if line.strip()
        ),
        model_writer=model,
        hard_vocab_limit=False,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        minloglevel=2,
        **options,
    )
    return model.getvalue()


def make_sentencepiece(out: Path, texts: list[str]) -> None:
    exact = {"normalization_rule_name": "identity", "remove_extra_whitespaces": False}
    pieces = {"model_type": "bpe", "vocab_size": 700, "byte_fallback": True, "character_coverage": 0.98}
    for name, kind, options in (
        ("sentencepiece_llama", "llama", {**pieces, **exact, "split_digits": True}),
        (
            "sentencepiece_gemma",
            "llama",
            {
                **pieces,
                **exact,
                "add_dummy_prefix": False,
                "allow_whitespace_only_pieces": True,
                "user_defined_symbols": ["\n\n", "▁▁", "<b>"],
            },
        ),
        ("sentencepiece_unigram", "t5", {"model_type": "unigram", "vocab_size": 700}),
    ):
        content = train_sentencepiece(texts, **options)
        processor = sentencepiece.SentencePieceProcessor(model_proto=content)
        # U+0000 ends a text for this library, and the sign for spaces is one for it.
        expect(out, name, [[] if "\0" in text else processor.encode(text) for text in texts])
        (out / f"{name}.model").write_bytes(content)
        write_sentencepiece_gguf(out / f"{name}.gguf", kind, content)


def write_sentencepiece_gguf(path: Path, kind: str, content: bytes) -> None:
    proto = sentencepiece_model_pb2.ModelProto.FromString(content)
    writer = vocabulary_writer(path, kind)
    user_defined = sentencepiece_model_pb2.ModelProto.SentencePiece.USER_DEFINED
    writer.add_token_list(
        [one.piece.replace("▁", " ") if one.type == user_defined else one.piece for one in proto.pieces]
    )
    writer.add_token_scores([one.score for one in proto.pieces])
    writer.add_token_types([one.type for one in proto.pieces])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(proto.normalizer_spec.add_dummy_prefix)
    if kind == "t5":
        writer.add_remove_extra_whitespaces(proto.normalizer_spec.remove_extra_whitespaces)
        if proto.normalizer_spec.precompiled_charsmap:
            writer.add_precompiled_charsmap(proto.normalizer_spec.precompiled_charsmap)
    finish(writer)


# ---------------------------------------------------------------- GGUF


def vocabulary_writer(path: Path, kind: str) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(path, "t5" if kind == "t5" else "llama")
    writer.add_name("Tokenizer")
    writer.add_block_count(1)
    writer.add_context_length(512)
    writer.add_embedding_length(64)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model(kind)
    return writer


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make_gguf(out: Path, trained: dict[str, Any], rules: list[str]) -> None:
    """One file for each rule, with the same tokens; they go over borders of words, so that a wrong border shows."""
    vocabulary = sorted(trained["model"]["vocab"], key=trained["model"]["vocab"].__getitem__)
    control, user, normal = gguf.TokenType.CONTROL, gguf.TokenType.USER_DEFINED, gguf.TokenType.NORMAL
    types = [control if token in SPECIAL else user if token == "   " else normal for token in vocabulary]
    for rule in rules:
        writer = vocabulary_writer(out / f"rule_{rule}.gguf", "gpt2")
        writer.add_tokenizer_pre(rule)
        writer.add_token_list(vocabulary)
        writer.add_token_types(types)
        writer.add_token_merges([" ".join(merge) for merge in trained["model"]["merges"]])
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        finish(writer)


def make_gemma4(out: Path) -> None:
    """A file for the BPE of Gemma 4, with the tokens of another one of its kind."""
    content = json.loads((out / "gemma_bare" / "tokenizer.json").read_text("utf-8"))
    vocabulary = sorted(content["model"]["vocab"], key=content["model"]["vocab"].__getitem__)
    kinds = {"<unk>": gguf.TokenType.UNKNOWN} | dict.fromkeys(SPECIAL[1:], gguf.TokenType.CONTROL)
    kinds |= {f"<0x{byte:02X}>": gguf.TokenType.BYTE for byte in range(256)}
    writer = vocabulary_writer(out / "gemma4.gguf", "gemma4")
    # Ends of lines cannot be in a merge, and three spaces of their own would be in none.
    merges = [" ".join(merge) for merge in content["model"]["merges"] if "\n" not in "".join(merge)]
    writer.add_token_list(vocabulary)
    writer.add_token_types([kinds.get(token, gguf.TokenType.NORMAL) for token in vocabulary])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    finish(writer)


def train_across_words(texts: list[str]) -> dict[str, Any]:
    one = tokenizers.Tokenizer(models.BPE())
    one.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(
        vocab_size=1500,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=SPECIAL,
        show_progress=False,
        max_token_length=6,
    )
    one.train_from_iterator(texts, trainer)
    content: dict[str, Any] = json.loads(one.to_str())
    return content


# ---------------------------------------------------------------- tiktoken


def make_ranks(out: Path, trained: dict[str, Any], texts: list[str]) -> None:
    """Rank files with tokens in the order of their merges, cut by the rules of the published encodings."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(sorted(set(alphabet) - {chr(byte) for byte in kept}))
    bytes_of = {chr(byte) if byte in kept else next(others): byte for byte in range(256)}
    tokens = [*bytes_of, *("".join(merge) for merge in trained["model"]["merges"])]
    ranks = {bytes(bytes_of[one] for one in token): rank for rank, token in enumerate(dict.fromkeys(tokens))}
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    (out / "ranks.tiktoken").write_text("".join(lines))
    patterns = {
        "r50k": openai_public.r50k_pat_str,
        "cl100k": CL100K,
        "o200k": O200K,
    }
    for name, pattern in patterns.items():
        encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        expect(out, f"ranks_{name}", [encoding.encode_ordinary(text) for text in texts])


def published_patterns() -> tuple[str, str]:
    """The patterns of cl100k and o200k, which their functions give only with their files."""
    found = []
    load, openai_public.load_tiktoken_bpe = openai_public.load_tiktoken_bpe, lambda *_, **__: {}
    try:
        for make in (openai_public.cl100k_base, openai_public.o200k_base):
            found += [make()["pat_str"]]
    finally:
        openai_public.load_tiktoken_bpe = load
    return found[0], found[1]


CL100K, O200K = published_patterns()


def main() -> None:
    out, asked = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
    texts = asked["texts"]
    ask_transformers(out, texts)
    make_sentencepiece(out, texts)
    trained = train_across_words(texts)
    make_gguf(out, trained, asked["rules"])
    make_gemma4(out)
    make_ranks(out, trained, texts)


if __name__ == "__main__":
    main()
