"""The page for people."""

import pytest

from infra.local.phone.page_words import WORDS
from tests.local_phone.driver import INSTANCE, NUMBER, Driver, eventually

SESSION = f"sessions/{INSTANCE}"


def shown(driver: Driver) -> str:
    """The page as it is now."""
    return driver.call("GET", "/", token=None).raw.decode()


def test_the_page_shows_devices_and_chats(driver: Driver) -> None:
    """Somebody trying the system out would not see their message arrive."""
    driver.paired()
    driver.send("ID1", Body="Seu pedido saiu")
    page = driver.call("GET", "/", token=None)
    assert page.content_type.startswith("text/html")
    for shown in (INSTANCE, NUMBER, "Seu pedido saiu", "Telefone local", 'lang="pt-BR"'):
        assert shown in page.raw.decode()


def test_the_page_speaks_english_when_asked(driver: Driver) -> None:
    """Readers of the English documentation would be lost."""
    page = driver.call("GET", "/?lang=en", token=None).raw.decode()
    assert "Local phone" in page
    assert "No messages yet." in page


def test_the_page_escapes_what_others_wrote(driver: Driver) -> None:
    """A message could run a script in the developer's browser."""
    script = "<script>alert(1)</script>"
    driver.paired(name='"><script>x')
    driver.send("ID1", Body=script)
    page = driver.call("GET", "/", token=None).raw.decode()
    assert script not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert page.count("<script>") == 1


def test_a_waiting_session_can_be_scanned_from_the_page(driver: Driver) -> None:
    """A person could not pair a number on the local stage."""
    driver.add_user()
    driver.connect()
    assert f'data-post="/_phone/sessions/{INSTANCE}/scan"' in driver.call("GET", "/", token=None).raw.decode()


def test_the_page_shows_codes_and_answers(driver: Driver) -> None:
    """A person could neither scan nor answer without knowing the control API by heart."""
    driver.add_user()
    driver.connect()
    waiting = driver.call("GET", "/", token=None).raw.decode()
    assert 'src="data:image/png;base64,' in waiting
    driver.control(f"{SESSION}/scan")
    driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "quanto <b>custa</b>?"})
    page = driver.call("GET", "/", token=None).raw.decode()
    assert "quanto &lt;b&gt;custa&lt;/b&gt;?" in page
    assert page.count("SAIR") >= 1


def test_ticks_tell_how_far_a_message_came(driver: Driver) -> None:
    """A person could not see whether a receipt was told."""
    driver.paired()
    driver.send("ID1")
    eventually(lambda: 'class="tick delivered"' in shown(driver))
    assert "Marcar como lida" in shown(driver)
    driver.control(f"{SESSION}/read", {"id": "ID1"})
    assert 'class="tick was_read"' in shown(driver)
    assert "Marcar como lida" not in shown(driver)


@pytest.mark.parametrize(("to", "person"), [("5531987654321", {}), ("998877@lid", {"lid": "998877"})])
def test_an_answer_stands_in_the_chat_it_answers(driver: Driver, to: str, person: dict[str, str]) -> None:
    """One person would have two chats, for a ninth digit or a hidden name."""
    driver.paired()
    driver.control("contacts", {"phone": "5511987650000", "lid": "998877"})
    driver.send("ID1", Phone=to)
    written = {"from": "5511987650000" if person else to, "text": "oi", **person}
    assert driver.control(f"{SESSION}/reply", written).status == 200
    assert shown(driver).count('data-field="text"') == 1


def test_nobody_answers_for_a_group(driver: Driver) -> None:
    """A button would lead to a refusal."""
    driver.paired()
    driver.control(f"{SESSION}/groups", {"jid": "120363000000000001@g.us", "name": "Clientes"})
    driver.send("ID1", Phone="120363000000000001@g.us")
    assert 'data-field="text"' not in shown(driver)
    assert 'class="tick sent"' in shown(driver)
    assert "<h3>Clientes</h3>" in shown(driver)


def test_a_number_is_put_into_a_group_by_its_name(driver: Driver) -> None:
    """A person could not try messages to groups without inventing addresses, or take a number out again."""
    driver.paired()
    assert f'data-post="/_phone/{SESSION}/groups" data-field="name"' in shown(driver)
    jid = driver.control(f"{SESSION}/groups", {"name": "Clientes"}).json["jid"]
    assert f"Clientes · {jid}" in shown(driver)
    driver.control(f"{SESSION}/groups", {"jid": jid, "member": False})
    assert jid not in shown(driver)


def test_a_waiting_device_offers_all_ways_to_pair(driver: Driver) -> None:
    """A person could not try codes to type, or a phone that insists on a passkey."""
    driver.add_user()
    driver.connect()
    assert "Exigir chave de acesso" in shown(driver)
    driver.call("POST", "/session/pairphone", {"Phone": NUMBER})
    driver.control(f"{SESSION}/passkey", {"required": True})
    assert f'data-post="/_phone/{SESSION}/enter-code"' in shown(driver)
    assert "Não exigir chave de acesso" in shown(driver)


def test_both_languages_have_every_word() -> None:
    """Half a page would be empty in one of them."""
    assert WORDS["pt-BR"].keys() == WORDS["en"].keys()
