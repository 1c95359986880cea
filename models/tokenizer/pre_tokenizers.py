"""How the families of byte-level BPE tokenizers cut text into words before merging.

Knows the cutting only, not vocabularies. The names are those of llama.cpp in ``tokenizer.ggml.pre``; the
rules are those of each family's own ``tokenizer.json``, as the `tokenizers` library writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PreTokenizer:
    """One family.

    Args:
        name: its name for people.
        identifiers: values of ``tokenizer.ggml.pre`` that mean it.
        steps: the pre-tokenizers, one after the other, in the form of ``tokenizer.json``.
        normalizer: the normalizer in the same form.
        whole_words_first: whether a word that is a token is taken whole, whatever the merges say.
        begins: whether a sequence starts with the begin token unless the file says otherwise.
    """

    name: str
    identifiers: tuple[str, ...]
    steps: tuple[dict[str, Any], ...]
    normalizer: dict[str, Any] | None = None
    whole_words_first: bool = False
    begins: bool = False


def _byte_level(*, split: bool) -> dict[str, Any]:
    """Bytes to characters of the byte alphabet, with GPT-2's own splitting or without."""
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": split}


def _split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


BYTE_DECODER: dict[str, Any] = _byte_level(split=True)
"""Characters of the byte alphabet back to bytes."""


def _cut(*patterns: str) -> tuple[dict[str, Any], ...]:
    """Steps that cut by one pattern after the other."""
    return (*map(_split, patterns), _byte_level(split=False))


_NFC = {"type": "NFC"}
_DIGITS = {"type": "Digits", "individual_digits": True}

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_WORDS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_SIGNS = r" ?[^\s\p{L}\p{N}]+[\r\n]*"
_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
_GPT_2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_DIGIT_BY_DIGIT = rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}|{_SIGNS}|{_SPACES}"
_THREE_DIGITS = rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}{{1,3}}|{_SIGNS}|{_SPACES}"

