"""The page for people."""

from tests.local_phone.driver import INSTANCE, NUMBER, Driver


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
