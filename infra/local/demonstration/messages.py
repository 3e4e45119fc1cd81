"""What the demonstration's shop writes, and to whom. Nobody has these numbers: nothing here leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.intake import Draft
from chalicelib.domain.values import Category, Content, Location, Origin, Purpose, Target, TargetKind, Text

# One customer per role that somebody plays in the story.
WRITES_BACK, READS, OPTS_OUT = "+5511976510001", "+5511976510002", "+5521976510003"
NOT_ON_WHATSAPP, LOCKED, GRATEFUL = "+5511976510004", "+5531976510005", "+5541976510006"


@dataclass(frozen=True, slots=True)
class Line:
    """A message of the shop."""

    to: str
    content: Content
    origin: Origin = Origin.API
    purpose: Purpose = Purpose.DISPATCH
    category: Category = Category.UTILITY
    external_id: str | None = None
    campaign: str | None = None

    def draft(self, instance_id: str | None = None, send_at: int | None = None, expires_at: int | None = None) -> Draft:
        """The request it makes, for one number or for any."""
        return Draft(
            target=Target(TargetKind.PHONE, self.to),
            content=self.content,
            purpose=self.purpose,
            origin=self.origin,
            category=self.category,
            instance_id=instance_id,
            send_at=send_at,
            expires_at=expires_at,
            external_id=self.external_id,
            campaign=self.campaign,
        )


def _order(number: int, to: str, text: str) -> Line:
    return Line(to, Text(text.format(number=number)), external_id=f"pedido-{number}")


def _offer(to: str, text: str, name: str) -> Line:
    return Line(
        to, Text(text), Origin.CAMPAIGN, category=Category.MARKETING, external_id=name, campaign="Ofertas da semana"
    )


def _answer(to: str, text: str, origin: Origin = Origin.CHAT_MANUAL) -> Line:
    return Line(to, Text(text), origin, Purpose.REPLY, Category.SERVICE)


# Any number may send these: they leave from the one that is connected.
DAY = (
    _order(10412, READS, "Oi, Mariana! Seu pedido {number} foi confirmado. Avisamos assim que ele sair para entrega."),
    _order(10398, WRITES_BACK, "Olá, Rafael! Seu pedido {number} saiu para entrega e chega hoje até as 18h."),
    _order(10371, OPTS_OUT, "Oi, Camila! Seu pedido {number} foi entregue. Obrigado por comprar na nossa loja!"),
    _order(10415, NOT_ON_WHATSAPP, "Olá, Sr. Antônio! Seu pedido {number} está separado para retirada na loja."),
    _order(10420, LOCKED, "Oi, Bianca! Recebemos o pagamento do pedido {number}. Ele será enviado amanhã cedo."),
    _order(10388, GRATEFUL, "Olá, Fernanda! Seu pedido {number} chegou à transportadora. Prazo: 2 dias úteis."),
    _order(10421, "+5511976510011", "Oi, Lucas! O Pix do pedido {number} vence às 22h. Precisa de ajuda para pagar?"),
    _order(10422, "+5511976510012", "Olá, Juliana! Seu pedido {number} foi confirmado: 2 camisetas e 1 boné."),
    _order(
        10379, "+5521976510013", "Oi, Thiago! A troca do pedido {number} foi aprovada. O código de postagem é AB123."
    ),
    _order(10401, "+5551976510014", "Olá, Patrícia! Seu pedido {number} está pronto. Retire na loja até sábado."),
    _order(
        10405, "+5571976510015", "Oi, Gustavo! O pedido {number} teve um atraso e chega na sexta. Desculpe a demora."
    ),
    _order(10393, "+5585976510016", "Olá, Larissa! Estornamos R$ 89,90 do pedido {number} no seu cartão."),
    _order(10410, "+5562976510017", "Oi, Diego! A nota fiscal do pedido {number} está no seu e-mail."),
    _offer("+5511976510021", "Semana do cliente: 15% na loja toda até domingo, com o cupom CLIENTE15.", "semana-01"),
    _offer("+5511976510022", "Chegou a coleção de verão! Quer ver as fotos? É só responder SIM.", "verao-01"),
    _offer("+5519976510023", "Frete grátis hoje para a sua cidade, em compras a partir de R$ 99.", "frete-01"),
    Line("+5511976510031", Text("Seu código de acesso à loja é 482913. Ele vale por 10 minutos.")),
    Line("+5511976510032", Text("Sua entrega foi remarcada para quinta, entre 9h e 12h. Tudo bem?"), Origin.AGENT),
    Line("+5511976510033", Text("Olá! Sou a assistente da loja. Posso ajudar com trocas e prazos."), Origin.BOT),
    Line("+5511976510034", Location(-23.5614, -46.6559, "Loja Demonstração, Av. Paulista"), Origin.CHAT_MANUAL),
)

# WhatsApp refuses it for good.
REFUSED = _order(10433, "+5511976510007", "Oi, Vanessa! O pedido {number} está a caminho da sua cidade.")

# They leave tomorrow.
TOMORROW = (
    Line("+5511976510041", Text("Bom dia! Hoje é o último dia para retirar o seu pedido."), purpose=Purpose.SCHEDULE),
    _offer("+5511976510042", "Só hoje: leve 3 e pague 2 em meias e cuecas.", "tres-por-dois-01"),
)

# What the service desk says before its number is told to rest, and what it still has to say then.
DESK = (
    _answer(WRITES_BACK, "Oi, Rafael! O entregador está a caminho, a cerca de 20 minutos da sua casa."),
    _answer(GRATEFUL, "Imagina, Fernanda! Qualquer coisa é só chamar por aqui."),
)
DESK_LATER = tuple(
    _answer(f"+55119765100{number}", text, origin)
    for number, text, origin in (
        (51, "Oi, Paulo! Sim, temos o tênis no 41. Quer que eu separe?", Origin.CHAT_MANUAL),
        (52, "Oi, Renata! A loja abre amanhã das 9h às 20h.", Origin.CHAT_MANUAL),
        (53, "Oi, André! Você pode trocar em até 30 dias, com a etiqueta.", Origin.BOT),
        (54, "Oi, Sônia! Aceitamos Pix, boleto e cartão em até 6 vezes.", Origin.BOT),
        (55, "Oi, Beatriz! Já pedi à transportadora a nova tentativa de entrega.", Origin.AGENT),
        (56, "Oi, Marcelo! O cupom vale uma vez por CPF. Posso gerar outro?", Origin.CHAT_MANUAL),
        (57, "Oi, Helena! O reembolso cai na próxima fatura do cartão.", Origin.CHAT_MANUAL),
        (58, "Oi, Caio! Encontrei o seu cadastro. Me confirma o CEP, por favor?", Origin.AGENT),
        (59, "Oi, Yasmin! Seu vale-troca é de R$ 120 e vale por 60 dias.", Origin.CHAT_MANUAL),
        (80, "Oi, Otávio! O vestido azul volta ao estoque na semana que vem.", Origin.CHAT_MANUAL),
        (81, "Oi, Nair! Pode vir buscar: o pedido está no balcão 2.", Origin.CHAT_MANUAL),
        (82, "Oi, Igor! A garantia da mochila é de um ano, com a nota.", Origin.BOT),
        (83, "Oi, Débora! Mudei o endereço de entrega, como você pediu.", Origin.AGENT),
        (84, "Oi, Wagner! Sinto muito pelo defeito. Prefere troca ou reembolso?", Origin.CHAT_MANUAL),
    )
)

# A campaign for a number that nobody has connected yet.
CAMPAIGN = tuple(
    _offer(
        f"+55119765100{number}", "Black Friday: 40% nos itens da sua lista de desejos. Aproveite!", f"black-{number}"
    )
    for number in range(61, 66)
)
FLASH_SALE = _offer("+5511976510071", "Só na próxima hora: tudo por metade do preço!", "relampago-01")
WARMUP = Line("+5511976510072", Text("Oi, tudo certo por aí?"), Origin.WARMUP, Purpose.WARMUP)
AFTER_OPT_OUT = (
    _offer(OPTS_OUT, "Camila, sua avaliação vale um cupom de 10%. Conta para a gente como foi?", "avalie-01"),
    _order(10430, OPTS_OUT, "Oi, Camila! Seu pedido {number} foi confirmado."),
)

# One customer never agreed to offers.
NEVER_AGREED = "+5511976510022"
AGREED = tuple(
    dict.fromkeys(
        line.to
        for line in (*DAY, *TOMORROW, *CAMPAIGN, FLASH_SALE, *AFTER_OPT_OUT)
        if line.category is Category.MARKETING and line.to != NEVER_AGREED
    )
)
