"""The rules of the gatehouse, pure: no I/O, no clock, standard library only.

Instants are whole milliseconds since the Unix epoch (``int``), durations are milliseconds too unless a name says
otherwise. They become RFC 3339 text only at the edge.
"""
