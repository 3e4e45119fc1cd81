"""Contacts: what a person wants is kept, under every name, and nobody's write is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.consent import Consent, LegalBasis, Withdrawal
from chalicelib.domain.contact import Alias, AliasKind, Contact, NumberCheck
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.recent import Outbound, RecentIntent
from chalicelib.domain.values import DAY, SECOND, Category
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Table
    from tests.contract.conftest import Store

LID = Alias(AliasKind.LID, "99887766554433@lid")
STOP = Preference(OptOut.ALL, NOON, "contact", "3A0123456789ABCDEF")


def a_contact(number: int = 1, organization_id: str = samples.ORGANIZATION) -> Contact:
    """Somebody of whom everything is known."""
    return Contact(
        id=samples.an_id("con", number),
        organization_id=organization_id,
        phone="+5531987654321",
        aliases=(LID, Alias(AliasKind.JID, "553187654321@s.whatsapp.net")),
        name='Ana "Nina" 👩🏽',
        preference=STOP,
        check=NumberCheck("553187654321@s.whatsapp.net", NOON),
        inbound={samples.INSTANCE: NOON, samples.an_id("ins", 2): NOON + 1},
        recent=(
            RecentIntent(samples.an_id("int"), NOON),
            RecentIntent(samples.an_id("int", 2), NOON, samples.an_id("ins", 3), NOON + SECOND, "-_0123456789"),
            RecentIntent(samples.an_id("int", 3), NOON, samples.INSTANCE, NOON + 2 * SECOND),
        ),
        outbound={samples.an_id("ins", 2): Outbound(NOON - DAY, NOON - 1)},
        locks={samples.an_id("ins", 4): NOON + DAY},
        consents=(
            Consent(
                Category.MARKETING,
                LegalBasis.CONSENT,
                "checkout",
                NOON,
                "order 17",
                "client key_1",
                Withdrawal(NOON + 1, "operator usr_1", "called"),
            ),
        ),
    )


def test_a_contact_comes_back_as_it_was(store: Store) -> None:
    """An opt-out would be forgotten, or an answer would leave from the wrong number."""
    for number, contact in enumerate((a_contact(), Contact(samples.an_id("con", 2), samples.ORGANIZATION))):
        name = (contact.organization_id, contact.id)
        assert store.contacts.get_many([name]) == {}
        assert store.contacts.save(contact)
        assert store.contacts.get_many([name]) == {contact.id: replace(contact, version=1)}, number


def test_a_stale_contact_is_refused(store: Store) -> None:
    """Two messages at once, and the SAIR of one of them is lost."""
    contact = replace(a_contact(), preference=None)
    assert store.contacts.save(contact)
    assert not store.contacts.save(contact)
    assert store.contacts.save(replace(contact, preference=STOP, version=1))
    assert not store.contacts.save(replace(contact, name="Ana", version=1))
    [known] = store.contacts.get_many([(contact.organization_id, contact.id)]).values()
    assert (known.preference, known.version) == (STOP, 2)


def test_contacts_of_another_organization_are_missing(store: Store) -> None:
    """One company's opt-outs would count in another's, and show who its customers are."""
    contact = a_contact()
    store.contacts.save(contact)
    store.contacts.point(contact.organization_id, LID, contact.id)
    assert store.contacts.get_many([(samples.ANOTHER_ORGANIZATION, contact.id)]) == {}
    assert store.contacts.owners(samples.ANOTHER_ORGANIZATION, [LID]) == {}


def test_a_name_means_the_contact_it_was_last_given_to(store: Store) -> None:
    """After two contacts turned out to be one, half of the person's messages would go to the wrong one."""
    other = Alias(AliasKind.BSUID, "BR.13491208655302741918")
    for contact_id in ("con_a", "con_b"):
        store.contacts.point(samples.ORGANIZATION, LID, contact_id)
    store.contacts.point(samples.ORGANIZATION, other, "con_c")
    unknown = Alias(AliasKind.JID, LID.value)
    assert store.contacts.owners(samples.ORGANIZATION, [LID, other, unknown]) == {LID: "con_b", other: "con_c"}
    assert store.contacts.owners(samples.ORGANIZATION, []) == {}


def test_many_contacts_are_read_at_once(store: Store) -> None:
    """A bulk of messages would be decided without the opt-outs of some."""
    names = []
    for number in range(110):
        contact = a_contact(number)
        store.contacts.save(contact)
        names.append((contact.organization_id, contact.id))
    assert set(store.contacts.get_many(names)) == {name for _, name in names}


def test_a_wish_never_expires(table: Table) -> None:
    """Somebody who opted out would be written to again after a year of silence."""
    from chalicelib.adapters.dynamodb.contacts import DynamoContacts  # noqa: PLC0415 - the table's side only

    contacts, silent = DynamoContacts(table), replace(a_contact(2), preference=None, consents=())
    contacts.save(a_contact())
    contacts.save(silent)
    kept = table.get(f"CONTACT#{samples.ORGANIZATION}#{samples.an_id('con')}", "CONTACT")
    ends = table.get(f"CONTACT#{samples.ORGANIZATION}#{silent.id}", "CONTACT")
    assert kept is not None
    assert ends is not None
    assert "ttl" not in kept
    assert ends["ttl"] == (NOON + DAY + 400 * DAY) // SECOND
    said = (replace(silent, preference=STOP), replace(silent, consents=a_contact().consents))
    for version, contact in enumerate(said, start=1):
        assert contacts.save(replace(contact, version=version))
        kept = table.get(f"CONTACT#{samples.ORGANIZATION}#{silent.id}", "CONTACT")
        assert kept is not None
        assert "ttl" not in kept


def test_a_contact_without_a_date_does_not_expire_at_once(table: Table) -> None:
    """What was just learned of a person, their other names, would count as four hundred days after 1970."""
    from chalicelib.adapters.dynamodb.contacts import DynamoContacts  # noqa: PLC0415 - as above

    blank = Contact(samples.an_id("con"), samples.ORGANIZATION, aliases=(LID,))
    DynamoContacts(table).save(blank)
    item = table.get(f"CONTACT#{samples.ORGANIZATION}#{blank.id}", "CONTACT")
    assert item is not None
    assert "ttl" not in item
