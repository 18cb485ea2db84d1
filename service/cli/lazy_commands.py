"""Imports the module of a command only when the command runs, so that the others cost it no time."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "load": ("load:app", "Load a published list, declared bases, or ZigBee facts."),
    "receipts": ("receipts:app", "Verify receipts, print the public keys, and rotate the signing key."),
    "export": ("export:app", "Write data of the graph to a file."),
    "keys": ("keys:app", "Make, list, revoke and rotate the API keys of callers."),
    "zigbee": ("zigbee:app", "Restricted ZigBee data: exposure to a chipset or stack, and the audit."),
    "clock": ("clock:app", "The clock of the service and the recorded instants."),
    "path": (
        "path:path",
        "Print the pathway from one entry to another or the reasons why there is none, or the pathways of many pairs.",
    ),
    "check": ("check_plan:check_plan", "Check a plan of entries step by step and print the verdict: go, stop or ask."),
    "changes": (
        "answer_history:changes",
        "Print how the answer to the pathway question changed over time: the outcome, the entries of the route, and "
        "the cause.",
    ),
    "history": (
        "entry_history:history",
        "Print everything recorded about an entry: when each fact holds, and from when until when it was on record.",
    ),
    "resolve": (
        "resolve:resolve",
        "Print the pathway of a device, or the entries that it can reach, from its fields in an inventory.",
    ),
    "findings": (
        "findings:findings",
        "Print the data that are wrong, missing or doubtful, most severe first. The exit code is 0 with findings too.",
    ),
    "impact": (
        "impact:impact",
        "Print how a file of declared bases would change every pathway answer. Changes nothing in the graph.",
    ),
    "disclosures": (
        "disclosures:disclosures",
        "Print which answers organisations received, the newest first. The log records nothing else about a caller.",
    ),
    "verify": (
        "verify:verify",
        "Recompute the derived edges and the hash chains of amendments and audit, and print every difference.",
    ),
    "serve": ("serve:serve", "Serve the HTTP interface and the web pages, in one process."),
}
"""For each command its module in this package, the name of its function or Typer application there, and its help."""


class LazyCommand(TyperCommand):
    """A command before its module is imported: its name and its help, as lists of commands show them."""

    def __init__(self, name: str, place: str, help_text: str) -> None:
        """Sets the name, the place of the command (`module:name` in this package), and the help."""
        super().__init__(name, help=help_text)
        self._place = place

    def load(self) -> Any:
        """Imports the module of the command, and returns the whole command with its parameters."""
        module, _, name = self._place.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), name)
        if isinstance(found, typer.Typer):
            return typer.main.get_group(found)
        single = typer.Typer(add_completion=False)
        single.command(self.name)(found)
        return typer.main.get_command(single)


class LazyGroup(TyperGroup):
    """The group of all commands: lists them without their modules, and imports the one that is to run."""

    def __init__(self, **attributes: Any) -> None:
        """Adds all commands, not yet imported, to the group that Typer builds."""
        super().__init__(**attributes)
        self.commands = {name: LazyCommand(name, *place_and_help) for name, place_and_help in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Returns the name, the whole command and the remaining arguments of the command that the arguments name."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, LazyCommand) else command, rest
