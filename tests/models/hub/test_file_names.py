"""Names of files from the network (fault 62)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import VitrineError
from models.hub.file_names import check_names, local_path


@pytest.mark.parametrize(
    "name", ["config.json", "onnx/model_q4.onnx_data", "a/b/c d.gguf", ".x", "München.gguf"]
)
def test_an_honest_name_becomes_a_path_below_the_folder(name: str) -> None:
    assert local_path(Path("/here"), name) == Path("/here") / name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../x.onnx", "leads out"),
        ("a/../../x.onnx", "leads out"),
        ("a/./x.onnx", "leads out"),
        ("a//x.onnx", "leads out"),
        ("/etc/x.onnx", "leads out"),
        ("~/x.onnx", "leads out"),
        ("a/", "leads out"),
        ("..\\x.onnx", "character \\"),
        ("C:/x.onnx", "character :"),
        ("x.onnx:stream", "character :"),
        ("a?.onnx", "character ?"),
        ("CON", "device"),
        ("nul.onnx", "device"),
        ("a/Aux.tar.onnx", "device"),
        ("com1/x.onnx", "device"),
        ("LPT¹.onnx", "device"),
        ("x.onnx.", "dot"),
        ("x.onnx ", "space"),
        ("a /x.onnx", "space"),
        ("a\nb.onnx", "invisible"),
        ("a\0b.onnx", "invisible"),
        ("a\u202eb.onnx", "invisible"),
        ("a\x7fb.onnx", "invisible"),
        ("", "empty"),
        ("a" * 181, "too long"),
        ("ä" * 100, "too long"),
        ("a/" * 300 + "a", "too long"),
    ],
)
def test_fault_62_a_name_that_leads_elsewhere_is_refused(name: str, reason: str) -> None:
    with pytest.raises(VitrineError) as refused:
        local_path(Path("/here"), name)
    assert refused.value.case == "unsafe-file-name"
    assert reason in refused.value.what
    assert "\u202e" not in refused.value.what
    assert "\n" not in refused.value.what


@pytest.mark.parametrize("names", [["a", "a"], ["Model.onnx", "model.onnx"], ["a", "a/b"], ["A/b/c", "a/B"]])
def test_fault_62_names_that_cannot_lie_side_by_side_are_refused(names: list[str]) -> None:
    for order in (names, names[::-1]):
        with pytest.raises(VitrineError, match="cannot both be kept"):
            check_names(order)


@given(st.text(max_size=40))
def test_fault_62_no_name_ever_leaves_the_folder(name: str) -> None:
    folder = Path("/here/and/there")
    try:
        path = local_path(folder, name)
    except VitrineError:
        return
    assert path.is_relative_to(folder)
    assert path != folder
    assert ".." not in path.parts
    assert path.relative_to(folder).as_posix() == name
