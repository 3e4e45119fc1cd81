"""What providers report, and what the engine knows of a recipient at the last moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.ports.provider import Inbound, Receipt
from chalicelib.domain.connection import Cause, Connection, Observation, Report
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.outcome import Unknown
from chalicelib.domain.policy import Policy
from chalicelib.domain.preference import OPT_IN_WORDS, OptOut, Preference, confirmation
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import Location, Origin, Reaction, Reason, Text
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.ports.provider import Message
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.outcome import Outcome

PHONE = Alias(AliasKind.PHONE, "+5511987654321")
LID = Alias(AliasKind.LID, "99887766554433@lid")
PACED = Policy(per_minute=100, per_hour=1_000, per_day=10_000, min_interval=3_000, max_interval=3_000, typing=2_000)


def said(text: str, at: int, *sender: Alias, in_group: bool = False) -> Inbound:
    """Somebody wrote."""
    return Inbound("3A01", sender or (PHONE,), "Ana", text, at, in_group)


def test_a_word_stops_the_next_message() -> None:
    """Somebody who answers SAIR would get the next campaign all the same."""
    world = World()
    world.hear(said("Sair", world.clock.now()))
    blocked = world.submit()
    assert (blocked.status, blocked.reason) == (Status.BLOCKED, Reason.OPTED_OUT)
    assert world.journal.counts["opt_outs"] == 1
    world.clock.advance(1)
    world.hear(said("Voltar", world.clock.now()))
    assert world.submit(key="again").status is Status.APPROVED


def test_the_organizations_own_words_count() -> None:
    """A company that tells its customers another word could not honour it."""
    world = World()
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, opt_out_words=("chega",)))
    world.hear(said("SAIR", world.clock.now()))
    assert world.submit().status is Status.APPROVED
    world.hear(said("Chega!", world.clock.now()))
    assert world.submit().status is Status.BLOCKED


def confirmations(world: World) -> list[Intent]:
    """What was submitted because somebody opted out."""
    return [one for one in world.intents.stored.values() if one.request.origin is Origin.SYSTEM]


def test_an_opt_out_is_confirmed_once_from_the_number_that_heard_it() -> None:
    """Somebody who answers SAIR would not know whether it worked, say it again, and report the number."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.hear(said("SAIR", world.clock.now()), instance_id=SECOND_INSTANCE)
    world.work()
    [intent] = confirmations(world)
    assert (intent.instance_id, intent.status, intent.timeline[0].actor) == (SECOND_INSTANCE, Status.SENT, "engine")
    assert [one.content for one in world.provider.sent] == [Text(confirmation("pt-BR", OPT_IN_WORDS))]
    assert world.submit().reason is Reason.OPTED_OUT


def test_saying_it_again_is_not_confirmed_again() -> None:
    """Whoever insists on being left alone would get a message for each time."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    first = said("SAIR", world.clock.now())
    world.hear(first)
    for instance_id in (INSTANCE, SECOND_INSTANCE, INSTANCE):
        world.clock.advance(86_400)
        world.hear(said("PARAR", world.clock.now()), instance_id=instance_id)
    world.hear(first)
    assert len(confirmations(world)) == 1


def test_a_new_opt_out_is_confirmed_anew() -> None:
    """Somebody who came back and leaves again would not know whether it worked."""
    world = World()
    for word in ("SAIR", "VOLTAR", "SAIR"):
        world.hear(said(word, world.clock.now()))
        world.clock.advance(3_600)
    assert len(confirmations(world)) == 2


def test_a_confirmation_lost_with_its_worker_is_made_up_for() -> None:
    """The function died between writing the wish down and answering it, and the person says it again meanwhile."""
    world = World()
    first = said("SAIR", world.clock.now())
    create = world.intents.create

    def die(intent: Intent) -> Intent | None:
        raise ConnectionError(intent.id)

    world.intents.create = die  # type: ignore[method-assign]
    with pytest.raises(InvalidInput):
        world.hear(first)
    world.intents.create = create  # type: ignore[method-assign]
    world.clock.advance(60)
    world.hear(said("SAIR", world.clock.now()))
    world.hear(first)
    assert len(confirmations(world)) == 1


def test_a_word_after_an_operators_note_is_confirmed() -> None:
    """What somebody wrote down in the office is nothing the customer was ever told."""
    world = World()
    world.book.prefer(ORGANIZATION, PHONE, Preference(OptOut.ALL, world.clock.now(), "operator usr_1", "called"))
    world.clock.advance(60)
    world.hear(said("SAIR", world.clock.now()))
    world.book.prefer(ORGANIZATION, PHONE, Preference(OptOut.ALL, world.clock.now() + 1, "operator usr_1", "called"))
    world.clock.advance(60)
    world.hear(said("SAIR", world.clock.now()))
    assert len(confirmations(world)) == 1


@pytest.mark.parametrize("case", ["switched off", "hidden", "in a sentence", "came back"])
def test_nothing_is_confirmed_without_an_opt_out_or_an_address(case: str) -> None:
    """A shop that words its own goodbye would send two, and a stranger's hidden name cannot be written to."""
    world = World()
    organization = world.organizations.organizations[ORGANIZATION]
    if case == "switched off":
        world.organizations.put_organization(replace(organization, confirm_opt_outs=False))
    text = {"in a sentence": "não quero sair", "came back": "VOLTAR"}.get(case, "SAIR")
    world.hear(said(text, world.clock.now(), *([LID] if case == "hidden" else [])))
    assert not world.intents.stored


