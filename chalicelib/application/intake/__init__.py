"""Takes message intents in: checks what only we can check, decides them or has them decided, stores each once."""

from chalicelib.application.intake.draft import Draft, trial
from chalicelib.application.intake.intake import Intake
from chalicelib.application.intake.submission import Accepted, AcceptedBatch

__all__ = ["Accepted", "AcceptedBatch", "Draft", "Intake", "trial"]
