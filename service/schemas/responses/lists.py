"""Defines the page of versions of the Central Products List that the service has loaded."""

from service.domain.clock import Instant
from service.domain.listings import ListVersion
from service.schemas.cursor import Page


class ListPage(Page[ListVersion]):
    """A page of loaded list versions, in the order of their version numbers."""

    known_at: Instant