def test_a_confirmation_is_said_in_the_organizations_language() -> None:
    """A customer in São Paulo would be answered in English, or be told a word that does not bring them back."""
    assert "VOLTAR" in confirmation("pt-BR", OPT_IN_WORDS)
    assert "START" in confirmation("en", OPT_IN_WORDS)
    assert "volte" in confirmation("pt-BR", ["volte"])
    assert confirmation("en", []) == "Done: you will get no more messages from us."
    assert confirmation("fr", OPT_IN_WORDS) == confirmation("en", OPT_IN_WORDS)


def test_an_old_word_that_comes_again_changes_nothing() -> None:
    """A repeated webhook would undo what an operator wrote down after a call."""
    world = World()
    heard_at = world.clock.now()
    world.hear(said("SAIR", heard_at))
    world.clock.advance(60)
    wish = Preference(None, world.clock.now(), "operator usr_1", "called and asked")
    world.book.prefer(ORGANIZATION, PHONE, wish)
    world.hear(said("SAIR", heard_at))
    assert world.book.find(ORGANIZATION, PHONE).preference == wish


def test_what_is_said_in_a_group_is_nobodys_wish() -> None:
    """A joke in a group would stop somebody's invoices."""
    world = World()
    world.hear(said("SAIR", world.clock.now(), in_group=True))
    assert world.submit().status is Status.APPROVED


def test_an_answer_makes_its_number_the_one_to_answer_from() -> None:
    """A reply would leave from a number the customer never wrote to."""
    world = World()
    world.hear(said("quanto custa?", world.clock.now(), LID, PHONE))
    contact = world.book.find(ORGANIZATION, LID)
    assert (contact.sticky_instance, contact.name, contact.phone) == (INSTANCE, "Ana", PHONE.value)


def test_an_opt_out_between_approval_and_send_holds() -> None:
    """The slot was two minutes ahead, the person said SAIR, and the message left all the same."""
    world = World()
    intent = world.submit()
    world.hear(said("SAIR", world.clock.now()))
    world.work()
    assert intent.id not in {message.intent_id for message in world.provider.sent}
    world.sweep()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.OPTED_OUT)
    assert world.now(intent).attempts == 0


def test_an_opt_out_while_the_batch_is_under_way_holds() -> None:
    """Ten messages leave one after the other; whoever says SAIR after the first would get the tenth."""
    world = World(policy=replace(PACED, typing=0))
    intents = [world.submit(draft(str(number))) for number in range(2)]
    send = world.provider.send

    def send_and_hear(instance: Instance, message: Message) -> Outcome:
        world.hear(said("SAIR", world.clock.now()))
        return send(instance, message)

    world.provider.send = send_and_hear  # type: ignore[method-assign]
    world.clock.advance(3)
    world.work()
    assert len(world.provider.sent) == 1
    assert [world.now(one).status for one in intents] == [Status.SENT, Status.QUEUED]


def test_numbers_are_checked_once_a_week() -> None:
    """Every message would cost another question, or a changed number would never be noticed."""
    world = World()
    for number in range(3):
        world.submit(draft(str(number)))
    world.work()
    assert world.provider.checks == [(PHONE.value,)]
    assert {message.address for message in world.provider.sent} == {"5511987654321@s.whatsapp.net"}
    world.clock.advance(8 * 86_400)
    world.sweep()
    world.submit()
    world.work()
    assert len(world.provider.checks) == 2


def test_who_is_not_on_whatsapp_gets_nothing_sent() -> None:
    """Messages to dead numbers are what gets a sender banned."""
    world = World()
    world.provider.addresses = {PHONE.value: None}
    intent = world.submit()
    world.work()
    world.sweep()
    assert not world.provider.sent
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.RECIPIENT_NOT_ON_WHATSAPP)
    assert world.submit().status is Status.BLOCKED