# Words that change from lower to upper case are two.
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_CASED = rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{{end}}|[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{{end}}"
_CASED_WORDS = _CASED.replace("{end}", "")
_CASED_WORDS_AND_CONTRACTIONS = _CASED.replace("{end}", f"{_CONTRACTIONS}?")
_SIGNS_AND_SLASHES = r" ?[^\s\p{L}\p{N}]+[\r\n/]*"
_O200K = rf"{_CASED_WORDS_AND_CONTRACTIONS}|\p{{N}}{{1,3}}|{_SIGNS_AND_SLASHES}|{_SPACES}"

_ASCII_SIGNS = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"
_CHINESE_AND_KANA = "[一-龥぀-ゟ゠-ヿ]+"
_CHINESE_AND_HANGUL = "[一-龥ࠀ-一가-퟿]+"
# Letters of alphabets with two cases, as that family lists them.
_DEEPSEEK_LETTERS = (
    "[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af"
    "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5"
    "\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba"
    "\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45"
    "\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe"
    "\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102"
    "\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139"
    "\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3"
    "\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06"
    "\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3"
    "\U000104d8-\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df"
    "\U0001e900-\U0001e943]+"
)
_DEEPSEEK_3 = (
    rf"{_ASCII_SIGNS}[A-Za-z]+|[^\r\n\p{{L}}\p{{P}}\p{{S}}]?[\p{{L}}\p{{M}}]+"
    rf"| ?[\p{{P}}\p{{S}}]+[\r\n]*|{_SPACES}"
)
_BLOOM = r" ?[^(\s|.,!?…。，、।۔،)]+"

PRE_TOKENIZERS: tuple[PreTokenizer, ...] = (
    PreTokenizer(
        "GPT-2",
        (
            *(
                "gpt-2",
                "phi-2",
                "jais",
                "trillion",
                "granite-docling",
                "exaone4",
                "gigachat",
                "a.x-4.0",
                "mellum",
            ),
            *("modern-bert", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de"),
        ),
        (_byte_level(split=True),),
    ),
    PreTokenizer("OLMo", ("olmo", "mpt"), (_byte_level(split=True),), normalizer=_NFC),
    PreTokenizer(
        "SmolLM",
        ("smollm", "starcoder", "refact", "codeshell", "exaone", "minerva-7b", "mellum2"),
        (_DIGITS, _byte_level(split=True)),
    ),
    PreTokenizer("Command R", ("command-r",), (_DIGITS, _byte_level(split=True)), normalizer=_NFC),
    PreTokenizer(
        "Llama 3",
        (
            "llama-bpe",
            "llama3",
            "llama-v3",
            "falcon3",
            "falcon-h1",
            "pixtral",
            "midm-2.0",
            "lfm2",
            "jina-v5-nano",
        ),
        _cut(_THREE_DIGITS),
        whole_words_first=True,
        begins=True,
    ),
    PreTokenizer("DBRX", ("dbrx", "smaug-bpe", "chatglm-bpe", "glm4"), _cut(_THREE_DIGITS)),
    PreTokenizer(
        "cl100k",
        ("cl100k",),
        _cut(rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}{{1,3}}|{_SIGNS}|\s+\z|{_SPACES}"),
        whole_words_first=True,
    ),
    PreTokenizer(
        "Qwen 2",
        ("qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2"),
        _cut(_DIGIT_BY_DIGIT),
        normalizer=_NFC,
    ),
    PreTokenizer("Hunyuan", ("hunyuan", "solar-open", "grok-2"), _cut(_DIGIT_BY_DIGIT)),
    PreTokenizer(
        "Qwen 3.5",
        ("qwen35",),
        _cut(
            rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}"
            rf"| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{_SPACES}"
        ),
        normalizer=_NFC,
    ),
    PreTokenizer("GPT-4o", ("gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"), _cut(_O200K)),
    PreTokenizer("o200k", ("o200k",), _cut(_O200K), whole_words_first=True),
    PreTokenizer(
        "Tekken",
        ("tekken",),
        _cut(rf"{_CASED_WORDS}|\p{{N}}|{_SIGNS_AND_SLASHES}|{_SPACES}"),
        whole_words_first=True,
        begins=True,
    ),
    PreTokenizer("Tiny Aya", ("tiny_aya", "cohere2moe"), _cut(r"\d{1,3}(?=(?:\d{3})*\b)", _O200K)),
    PreTokenizer(
        "DeepSeek LLM",
        ("deepseek-llm",),
        _cut(
            r"[\r\n]",
            rf"\s?{_DEEPSEEK_LETTERS}",
            r"\s?[!-/:-~！-／：-～‘-‟　-。]+",
            r"\s+$",
            _CHINESE_AND_HANGUL,
            r"\p{N}+",
        ),
    ),
    PreTokenizer(
        "DeepSeek Coder",
        ("deepseek-coder",),
        _cut(r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", _CHINESE_AND_HANGUL, r"\p{N}"),
    ),
    PreTokenizer(
        "DeepSeek V3",
        ("deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"),
        _cut(r"\p{N}{1,3}", _CHINESE_AND_KANA, _DEEPSEEK_3),
    ),
    PreTokenizer("Falcon", ("falcon",), _cut(r"[\p{P}\$\+<=>\^~\|`]+", _GPT_2, "[0-9][0-9][0-9]")),
    PreTokenizer("BLOOM", ("bloom", "poro-chat", "gpt3-finnish"), _cut(_BLOOM)),
    PreTokenizer("Viking", ("viking",), _cut(_BLOOM, r"\p{N}")),
    PreTokenizer(
        "Jais 2",
        ("jais-2",),
        _cut(
            rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}{{1,3}}|{_SIGNS}|\s*[\r\n]+"
            + "".join(rf"|\s{{{count}}}(?!\S)" for count in (512, 256, 128, 64, 32, 16, 8, 4))
            + r"|\s{1,2}(?!\S)|\s{1}"
        ),
    ),
    PreTokenizer(
        "Bailing",
        ("bailingmoe", "bailingmoe2", "llada-moe"),
        _cut(
            r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*"
            r"|\s*[\r\n]|\s+(?!\S)|\s+"
        ),
    ),
    PreTokenizer(
        "Seed Coder",
        ("seed-coder",),
        _cut(rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}{{1}}| ?[^\s\p{{L}}\p{{N}}\r\n]+|{_SPACES}"),
    ),
    PreTokenizer(
        "EXAONE MoE",
        ("exaone-moe",),
        _cut(
            rf"{_CONTRACTIONS}|[^\r\n\p{{L}}\p{{N}}]?(?:\p{{L}}\p{{M}}*(?: \p{{L}}\p{{M}}*)*)+|\p{{N}}"
            r"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"
        ),
    ),
    PreTokenizer(
        "MiniCPM 5",
        ("minicpm5",),
        _cut(r"\p{N}{1,3}", rf"{_CONTRACTIONS}|{_WORDS}|\p{{N}}+|{_SIGNS}|{_SPACES}"),
        whole_words_first=True,
    ),
    PreTokenizer(
        "Youtu",
        ("youtu",),
        _cut(
            f"[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|{_CHINESE_AND_KANA}",
            rf"{_CASED_WORDS_AND_CONTRACTIONS}|\p{{N}}|{_SIGNS_AND_SLASHES}|{_SPACES}",
        ),
        whole_words_first=True,
    ),
    PreTokenizer("Laguna", ("laguna",), _cut(r"[^\n]+|\n+", _DIGIT_BY_DIGIT)),
    PreTokenizer("Ufakzeka", ("ufakzeka",), _cut(rf"{_WORDS}|\p{{N}}|{_SIGNS}|{_SPACES}")),
    PreTokenizer(
        "Chameleon",
        ("chameleon",),
        _cut(
            "<sentinel:[0-9]+>",
            "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z",
            r"([\t\n]|    |  )",
            r"\p{N}",
            r"[\p{P}!-/:-@\[-`{-~]",
            _GPT_2,
        ),
        begins=True,
    ),
    PreTokenizer(
        "default of llama.cpp",
        ("default",),
        _cut(r"[\p{P}\$\+<=>\^~\|]+", _GPT_2, r"\p{N}+", "[0-9][0-9][0-9]"),
    ),
)
"""Every family that is done exactly."""


def find_pre_tokenizer(identifier: str) -> PreTokenizer | None:
    """The family that a value of ``tokenizer.ggml.pre`` means, `None` if it is not known."""
    return next((family for family in PRE_TOKENIZERS if identifier in family.identifiers), None)
