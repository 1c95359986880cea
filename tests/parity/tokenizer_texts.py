"""Texts that tokenizers differ on: scripts, spaces, digits, contractions, marks, half characters, control characters.

Knows nothing of tokenizers.
"""

from __future__ import annotations

import random

TEXTS = (
    "",
    " ",
    "  ",
    "a",
    " a",
    "Hello, world!",
    "Why is the sky blue? Answer in two sentences.",
    "I'm sure you'll say it's what they've done; WE'LL SEE, I'D SAY. don’t 'tis",
    "The year 2026, 1 12 123 1234 12345 1234567 3.14159 1,000,000 ½ ² ٣٤٥ 四",
    "Olá, ação! São Paulo é ótimo, não é? Coração, pão-de-ló, àquela, õ ÷",
    "Straßenbahnhaltestelle Übermut naïve façade œuvre ŁÓDŹ",
    "Съешь ещё этих мягких французских булок, да выпей чаю.",
    "Ελληνικά: Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία. ΐ ώ",
    "日本語のテキスト、カタカナとひらがな。漢字も。",
    "中文字符，包括标点符号！「引号」《书名》",
    "한국어 텍스트 띄어쓰기도 있습니다. ㄱㄴㄷ",
    "हिन्दी में पाठ। नमस्ते दुनिया",
    "العربية: مرحبا بالعالم، كيف الحال؟",
    "עברית: שלום עולם",
    "ภาษาไทยไม่มีช่องว่างระหว่างคำ",
    "Tiếng Việt có dấu: đường, nước, người",
    "👩‍🚀 👍🏽 🇧🇷 😀😀😀 ❤️ #️⃣",
    "e\u0301 a\u0308 \u212b \u2126 ﬁ ﬀ ＡＢＣ ｶﾞ",
    "Z" + "\u0301\u0302\u0303\u0304" * 40 + "algo",
    "def f(x: int) -> str:\n    return f'{x!r:>10}'  # comment\n\n\nclass A:\n\tpass\n",
    "for (int i = 0; i < n; i++) { a[i] += b[i] * 2; }",
    '<html><body class="x">&nbsp;<!-- c --></body></html>',
    "SELECT * FROM t WHERE a != 'b' AND c >= 10;",
    "camelCase HTTPServer snake_case kebab-case SCREAMING_CASE iPhone McDonald's",
    "a  b   c    d     e                 f",
    "trailing   ",
    "   leading",
    "tab\tbetween\t\ttabs",
    "line\nbreaks\n\nand\n\n\nmore\r\nCRLF\r\n\r\n",
    " \n \n  \n",
    "nul\x00inside\x00\x01\x02",
    "\u00a0no\u2003break\u200bspaces\u3000wide",
    "\u202eevil\u202c bidi \u2066x\u2069",
    "...!!!???---___***///\\\\\\",
    "http://example.org/a/b?c=d&e=f#g user@example.org",
    "x=1;y=2,z=(3+4)*5^6%7|8~9`a`{b}[c]<d>$e@f#g!",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "abababababababababababa aba abab",
    "▁ ▁▁ lower one eighth blocks ▁x",
    "<0x0A> <0xE3> are names, not bytes",
    "\ufeffbyte order mark",
    "𝕳𝖊𝖑𝖑𝖔 𐍈 𠜎 \U000e0041",
)

_ALPHABET = [
    *"abcdeABCDEst'ldm .,!?-_/\\<>|#",
    *" \n\t\r\u00a0\u3000▁",
    *"0123456789²٣",
    *"éçãßøñÅЖщΩώ",
    *"世界日本のカ한국語हि।؟،",
    *"\u0301\u0308\u200d\u200b\ufe0f",
    *"😀👩🚀𝕳",
    "  ", "\n\n", "'ll", "'S", "the", "ing", " and", "<|", "|>",
]  # fmt: skip


def texts(count: int = 400, seed: int = 0) -> list[str]:
    """The texts above, and strings of pieces drawn at random."""
    draw = random.Random(seed)
    return [*TEXTS, *("".join(draw.choices(_ALPHABET, k=draw.randint(1, 40))) for _ in range(count))]
