"""Defines the response that describes the upgrade graph of a device model."""

from pydantic import Field

from service.domain.facts import DeclarationKind, HeldCode
from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfResponse, WithEntryNumber


class Fragment(ResponseModel):
    """The place of an image among the parts of a larger image. A device must not stay at a part that is not the
    last.
    """

    part: int
    parts: int


class UnacceptedBase(ResponseModel):
    """A declared base that gives no step until somebody accepts it by name, and the code of the reason. `base` is the
    `entry` of its image in the upgrade graph, `declared` the entry that the declaration names.
    """

    base: str
    declared: str
    code: HeldCode


class UpgradeGraphNode(WithEntryNumber):
    """One firmware image on one device model, with the steps that lead to it. `entry` represents all entries that carry
    the image.
    """

    entries: list[str] = Field(description="All entries that carry the image, in the order of their numbers.")
    device_model: str = Field(description="The id of the device model, such as `106C-433100AC`.")
    firmware_version: str
    image_hash: str | None
    listed: bool = Field(description="Whether any of the entries has the status Current.")
    declaration: DeclarationKind = Field(
        description="The declared Firmware Upgrade Path of the image: `not-supplied` only if no entry has one."
    )
    fragment: Fragment | None
    cycle: int | None = Field(
        description="The number of the cycle (images that all lead to each other) that the image is part of, or null."
    )
    bases: list[str] = Field(description="The images from which a step in force leads here, each by its `entry`.")
    reduced_bases: list[str] = Field(
        description="Those of `bases` to draw: the fewest steps from which the same images can be reached. Cycles "
        "count as one image. No route is computed from them."
    )
    held: list[UnacceptedBase]


class UpgradeGraph(AsOfResponse):
    """The upgrade graph of a device model at one instant: its images, and the steps in force between them.

    Images of other device models are part of it if a step, or a base that awaits acceptance, joins them to this one.
    """

    device_model: str
    manufacturer: str
    manufacturer_name: str | None
    steps: int = Field(description="The number of steps in force that lead to an image in `nodes`.")
    reduced_steps: int = Field(description="The number of `reduced_bases` of all nodes.")
    nodes: list[UpgradeGraphNode] = Field(description="The images, in the order of their entry numbers.")
    notice: str = NOTICE
