"""Whether a graph can be one: versions and operators that are known, every value made once, no cycle.

Knows nothing about files; what each operator accepts is left to the runtime.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import onnx
import onnx.defs

from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.cycles import step_in_cycle
from models.exports.wire import damaged

STANDARD = ("", "ai.onnx")
"""Names of the domain of standard operators."""

SINGLE_VERSION_DOMAINS = ("com.microsoft", "com.ms.internal.nhwc", "com.microsoft.nchwc")
"""Those with one version, which a model need not give: the runtime does without."""

KNOWN_DOMAINS = (*STANDARD, "ai.onnx.ml", *SINGLE_VERSION_DOMAINS)
"""Domains of operators that the runtime brings along; any other needs a library of somebody else's."""

RUNTIME_OPERATORS = frozenset(
    {
        "Affine",
        "Crop",
        "DynamicSlice",
        "GRUUnit",
        "GivenTensorFill",
        "ImageScaler",
        "ParametricSoftplus",
        "Scale",
        "ScaledTanh",
        "SimplifiedLayerNormalization",
    }
)
"""Operators that the runtime has in the standard domain though the standard does not."""

FunctionKey = tuple[str, str, str]
"""Domain, name and overload."""


def check_structure(model: Any, name: str) -> None:
    """Check a model.

    Args:
        model: an `onnx.ModelProto`.
        name: the file's name for messages, already escaped.

    Raises:
        ModelFileError: it is damaged, or of a version or with an operator that is not known.
    """
    _check_versions(model, name)
    functions = {(_domain(one), one.name, one.overload): one for one in model.functions}
    if len(functions) < len(model.functions):
        raise damaged(name, "two of its functions have the same name")
    checker = _Checker(name, {_domain(one) for one in model.opset_import}, set(functions))
    checker.check_graph(model.graph, [])
    for key, function in functions.items():
        checker.check_function(key, function)
    checker.check_recursion()


def _domain(holder: Any) -> str:
    return "" if holder.domain in STANDARD else str(holder.domain)


def _check_versions(model: Any, name: str) -> None:
    if model.ir_version > onnx.IR_VERSION:
        raise _too_new(
            name, f"is in version {model.ir_version} of the ONNX format", f"version {onnx.IR_VERSION}"
        )
    versions = dict[str, int]()
    for one in model.opset_import:
        if _domain(one) in versions:
            raise damaged(name, f"it gives two versions of the operators “{escape_text(one.domain)}”")
        versions[_domain(one)] = one.version
    newest = onnx.defs.onnx_opset_version()
    version = versions.get("", 1)
    if version > newest:
        raise _too_new(
            name, f"uses version {version} of the standard operators (its opset)", f"opset {newest}"
        )
    if version < 1:
        raise damaged(name, f"it uses version {version} of the standard operators")


def _too_new(name: str, what: str, newest: str) -> ModelFileError:
    return ModelFileError(
        "unsupported-onnx-version",
        f"“{name}” {what}, newer than this program reads.",
        f"Update Vitrine, or export the model with {newest} or older.",
    )


