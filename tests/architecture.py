"""The rules of docs/architecture.md, each a function from one parsed module to the sentences on what breaks it."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

VERBS = {f"surveys.{verb}" for verb in ("enrolling", "answering", "printing", "scanning", "reviewing", "reporting")}
VERBS |= {"surveys.judging", "surveys.translating"}
EDGES = {"surveys.web", "surveys.cli", "surveys.worker"}
LEVELS = {"paper": 0, "surveys.core": 0, "surveys.store": 1, "surveys.config": 3, "surveys.house": 4, "surveys.app": 6}
LEVELS |= dict.fromkeys(VERBS, 2) | dict.fromkeys(EDGES, 5)

PAPER_DOORS = {"surveys.printing", "surveys.scanning", "surveys.reviewing", "surveys.judging", "surveys.translating"}
PEN = {"paper.pen", "paper.spoil", "paper.layout", "paper.picture"}  # the demonstration borrows the pen
ALLOWED_ROOMS = {  # a library: the rooms that may import it
    "flask": {"surveys.app", "surveys.web", "surveys.cli"},
    "flask_babel": {"surveys.app", "surveys.web", "surveys.cli"},
    "flask_wtf": {"surveys.app", "surveys.web", "surveys.cli"},
    "werkzeug": {"surveys.app", "surveys.web", "surveys.cli"},
    "sqlalchemy": {"surveys.store"},
    "alembic": {"surveys.store"},
    "celery": {"surveys.worker", "surveys.app"},
    "click": {"surveys.cli", "surveys.app"},
    "rich": {"surveys.cli"},
}
MAY_READ_ENVIRONMENT = {"surveys.config", "surveys.app"}  # app hands os.environ to config, unread
FACTS = {"layout", "form", "assignment", "batch", "upload", "scan", "reading", "ruling", "save", "submission"}
FACTS |= {"withdrawal", "release", "activity", "turn", "thresholds", "finished"}

BANNED_STARTS = ("get_", "handle_", "process_")
BANNED_PARTS = ("manager", "helper", "utils")
NAMES_OF_LIBRARIES = {"process_bind_param", "process_result_value"}  # methods that SQLAlchemy calls

LONGEST_MODULE = 400  # lines
LONGEST_FUNCTION = 50  # lines
USUAL_FUNCTION = 30  # lines, which nine functions in ten stay under
MOST_PARAMETERS = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One source file by its dotted name."""

    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def room(self) -> str:
        """The part of the house it is in: surveys.core.marking -> surveys.core; paper.ink -> paper."""
        parts = self.name.split(".")
        return parts[0] if parts[0] != "surveys" else ".".join(parts[:2])

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS)]


def modules(*folders: str) -> list[Module]:
    """Every module of some top folders, generated migrations left out."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                found.append(Module(dotted, path.read_text(encoding="utf-8")))
    return found


def imported(node: ast.AST) -> list[str]:
    """The dotted names a statement imports: `from surveys.core import marking` -> surveys.core.marking."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def imports(tree: ast.AST) -> list[str]:
    return [name for node in ast.walk(tree) for name in imported(node)]


def room_of(dotted: str) -> str:
    return Module(dotted, "").room


def imports_point_down(module: Module) -> Iterator[str]:
    here = LEVELS.get(module.room)
    for target in imports(module.tree):
        if target.startswith("."):
            yield f"imports {target}: write the whole name"
        there = LEVELS.get(room_of(target))
        if here is None or there is None or room_of(target) == module.room:
            continue
        if there > here or (there == here and module.room not in EDGES):
            yield f"imports {target}, which is not below it"


def libraries_stay_in_their_rooms(module: Module) -> Iterator[str]:
    for target in imports(module.tree):
        library = target.split(".")[0]
        if module.room not in ALLOWED_ROOMS.get(library, {module.room}):
            yield f"imports {library}, which belongs to {', '.join(sorted(ALLOWED_ROOMS[library]))}"
        if module.room == "surveys.core" and library not in {*sys.stdlib_module_names, "numpy", "surveys"}:
            yield f"imports {library}: core knows the standard library and numpy"


def paper_has_its_doors(module: Module) -> Iterator[str]:
    for target in imports(module.tree):
        if module.room == "paper" and target.split(".")[0] == "surveys":
            yield f"imports {target}: paper knows nothing of surveys"
        if module.room.startswith("surveys") and target.split(".")[0] == "paper" and module.room not in PAPER_DOORS:
            demo = f"{module.name}.".startswith("surveys.cli.demo.")
            if not (demo and any(f"{target}.".startswith(f"{pen}.") for pen in PEN)):
                yield f"imports {target}: paper is entered by {', '.join(sorted(PAPER_DOORS))}"


