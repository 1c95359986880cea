"""Run as a program in place of a peer: answers as `inference.bench.peers.peer` says, in made-up seconds.

Usage: ``stand_in.py WHAT``: ``fair`` answers, ``mute`` ends with a complaint, ``babble`` says what is no JSON.
"""

from __future__ import annotations

import json
import sys


def main(what: str) -> None:
    if what == "mute":
        sys.exit("a fault of its own")
    print(json.dumps({"version": "1.2"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if what == "babble":
            print("well", flush=True)
        elif "read" in asked:
            print(json.dumps({"seconds": len(asked["read"]) / 4}), flush=True)
        else:
            print(json.dumps({"seconds": asked["tokens"] / 2, "model_seconds": asked["untimed"]}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
