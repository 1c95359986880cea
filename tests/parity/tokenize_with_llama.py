"""What llama.cpp makes of texts with the tokenizers of GGUF files.

Runs in the environment of the peers, not in the project's. Arguments: a folder with GGUF files and a JSON file with
``texts``; writes ``NAME.llama.json``, lists of IDs by text, or ``null`` where llama.cpp refuses the file, and
``NAME.llama.marked.json`` with the same for the first texts between control tokens.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import llama_cpp

MARKED = 100
"""How many texts are put between control tokens as well."""


def main() -> None:
    folder, texts = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))["texts"]
    for path in sorted(folder.glob("*.gguf")):
        try:
            model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
        except ValueError:
            result = None
        else:
            result = [model.tokenize(text.encode(), add_bos=False, special=False) for text in texts]
            marked = [
                model.tokenize(f"</s>{text}<s>{text}".encode(), add_bos=False, special=True)
                for text in texts[:MARKED]
            ]
            path.with_suffix(".llama.marked.json").write_text(json.dumps(marked))
            model.close()
        path.with_suffix(".llama.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
