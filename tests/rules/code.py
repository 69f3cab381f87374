"""The project's own code as the rules look at it: modules, what they define, what they import."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("services", "clients", "programme", "deploy", "bench", "tests")
SERVICES = tuple(
    folder.name
    for folder in sorted((PROJECT / "services").iterdir())
    if folder.is_dir() and folder.name not in ("shared", "__pycache__")
)


def sources(*under: str) -> Iterator[Path]:
    """Every Python file of ours, or of the folders named."""
    for folder in under or OURS:
        yield from sorted((PROJECT / folder).rglob("*.py"))


@cache
def tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), filename=str(source))


def functions(source: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method a file defines."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(source: Path) -> Iterator[str]:
    """The full names of what a file imports."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(source: Path) -> str:
    return ".".join(source.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def modules(*under: str) -> Iterator[ModuleType]:
    """The folders' modules, imported."""
    for source in sources(*under):
        yield importlib.import_module(module_name(source))


def place(source: Path, node: ast.AST) -> str:
    """Where something stands, as editors take it."""
    return f"{source.relative_to(PROJECT)}:{getattr(node, 'lineno', 1)}"