def test_a_check_that_cannot_be_made_stops_nothing() -> None:
    """A bridge without that call could not send at all."""
    world = World()
    world.provider.down = True
    intent = world.submit()
    world.work()
    assert world.now(intent).status is Status.SENT
    assert world.provider.sent[0].address is None


def test_a_hidden_address_of_a_check_names_the_person() -> None:
    """Their SAIR would come from a name that nobody knows."""
    world = World()
    world.provider.addresses = {PHONE.value: LID.value}
    world.submit()
    world.work()
    world.hear(said("SAIR", world.clock.now(), LID))
    assert world.submit().reason is Reason.OPTED_OUT


def test_a_receipt_names_the_hidden_receiver() -> None:
    """As above, where no check was made."""
    world = World()
    intent = world.submit()
    world.work()
    world.hear(Receipt(intent.id, "wire", Delivery.DELIVERED, world.clock.now(), (LID,)))
    world.hear(said("SAIR", world.clock.now(), LID))
    assert world.submit().reason is Reason.OPTED_OUT
    assert world.now(intent).delivery is Delivery.DELIVERED


def test_typing_is_shown_where_there_is_a_wait_anyway() -> None:
    """A burst without a pause is what a machine looks like; and nothing may be late for it."""
    world = World(policy=PACED)
    intents = [world.submit(draft(str(number))) for number in range(3)]
    slots = [world.now(one).not_before for one in intents]
    world.work()
    assert [message.intent_id for message in world.provider.sent] == [one.id for one in intents[:2]]
    assert [message.intent_id for message in world.provider.typed] == [intents[1].id]
    assert world.clock.now() == slots[1]
    world.clock.advance((slots[2] - world.clock.now()) / 1000)
    world.work([order for order, _ in world.queue.postponed][:1])
    assert len(world.provider.sent) == 3
    assert len(world.provider.typed) == 1


def test_an_approval_comes_early_enough_to_type() -> None:
    """The message would arrive at its slot, and "typing" would make it late or never be shown."""
    world = World(policy=PACED)
    world.submit()
    intent = world.submit()
    [_, (_, delay)] = world.queue.published
    assert delay == world.now(intent).not_before - world.clock.now() - PACED.typing


@pytest.mark.parametrize("content", [Location(-23.55, -46.63, "Loja"), Reaction("👍", "3A01")])
def test_places_and_reactions_travel_the_same_way(content: Location | Reaction) -> None:
    """They would be accepted and never leave."""
    world = World()
    intent = world.submit(replace(draft(), content=content))
    world.work()
    assert world.provider.sent[0].content == content
    assert world.now(intent).status is Status.SENT


def test_a_doubtful_reaction_is_not_repeated() -> None:
    """A reaction carries no id of ours: a repeat would be a second one."""
    world = World()
    world.provider.answers = [Unknown("the answer was lost")]
    intent = world.submit(replace(draft(), content=Reaction("👍", "3A01")))
    assert world.work().failed == ()
    world.clock.advance(120)
    world.sweep()
    world.work()
    assert len(world.provider.sent) == 1
    assert world.now(intent).status is Status.UNCONFIRMED


def test_an_event_about_a_session_is_held_against_the_truth() -> None:
    """A forged or late "logged out" would stop a number that works."""
    world = World()
    out = Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)
    world.hear(out)
    assert world.instance().connection is Connection.CONNECTED
    world.provider.seen = Observation(Connection.DISCONNECTED)
    world.hear(out)
    assert (world.instance().connection, world.instance().cause) == (out.connection, out.cause)


def test_one_unreadable_fact_does_not_lose_the_others() -> None:
    """A receipt of somebody else's message would take a customer's opt-out down with it."""
    world = World()
    stranger = Receipt("int_unknown", "wire", Delivery.READ, world.clock.now())
    with pytest.raises(InvalidInput, match="1 of 2"):
        world.hear(stranger, said("SAIR", world.clock.now()))
    now = world.clock.now()
    assert world.book.find(ORGANIZATION, PHONE).preference == Preference(OptOut.ALL, now, "contact", "3A01", now)


def test_what_was_sent_to_a_person_is_one_read() -> None:
    """Nobody could say what a customer who complains was sent."""
    world = World()
    intents = [world.submit(draft(str(number))) for number in range(12)]
    recent = world.book.find(ORGANIZATION, PHONE).recent
    assert [one.intent_id for one in recent] == [one.id for one in intents[-10:]]
