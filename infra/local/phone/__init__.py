"""The local phone: a stand-in for the WhatsApp bridge, so that local runs and tests use the real adapter.

It speaks the bridge contract of 2026 over HTTP on loopback, keeps the truth about what was accepted, and misbehaves on
request. In a test::

    with LocalPhone(state=tmp_path, admin_token="...") as phone:
        adapter = make_adapter(base_url=phone.url)

From a shell: ``python -m infra.local.phone --port 8701 --state DIR --admin-token TOKEN``.
"""

from infra.local.phone.server import LocalPhone, PhoneStartError
from infra.local.phone.timings import Timings

__all__ = ["LocalPhone", "PhoneStartError", "Timings"]
