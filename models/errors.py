"""Errors that a person can act on.

Knows nothing about who shows them: a window, a terminal or a test.
"""


class VitrineError(Exception):
    """Something went wrong that a person can understand and do something about.

    Args:
        case: short stable name of the failure, in kebab case, for programs and tests (``"truncated-file"``).
        what: one sentence, what happened, with the offending value in it.
        remedy: one sentence, what to do about it.
    """

    def __init__(self, case: str, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.case = case
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        # Exceptions cross the pipe between engine and window.
        return type(self), (self.case, self.what, self.remedy)


class ModelFileError(VitrineError):
    """A model file is not what it claims to be, is damaged, or asks for something unsupported."""


class TokenizerError(VitrineError):
    """A tokenizer or its data cannot be used."""


class TemplateError(VitrineError):
    """A chat template failed, was refused or took too long."""
