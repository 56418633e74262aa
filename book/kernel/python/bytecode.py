"""Compiles Python files for the page; it runs inside Pyodide when the site is built, so that the bytecode fits.

Docstrings of libraries are left empty: they are a tenth of what a reader would download. (`python -OO` would drop the
assertions as well, and give None where NumPy insists on a string.)
"""

import ast
import importlib._bootstrap_external
import importlib.util
import io
import os
import zipfile

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def compiled(source: bytes, path: str, documented: bool) -> bytes:
    """Return the content of the .pyc file of a module; without `documented` its docstrings are empty."""
    tree = ast.parse(source)
    if not documented:
        for node in ast.walk(tree):
            if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
                node.body[0].value.value = ""
    code = compile(tree, path, "exec", dont_inherit=True)
    return bytes(importlib._bootstrap_external._code_to_hash_pyc(code, importlib.util.source_hash(source), False))


def compile_folder(folder: str, documented: tuple[str, ...]) -> None:
    """Write a .pyc file beside each .py file; the packages `documented` keep their docstrings."""
    for place, _, names in os.walk(folder):
        package = os.path.relpath(place, folder).partition("/")[0]
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    source = file.read()
                with open(path + "c", "wb") as file:
                    file.write(compiled(source, path, package in documented))


def compile_library(path: str) -> bytes:
    """Return the standard library, a zip file at `path`, compiled."""
    with zipfile.ZipFile(path) as library, io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(name for name in library.namelist() if not name.endswith("/")):
                content = library.read(name)
                if name.endswith(".py"):
                    content, name = compiled(content, f"{path}/{name}", False), name + "c"
                archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
        return file.getvalue()
