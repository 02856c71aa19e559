"""The shape of the codebase, kept by tests rather than by memory.

What import-linter can say is in pyproject.toml: the ladder of apps, and the layers inside one.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ["accounts", "tickets", "changes", "continuity", "training"]
PACKAGES = ["servicedesk", *APPS]
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

GROUND_FLOOR = {
    "records": {
        "admin", "admin_base", "admin_columns", "admin_words", "apps", "content", "drafts",
        "faults", "files", "following", "history", "idempotency", "keyset", "markup",
        "models", "plain_words", "refusals", "row_security", "scope", "search", "transitions", "verdict",
        "visible_text", "years",
    },
    "notifications": {
        "admin", "apps", "bundles", "digest", "effects", "groups", "hours", "mail", "maildir", "models", "outbox",
        "preferences", "tasks", "telling", "unsubscribing", "waking", "wording",
    },
    "schedule": {
        "admin", "apps", "heartbeat", "jobs", "models", "planning", "sweep", "tasks", "tidying", "waking",
    },
}  # fmt: skip
SHELVES = {"utils", "util", "helpers", "common", "core", "misc", "shared", "lib"}
SCOPES = {"visible_to", "acting_for", "none"}
NO_ONES_ROWS = {"servicedesk/ui/views/health.py"}  # counts rows of the machinery, and shows none
APPEND_ONLY = {"Event"}  # its save() only refuses, in kinder words than the database's trigger
PRIVATE = {"views", "api", "forms", "tasks", "handlers", "mail", "mails", "notifications", "admin", "urls"}
# Where a function may import: Django loads these before the apps are ready, or without them.
LATE_IMPORTERS = {"apps.py", "run.py"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def every(paths: Iterable[Path]):
    return pytest.mark.parametrize("path", paths, ids=name_of)


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds))


def is_edge(path: Path) -> bool:
    return bool({"views", "api"} & set(path.parts)) or path.name in {"views.py", "api.py", "forms.py"}


@every(MODULES)
def test_a_module_fits_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 400


@every(MODULES)
def test_a_module_is_named_for_a_mechanism(path):
    assert not SHELVES & {*path.relative_to(ROOT).parent.parts, path.stem}


@every([path for path in MODULES if is_edge(path) and name_of(path) not in NO_ONES_ROWS])
def test_views_and_forms_read_rows_only_through_a_scope(path):
    for node in nodes(path, ast.Attribute):
        if isinstance(node.value, ast.Attribute) and node.value.attr in {"objects", "_default_manager"}:
            assert node.attr in SCOPES, f"line {node.lineno} reads .{node.value.attr}.{node.attr}"


@every(MODULES)
def test_nobody_assigns_a_status(path):
    for node in nodes(path, ast.Assign, ast.AnnAssign, ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "status":
                is_a_filters_own = ast.unparse(target) == "self.status" and path.name == "filters.py"
                assert is_a_filters_own, f"line {node.lineno} assigns {ast.unparse(target)}"


@every(MODULES)
def test_no_rule_hides_in_a_signal_or_in_save(path):
    assert not re.search(r"django\.(dispatch|db\.models\.signals|core\.signals)", path.read_text())
    for model in nodes(path, ast.ClassDef):
        if "models" in path.relative_to(ROOT).with_suffix("").parts and model.name not in APPEND_ONLY:
            methods = {part.name for part in model.body if isinstance(part, ast.FunctionDef)}
            assert not {"save", "delete"} & methods, f"{model.name} overrides {methods & {'save', 'delete'}}"


@every([path for path in MODULES if path.name not in LATE_IMPORTERS])
def test_no_function_imports_to_dodge_a_cycle(path):
    for function in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef):
        for node in ast.walk(function):
            assert not isinstance(node, ast.Import | ast.ImportFrom), f"line {node.lineno} imports late"


@every(MODULES)
def test_an_apps_edges_are_its_own_business(path):
    package = path.relative_to(ROOT).parts[0]
    for node in nodes(path, ast.Import, ast.ImportFrom):
        module = getattr(node, "module", None)
        targets = [f"{module}.{alias.name}" if module else alias.name for alias in node.names]
        for target in targets:
            app, _, inside = target.partition(".")
            if app in APPS and app != package:
                edge = inside.partition(".")[0]
                assert edge not in PRIVATE, f"line {node.lineno} reaches into {app}.{edge}"


@pytest.mark.parametrize("room", GROUND_FLOOR)
def test_a_new_ground_floor_module_is_a_decision(room):
    found = {path.stem for path in (ROOT / "servicedesk" / room).iterdir() if not path.name.startswith("_")}
    assert found - {"migrations"} == GROUND_FLOOR[room]


@every(TEMPLATES)
def test_a_page_has_no_inline_script_style_or_handler_and_marks_nothing_safe(path):
    if "mail" in path.parts:  # mail programs know no style sheet
        return
    page = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    found = re.findall(
        r"""<script(?![^>]*\s(?:src=|type="application/json"))[^>]*>|<style\b|\sstyle=|\son[a-z]+=|\shx-on\S*=|\|\s*safe\b|javascript:""",
        page,
    )
    assert found == []
