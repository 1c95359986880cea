"""The kinds of models that cut words into tokens, one file each.

Knows nothing about the text around words. A kind is a class as `TokenModel` says, and one line in `MODEL_KINDS`.
"""

from models.tokenizer.kinds.byte_pair import BytePairModel
from models.tokenizer.kinds.kind import TokenModel
from models.tokenizer.kinds.unigram import UnigramModel
from models.tokenizer.kinds.word_level import WordLevelModel
from models.tokenizer.kinds.word_piece import WordPieceModel

MODEL_KINDS: tuple[type[TokenModel], ...] = (
    BytePairModel,
    UnigramModel,
    WordPieceModel,
    WordLevelModel,
)
"""Every kind, by its ``TYPE`` in ``tokenizer.json``."""
