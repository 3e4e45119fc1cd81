"""``/``: says what answers here and where to go, until the operator panel takes this address."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.bootstrap import services
from chalicelib.entrypoints.http.blueprint import ApiBlueprint

routes = ApiBlueprint(__name__)

_PAGE = """<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>Portaria</title>
<h1>Portaria</h1>
<p>Estágio <strong>{stage}</strong>. A API responde em <a href="api/health">api/</a>.</p>
<p>O painel do operador chega numa próxima versão: por enquanto, cada mensagem e sua linha do tempo se leem em
<code>GET api/message-intents</code>.</p>
<p lang="en">The operator panel comes with a later version; until then <code>GET api/message-intents</code>
shows every message with its timeline.</p>
</html>
"""


@routes.route("/", methods=["GET"])
def home() -> Response:
    """The page; its links are relative, so that they hold under a stage's prefix and under a domain of its own."""
    page = _PAGE.format(stage=services().settings.stage)
    return Response(page, headers={"Content-Type": "text/html; charset=utf-8"})
