"""What counts, measured: `make bench`. A module in ``rows`` adds rows; see ``metric.row``."""
