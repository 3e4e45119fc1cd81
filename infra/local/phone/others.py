"""What other people do: they write to the paired numbers, take them into groups, and have WhatsApp or not."""

import secrets

from infra.local.phone import events
from infra.local.phone.clock import now, rfc3339
from infra.local.phone.people import InboundMessage
from infra.local.phone.sessions import ControlError, Phone


class Others:
    """Everybody but the owners of the paired phones.

    Args:
        phone: What they write to.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def write(  # noqa: PLR0913 - the parts of one message
        self,
        name: str,
        phone: str,
        text: str,
        *,
        lid: str = "",
        quoted: str = "",
        group: str = "",
        hide_phone: bool = False,
    ) -> str:
        """Writes to an instance's number; returns the message's id.

        Raises:
            ControlError: Nobody has that name, or it is not logged in.
        """
        user = self._phone.named(name)
        if not user.logged_in:
            raise ControlError(409, f"{name} is not logged in, so no message can reach it.")
        sender = self._phone.people.registered(phone).partition("@")
        shown = sender[0] if sender[2] == "s.whatsapp.net" else phone
        inbound = InboundMessage(f"3A{secrets.token_hex(9).upper()}", name, shown, lid, text, rfc3339(now()))
        self._phone.people.hear(inbound)
        event = events.message(inbound, user.jid, quoted, group, hide_phone=hide_phone)
        self._phone.webhooks.emit(user, event)
        return inbound.id

    def add_to_group(self, name: str, jid: str, title: str) -> str:
        """Makes an instance's number a member of a group; returns the group's address.

        Args:
            name: The instance.
            jid: The group's address; "" for the group that is called ``title`` already, or for a new one.
            title: What the group is called.

        Raises:
            ControlError: Nobody has that name.
        """
        people = self._phone.people
        jid = jid or people.group_called(title) or f"120363{secrets.randbelow(10**12):012d}@g.us"
        people.join(self._phone.named(name).name, jid, title)
        return jid

    def remove_from_group(self, name: str, jid: str) -> None:
        """Makes an instance's number no member of a group.

        Raises:
            ControlError: Nobody has that name.
        """
        self._phone.people.leave(self._phone.named(name).name, jid)

    def declare(self, phone: str, registered_as: str, lid: str, *, on_whatsapp: bool) -> None:
        """Says under which number or hidden name somebody is on WhatsApp."""
        address = f"{lid}@lid" if lid else f"{registered_as or phone}@s.whatsapp.net"
        self._phone.people.declare(phone, address if on_whatsapp else "")
