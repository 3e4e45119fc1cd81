"""DynamoDB only: what an older or a newer version wrote still loads, so that a deployment never loses anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.codes import DynamoCodes
from chalicelib.adapters.dynamodb.contacts import DynamoContacts
from chalicelib.adapters.dynamodb.contents import DynamoContents
from chalicelib.adapters.dynamodb.gate_views import DynamoGateViews
from chalicelib.adapters.dynamodb.leases import DynamoLeases
from chalicelib.adapters.dynamodb.organizations import DynamoDirectory
from chalicelib.adapters.dynamodb.packing import pack, unpack
from chalicelib.adapters.dynamodb.squeezing import unsqueezed
from chalicelib.application.ports.codes import Code
from chalicelib.application.ports.leases import LeaseKind
from chalicelib.domain.contact import Contact
from chalicelib.domain.control import Lease
from chalicelib.domain.instance import Instance, InstancePurpose, Provider
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import preset_of
from chalicelib.domain.recent import RecentIntent
from chalicelib.domain.values import MINUTE, SECOND, Text
from tests.contract import samples
from tests.contract.conftest import dynamo_intents
from tests.contract.test_contacts import a_contact
from tests.contract.test_numbers import full_instance
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table
    from chalicelib.domain.organization import Organization

FULL = [full_instance(), samples.organization(), a_contact()]


def stored(table: Table, pk: str, sk: str) -> Item:
    """An item that must be there."""
    item = table.get(pk, sk)
    assert item is not None
    return item


def test_a_number_from_before_its_fields_existed_loads(table: Table) -> None:
    """After a deployment that adds a field no number could be loaded, and nothing would be sent."""
    body = {"id": samples.INSTANCE, "name": "Vendas", "provider": "whatsmeow", "purpose": "MIXED", "created_at": NOON}
    known = Instance(samples.INSTANCE, "org_1", "Vendas", Provider.WHATSMEOW, InstancePurpose.MIXED, NOON, version=7)
    table.put({"pk": "ORG#org_1", "sk": f"GATE#INST#{samples.INSTANCE}", "body": json.dumps(body), "v": 7})
    assert DynamoDirectory(table).instance("org_1", samples.INSTANCE) == known


def test_an_organization_from_before_policies_had_rules_loads(table: Table) -> None:
    """After the update nothing would be sent; or what was paced by hand would be throttled by rules nobody chose."""
    known = Policy(per_minute=5, per_hour=100, per_day=800, min_interval=2_500, max_interval=7_000, typing=2_000)
    names = ("per_minute", "per_hour", "per_day", "min_interval", "max_interval", "typing")
    body: dict[str, object] = {"id": "org_1", "name": "Loja", "locale": "pt-BR", "time_zone": "America/Sao_Paulo"}
    body["policy"] = {name: getattr(known, name) for name in names}
    table.put({"pk": "ORG#org_1", "sk": "GATE#ORG", "body": json.dumps(body), "v": 7})
    loaded = DynamoDirectory(table).organization("org_1")
    assert loaded
    assert (loaded.policy, loaded.policy_version, loaded.version) == (known, 1, 7)
    assert (known.warmup, known.quiet, preset_of(known)) == (None, None, None)


def test_a_member_from_before_sign_in_loads(table: Table) -> None:
    """A page that names who did something would be a server error for every organization made before."""
    table.put({"pk": "ORG#org_1", "sk": "USER#usr_1", "body": '["ana@example.com","admin"]'})
    assert DynamoDirectory(table).actor_names("org_1", ["usr_1"]) == {"usr_1": "ana@example.com"}


def test_a_contact_from_before_there_were_slots_loads(table: Table) -> None:
    """Whom a person wrote to, and what they were sent, would be forgotten by the deployment."""
    body = {"phone": "+551", "inbound": {samples.INSTANCE: NOON}, "recent": [{"intent_id": "int_1", "at": NOON}]}
    table.put({"pk": "CONTACT#org_1#con_1", "sk": "CONTACT", "body": json.dumps(body), "v": 7})
    [known] = DynamoContacts(table).get_many([("org_1", "con_1")]).values()
    assert (known.inbound, known.recent) == ({samples.INSTANCE: NOON}, (RecentIntent("int_1", NOON),))


@pytest.mark.parametrize("known", FULL)
def test_a_field_from_a_newer_version_is_passed_over(known: Instance | Organization | Contact) -> None:
    """While two versions run side by side, the older one could load nothing that the newer one wrote."""
    body = json.loads(pack(known)) | {"a_field_to_come": {"x": 1}}
    assert unpack(type(known), json.dumps(body)) == known


@pytest.mark.parametrize("known", FULL)
def test_enumerations_come_back_as_themselves(known: Instance | Organization | Contact) -> None:
    """A state that only looks right, a bare text, would fail every comparison by identity: nothing is connected."""
    back = unpack(type(known), pack(known))
    assert repr(back) == repr(known)


def test_a_field_at_its_default_is_not_stored() -> None:
    """Items would grow with every field we add, until each write costs double."""
    assert set(json.loads(pack(Contact("con_1", "org_1", phone="+551")))) == {"id", "organization_id", "phone"}


def test_a_request_from_before_contents_had_a_type_is_a_text(table: Table) -> None:
    """Every message that waited during the deployment would be lost."""
    intents, intent = dynamo_intents(table), samples.approved()
    intents.create(intent)
    item = stored(table, f"INTENT#{intent.id}", "INTENT")
    table.put(item | {"req": json.dumps(json.loads(unsqueezed(item["req"]))[:-1])})
    assert intents.get(intent.id) == intent


@pytest.mark.parametrize("step", samples.STEPS)
def test_a_header_from_before_its_texts_were_squeezed_loads(table: Table, step: str) -> None:
    """Every message of the last ninety days would be lost, could not be settled and not be shown any more."""
    intents, intent = dynamo_intents(table), samples.STEPS[step]()
    intents.create(intent)
    item = stored(table, f"INTENT#{intent.id}", "INTENT")
    table.put(item | {name: unsqueezed(item[name]) for name in ("req", "ev")})
    assert intents.get(intent.id) == intent


def test_a_text_from_before_there_were_other_contents_loads(table: Table) -> None:
    """The text of every waiting message would be gone."""
    intent = samples.pending()
    sk = f"CONTENT#{intent.request.fingerprint}"
    table.put({"pk": f"INTENT#{intent.id}", "sk": sk, "body": '["TEXT","Olá"]'})
    assert DynamoContents(table).get_many([intent]) == {intent.id: Text("Olá")}


def test_what_is_kept_for_a_moment_ends_by_itself(table: Table) -> None:
    """A code that opens somebody's WhatsApp, and the traces of workers that died, would be kept for ever."""
    DynamoCodes(table).put(samples.INSTANCE, Code("data:,", NOON, 1))
    DynamoLeases(table).take(LeaseKind.LANE, samples.INSTANCE, "a", Lease(NOON, NOON + MINUTE, 1))
    assert stored(table, f"INST#{samples.INSTANCE}", "CODE")["ttl"] == (NOON + 10 * MINUTE) // SECOND
    assert int(stored(table, f"INST#{samples.INSTANCE}", "LANE")["ttl"]) > (NOON + MINUTE) // SECOND


def test_what_a_newer_version_keeps_in_the_gates_range_is_passed_over(table: Table) -> None:
    """While a deployment is under way, or taken back, every decision of the organization would fail."""
    DynamoDirectory(table).put_organization(samples.organization())
    table.put({"pk": f"ORG#{samples.ORGANIZATION}", "sk": "GATE#SOMETHING#new", "what": "nobody knows yet"})
    view = DynamoGateViews(table).load(samples.ORGANIZATION)
    assert (view.organization.id, view.usages) == (samples.ORGANIZATION, {})