class _Checker:
    """Checks graphs, one within the other.

    Args:
        name: the file's name for messages.
        domains: those whose version the model gives.
        functions: those that the model defines.
    """

    def __init__(self, name: str, domains: set[str], functions: set[FunctionKey]) -> None:
        self._name = name
        self._domains = domains
        self._functions = functions
        self._calls: dict[FunctionKey, set[FunctionKey]] = {}
        self._within: FunctionKey | None = None

    def check_graph(self, graph: Any, scopes: list[set[str]]) -> set[str]:
        """Check a graph.

        Args:
            graph: a `onnx.GraphProto`.
            scopes: names of values of the graphs around it.

        Returns:
            Names of the values that it takes from those.
        """
        own = set[str]()
        for one in graph.initializer:
            self._add(own, one.name, "two weights are called")
        return self._check_nodes(graph.node, own | {one.name for one in graph.input}, scopes, graph.output)

    def check_function(self, key: FunctionKey, function: Any) -> None:
        """Check the body of a function."""
        self._within, domains = key, self._domains
        self._domains = {_domain(one) for one in function.opset_import} | domains
        self._check_nodes(function.node, set(function.input), [], ())
        self._within, self._domains = None, domains

    def check_recursion(self) -> None:
        """Check that no function calls itself, by whatever way."""
        for start in self._calls:
            reached, waiting = set[FunctionKey](), [start]
            while waiting:
                for called in self._calls.get(waiting.pop(), set()) - reached:
                    reached.add(called)
                    waiting.append(called)
            if start in reached:
                raise damaged(self._name, f"its function “{escape_text(start[1])}” calls itself")

    def _check_nodes(self, nodes: Any, own: set[str], scopes: list[set[str]], outputs: Any) -> set[str]:
        produced = set[str]()
        for node in nodes:
            for output in filter(None, node.output):
                if output in own:
                    raise damaged(
                        self._name, f"{_shown(node)} makes “{escape_text(output)}”, which is there already"
                    )
                self._add(produced, output, "two operators make")
        everything, captured = own | produced, set[str]()
        inner = [*scopes, everything]
        wants = list[set[str]]()
        for node in nodes:
            self._check_operator(node)
            wanted = set(filter(None, node.input))
            for attribute in node.attribute:
                self._check_attribute(node, attribute)
                for graph in (*([attribute.g] if attribute.HasField("g") else ()), *attribute.graphs):
                    wanted |= self.check_graph(graph, inner)
            for value in wanted - everything:
                if not any(value in scope for scope in scopes):
                    raise damaged(
                        self._name, f"{_shown(node)} takes “{escape_text(value)}”, which nothing makes"
                    )
                captured.add(value)
            wants.append(wanted & produced)
        for output in outputs:
            if output.name not in everything:
                if not any(output.name in scope for scope in scopes):
                    raise damaged(self._name, f"nothing makes its output “{escape_text(output.name)}”")
                captured.add(output.name)
        looping = step_in_cycle([node.output for node in nodes], wants)
        if looping is not None:
            raise damaged(self._name, f"{_shown(nodes[looping])} needs its own result (a cycle)")
        return captured

    def _check_operator(self, node: Any) -> None:
        key = (_domain(node), node.op_type, node.overload)
        if not node.op_type:
            raise damaged(self._name, "one of its operators has no type")
        if key in self._functions:
            if self._within is not None:
                self._calls.setdefault(self._within, set()).add(key)
            return
        domain, kind, _ = key
        if domain not in KNOWN_DOMAINS or (not domain and not _is_standard(kind)):
            shown = escape_text(f"{domain}.{kind}" if domain else kind)
            raise ModelFileError(
                "unsupported-operator",
                f"“{self._name}” uses the operator “{shown}”, which is not known.",
                "Export the model without operators of its own, or update Vitrine.",
            )
        if domain not in self._domains and domain not in SINGLE_VERSION_DOMAINS:
            raise damaged(self._name, f"it does not say in which version it uses {_shown(node)}")
        if not node.output:
            raise damaged(self._name, f"{_shown(node)} makes nothing")
        needed = 0 if domain else _inputs_needed().get(kind, 0)
        if not all([*node.input, *[""] * needed][:needed]):
            raise damaged(self._name, f"{_shown(node)} lacks something that it computes with")

    def _check_attribute(self, node: Any, attribute: Any) -> None:
        kinds = onnx.AttributeProto.AttributeType
        missing = attribute.type == kinds.UNDEFINED and not attribute.ref_attr_name
        missing |= attribute.type == kinds.TENSOR and not attribute.HasField("t")
        missing |= attribute.type == kinds.GRAPH and not attribute.HasField("g")
        if missing:
            what = f"“{escape_text(attribute.name)}” of {_shown(node)} has no value"
            raise damaged(self._name, what)

    def _add(self, names: set[str], name: str, what: str) -> None:
        if not name:
            raise damaged(self._name, "one of its weights has no name")
        if name in names:
            raise damaged(self._name, f"{what} “{escape_text(name)}”")
        names.add(name)


@cache
def _is_standard(kind: str) -> bool:
    return kind in RUNTIME_OPERATORS or bool(onnx.defs.has(kind))


@cache
def _inputs_needed() -> dict[str, int]:
    """How many inputs each operator of the standard has at least, in whichever version takes the fewest."""
    needed = dict[str, int]()
    for one in onnx.defs.get_all_schemas_with_history():
        if not one.domain:
            needed[one.name] = min(one.min_input, needed.get(one.name, one.min_input))
    return needed


def _shown(node: Any) -> str:
    name = f" “{escape_text(node.name)}”" if node.name else ""
    return f"the operator {escape_text(node.op_type)}{name}"
