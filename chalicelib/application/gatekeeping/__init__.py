"""Asks the Gate and makes its answer true: load, decide, reserve, record, publish.

The only importer of ``domain.gate``. Capacity is reserved before a decision is recorded, so a crash may waste a slot
and never exceed a limit.
"""

from chalicelib.application.gatekeeping.gatekeeper import Gatekeeper

__all__ = ["Gatekeeper"]