def imports_stand_at_the_top(module: Module) -> Iterator[str]:
    for function in module.functions:
        for target in imports(function):
            yield f"{function.name} imports {target} inside itself"


def only_config_reads_the_environment(module: Module) -> Iterator[str]:
    reads = {"environ", "getenv", "environb", "putenv"}
    for node in ast.walk(module.tree):
        named = isinstance(node, ast.Attribute) and node.attr in reads and isinstance(node.value, ast.Name)
        if module.name not in MAY_READ_ENVIRONMENT and named and ast.unparse(node.value) == "os":
            yield f"line {node.lineno} reads the environment"
    for target in imports(module.tree):
        if module.name not in MAY_READ_ENVIRONMENT and target in {f"os.{name}" for name in reads}:
            yield f"imports {target}"


def facts_are_only_inserted(module: Module) -> Iterator[str]:
    if not module.name.startswith("surveys") or module.name == "surveys.store.retention":
        return
    for target in imports(module.tree):
        if target == "sqlalchemy.delete":
            yield "imports sqlalchemy.delete: only store/retention.py deletes"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (what := _rewrites(node)):
            yield f"line {node.lineno} {what}"
        words = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if words.lstrip().upper().startswith(("DELETE FROM", "TRUNCATE ")):
            yield f"line {node.lineno} deletes in SQL"


def _rewrites(call: ast.Call) -> str | None:
    """What a call does to stored rows, when it may not: `update(tables.save)`, `tables.save.update()` and the like."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    table = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name == "update" and not table.startswith("tables.") and call.args:
        table = ast.unparse(call.args[0])
    if name == "on_conflict_do_update":
        return "overwrites a row that is there"
    if name == "delete" and table.startswith("tables."):
        return f"deletes from {table}"
    if name == "update" and table.removeprefix("tables.") in FACTS and table.startswith("tables."):
        return f"updates the fact {table}"
    return None


def modules_say_what_they_are(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield "has no sentence at its top"


def sizes_stay_small(module: Module) -> Iterator[str]:
    if (lines := len(module.source.splitlines())) > LONGEST_MODULE:
        yield f"has {lines} lines; {LONGEST_MODULE} at most"
    for function in module.functions:
        if length(function) > LONGEST_FUNCTION:
            yield f"{function.name} has {length(function)} lines; {LONGEST_FUNCTION} at most"


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters_are_few(module: Module) -> Iterator[str]:
    for function in module.functions:
        if any("command(" in ast.unparse(decorator) for decorator in function.decorator_list):
            continue  # a command's parameters are the options its --help explains
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        count = len([parameter for parameter in given if parameter.arg not in {"self", "cls"}])
        if count > MOST_PARAMETERS:
            yield f"{function.name} takes {count} parameters; {MOST_PARAMETERS} at most"


def names_say_something(module: Module) -> Iterator[str]:
    classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    for name in [module.name.split(".")[-1], *(node.name for node in [*classes, *module.functions])]:
        plain = name.lower().lstrip("_")
        banned = plain.startswith(BANNED_STARTS) or any(part in plain for part in BANNED_PARTS)
        if banned and name not in NAMES_OF_LIBRARIES:
            yield f"{name} is a name that says nothing"


RULES = (
    imports_point_down,
    libraries_stay_in_their_rooms,
    paper_has_its_doors,
    imports_stand_at_the_top,
    only_config_reads_the_environment,
    facts_are_only_inserted,
    modules_say_what_they_are,
    sizes_stay_small,
    parameters_are_few,
    names_say_something,
)


def cycles(house: list[Module]) -> list[tuple[str, ...]]:
    """Rings of modules that import each other when loaded; what stands under TYPE_CHECKING is not loaded."""
    names = {module.name for module in house}
    needs = {
        module.name: {found for target in _loaded(module) if (found := _nearest(target, names))} for module in house
    }
    rings: list[tuple[str, ...]] = []
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            rings.append((*path[path.index(name) :], name))
        elif name not in done:
            for needed in sorted(needs[name] - {name}):
                visit(needed, (*path, name))
            done.add(name)

    for name in sorted(names):
        visit(name, ())
    return rings


def _loaded(module: Module) -> list[str]:
    skipped = [
        node for node in ast.walk(module.tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    hidden = [name for node in skipped for name in imports(node)]
    return [name for name in imports(module.tree) if name not in hidden]


def _nearest(target: str, names: set[str]) -> str | None:
    """The module that an imported name is, or is in: surveys.core.marking.judge -> surveys.core.marking."""
    return target if target in names else next((n for n in [target.rpartition(".")[0]] if n in names), None)
