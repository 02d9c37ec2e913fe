"""Which dated values a rule reads, from its code: for the rule's page and for the check that no value is idle.

Follows the rule's function and the functions of its own file that it names; a group that is given a shorter name first
(``limits = parameters.limits``) or handed to a function (``limits: Limits``) is followed too. What shared helpers in
other files read is not seen.
"""

import ast
from typing import Final, get_type_hints

from app.rules.digest import source_of
from app.rules.kernel import Rule
from app.rules.parameter_groups import GROUPS, Parameters

_ROOT: Final = "parameters"
_GROUP_OF_SHAPE: Final = {hint.__name__: name for name, hint in get_type_hints(Parameters).items() if name in GROUPS}


def dated_values_read(rule: Rule) -> tuple[str, ...]:
    """The dated values as ``limits.single_transaction_cny``, sorted."""
    functions = _functions(ast.parse(source_of(rule)))
    found: set[str] = set()
    waiting, seen = [rule.apply.__name__], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        found |= _read_in(functions[name])
        waiting += [node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)]
    return tuple(sorted(found))


def _functions(module: ast.Module) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}


def _read_in(function: ast.FunctionDef) -> set[str]:
    aliases = {alias: group for node in ast.walk(function) for alias, group in _aliases(node)}
    aliases |= _typed_arguments(function)
    found = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        group = aliases.get(owner.id) if isinstance(owner, ast.Name) else _group(owner)
        if group is not None:
            found.add(f"{group}.{node.attr}")
    return found


def _typed_arguments(function: ast.FunctionDef) -> dict[str, str]:
    arguments = (*function.args.args, *function.args.kwonlyargs)
    return {
        argument.arg: _GROUP_OF_SHAPE[argument.annotation.id]
        for argument in arguments
        if isinstance(argument.annotation, ast.Name) and argument.annotation.id in _GROUP_OF_SHAPE
    }


def _aliases(node: ast.AST) -> list[tuple[str, str]]:
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return []
    target, value = node.targets[0], node.value
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))
    return [(name.id, group) for name, read in pairs if isinstance(name, ast.Name) and (group := _group(read))]


def _group(node: ast.expr) -> str | None:
    """The group that an expression stands for: ``parameters.limits`` is ``limits``."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == _ROOT:
        return node.attr if node.attr in GROUPS else None
    return None
