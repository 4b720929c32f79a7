"""What column names mean, in the languages that exports come in; compared as lower-case words without accents."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["SEGMENT_NAMES", "known_name", "means", "segment_of", "words_of"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")

# One pattern for each thing that a name can mean; `means` looks for it anywhere in the words of the name.
_ROLES = {
    "title": r"\b(title|subject|summary|headline|betreff|titel|uberschrift|titre|objet|sujet|asunto|titulo|oggetto"
    r"|titolo|onderwerp|assunto)\b|тема|заголовок|标题|件名|タイトル",
    "body": r"\b(comments?|reviews?|feedbacks?|remarks?|verbatims?|texts?|messages?|descriptions?|content"
    r"|body|opinions?"
    r"|tweets?|complaints?|suggestions?|improve|improvement|answers?|responses?|reasons?|why|pros|cons|likes? best"
    r"|like (?:most|least|best)|kommentare?|bemerkung(?:en)?|anmerkung(?:en)?|ruckmeldung(?:en)?|nachricht"
    r"|begrundung"
    r"|beschreibung|rezension(?:en)?|bewertungstext|freitext|avis|commentaires?|remarques?|contenu|reponse"
    r"|temoignage"
    r"|comentarios?|opiniones|resenas?|mensaje|descripcion|recensione|commento|opmerking(?:en)?|reactie|toelichting"
    r"|avaliacao|depoimento|narrative|transcript|utterance|query|question|sentence|phrase)\b"
    r"|отзыв|комментарий|сообщение|レビュー|コメント|评论|内容|评价|留言|리뷰|의견",
    # Not the customer's words.
    "agent_text": r"\b(repl(?:y|ies)|replied|(?:developer|company|owner|business|merchant|seller|support"
    r"|agent|our|staff|public"
    r"|vendor|brand) (?:\w+ )?(?:response|answer|comment|message|text|notes?)|resolution|internal|agent|macro"
    r"|antwort (?:des|vom)|urls?|links?|image|photo|avatar|address|ip)\b",
    "derived": r"\b(clean(?:ed)?|process(?:ed)?|preprocess(?:ed)?|lemma\w*|token\w*|stem\w*|normali[sz]ed"
    r"|stopwords?|translated"
    r"|translation|pos tags?|embedding|vector|sentiment\w*|polarity|subjectivity|compound|confidence|length|len)\b",
    "date": r"\b(dates?|times?|at|on|created|submitted|posted|timestamp|datetime|recorded|day|datum|zeit"
    r"|zeitpunkt|erstellt"
    r"|fecha|hora|jour|data|creee?|cree le)\b|дата|日期|日付|时间",
    "own_date": r"\b(surveys?|responses?|submit(?:ted)?|submission|recorded|reviews?|reviewed|feedback"
    r"|comment|answer|rating|rated"
    r"|completed)\b",
    "contact_date": r"\b(created|posted|reported|opened|received|issue|ticket|case|raised|incident)\b",
    "other_date": r"\b(repl(?:y|ied)|responded|first (?:response|reply)|resolved|resolution|closed|solved"
    r"|updated|modified|edited"
    r"|order|ordered|purchased?|birth|dob|delivery|delivered|shipped|ship|shipping|expir\w*|due|install\w*"
    r"|sign ?up|signed"
    r"|joined|since|download\w*|version|age|last)\b",
    "id": r"^(?:id|uuid|guid|key|no|nr|number)$|^$|\b(unique id|uuid|guid|(?:review|ticket|response|tweet"
    r"|case|issue"
    r"|feedback|comment|survey|message|conversation|record|submission|complaint|interaction|contact|entry|post"
    r"|nps|csat) (?:id|no|nr|number|key|uuid|token))\b",
    "response_id": r"\b(?:response|submission|respondent|answer|survey response) (?:id|token|uuid)\b",
    "author_id": r"\b(?:user|customer|client|cust|author|reviewer|respondent|member|account|requester"
    r"|requestor|subscriber"
    r"|contact|person|kunden|kunde|nutzer|utilisateur|cliente|profile) ?(?:id|no|nr|number|nummer|key|uuid"
    r"|hash|e ?mail"
    r"|mail)\b|^(?:e ?mail|e ?mail address|mail|recipient email)$",
    "author_name": r"\b(?:user|customer|client|author|reviewer|respondent|member|account|requester|requestor"
    r"|profile|consumer"
    r"|kunde|nutzer|utilisateur|cliente)s?(?: ?name| display name| full name)?$|^user ?name$|^nick ?name$"
    r"|^screen name$"
    r"|^handle$",
    "person": r"\b(?:person|user|customer|client|author|reviewer|respondent|member|requester|requestor|agent"
    r"|supervisor|manager|assignee"
    r"|employee|staff|operator|representative|rep|owner|advisor|adviser|technician|consultant|contact|kunde|kunden"
    r"|nutzer|mitarbeiter|berater|cliente|team lead|leader|profile)s?(?: (?:first|last|full|display))?(?: ?name)?$"
    r"|\b(?:first|last|full|sur|middle|nick|display|given|family|user|vor|nach|screen) ?names?\b|^(?:vorname"
    r"|nachname"
    r"|nom|prenom|nombre|apellidos?|cognome|naam|voornaam|achternaam)$",
    "nps": r"\bnps\b|net promoter|likel(?:y|ihood).{0,30}\b(?:recommend|refer)|recommend.{0,40}\b(?:0|zero)\b"
    r"|wahrscheinlich.{0,40}(?:empfehl|weiterempf)|weiterempfehlung|recommand(?:er|eriez)",
    "csat": r"\b(?:csat|c sat|satisfaction|satisfied|zufriedenheit|zufrieden|satisfait|satisfaccion|soddisfazione"
    r"|tevredenheid|satisfacao)\b",
    "ces": r"\b(?:ces|effort|ease|easy|aufwand)\b",
    "rating": r"\b(?:ratings?|stars?|bewertung|sterne|etoiles?|estrellas|puntuacion|valoracion|valutazione"
    r"|beoordeling|nota)\b"
    r"|оценка|评分|星|評価|별점",
    "score": r"\b(?:score|overall|punkte|punktzahl)\b",
    "grade": r"\b(?:note|noten|schulnote|grade|zensur|mark)\b",
    "not_score": r"\b(?:count|counts|thumbs|helpful|helpfulness|votes?|likes?|upvotes?|age|price|amount"
    r"|quantity|qty|id|year|month"
    r"|index|recommended|ind|flag|time|duration|length|len|zip|postal|percent|numerator|denominator"
    r"|sentiment\w*|polarity"
    r"|subjectivity|compound|confidence|probability|predicted|prediction|weight|group|category|type|bucket"
    r"|avg|average"
    r"|mean|total|number of|num)\b",
    "reported": r"\b(?:reported|created|opened|open|received|raised|submitted|start|date|gemeldet|eroffnet)\b",
    "responded": r"\b(?:responded|first (?:response|reply|reply time)|response time|replied|answered)\b",
    "resolved": r"\b(?:resolved|closed|solved|completed|resolution|gelost|geschlossen)\b",
    "handled": r"\b(?:handl(?:e|ed|ing)(?: time| secs?| seconds| minutes)?|aht|talk time|call duration|duration)\b",
    "reopened": r"\b(?:re ?open(?:ed|s)?|reopen count)\b",
    "compensation": r"\b(?:compensat(?:ion|ed)|goodwill|gesture|make ?good|kulanz\w*|entschadigung|gutschrift"
    r"|dedommagement|geste commercial|compensacion|indemnizacion"
    r"|(?:credit|refund|voucher|rebate)(?:ed)? (?:amount|value|given|issued))\b",
    "not_compensation": r"\b(?:reason|type|category|status|code|currency|date|at|by|id|policy|flag|count|comment"
    r"|note)\b",
    "currency": r"\b(?:currency|wahrung|devise|moneda|valuta)\b",
    "thing_title": r"\b(?:product|job|movie|book|course|item|film|song|page|app|listing|hotel)\b",
    "reply_date": r"\b(?:repl(?:y|ied)|responded|first (?:response|reply)|edited|updated|modified)\b",
    "not_handled": r"\b(?:by|count|agent)\b",
    "begun": r"\b(?:start|started|begin|begun)\b",
    "version_like": r"\b(?:version|release|build|ip)\b",
    "language": r"^(?:(?:review|reviewer|user|comment|text|response|survey|detected|customer)? ?(?:lang|language"
    r"|locale|sprache|langue|idioma))$"
    r"|^language code$",
}
# "Review title" is a title, "title and text" is a body: the later word tells.
_ROLES["title_last"] = rf"(?:{_ROLES['title']})(?!.*(?:{_ROLES['body']}))"
_COMPILED = {role: re.compile(pattern) for role, pattern in _ROLES.items()}

# The first one that fits names the segment; order matters ("sub category" before "category").
_SEGMENTS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("version", r"\b(?:version|release|build)\b(?! code)"),
        ("sub_category", r"\bsub ?(?:category|topic|reason|issue|kategorie)\b"),
        ("stage", r"\b(?:sub ?type|touch ?point|stage|journey|survey (?:type|name)|moment)\b"),
        ("product", r"\b(?:product|produkt|produit|producto|item|sku|variation|variant|model|article"
          r"|class name)\b(?!.*\b(?:price|id)\b)"),
        ("channel", r"\b(?:channel|kanal|canal|via|source|medium|contact method)\b"),
        ("priority", r"\b(?:priority|severity|urgency|prioritat)\b"),
        ("category", r"\b(?:category|categories|kategorie|categorie|categoria|topics?|theme|intent|label"
          r"|labels|tags?|issue type"
         r"|ticket type|complaint type|reason code|contact reason|queue|class|type)\b"),
        ("department", r"\b(?:department|abteilung)\b"),
        ("division", r"\bdivision\b"),
        ("company", r"\b(?:company|brand|airline|bank|store name|app name|app)\b$"),
        ("country", r"\b(?:country|land|pays|pais|paese|market)\b"),
        ("region", r"\b(?:region|state|province|territory)\b"),
        ("city", r"\b(?:city|town|stadt|ville|ciudad|citta|location|branch|store)\b"),
        ("tier", r"\b(?:tier|plan|subscription|segment|customer type|package(?! name)|tarif|membership)\b"),
        ("platform", r"\b(?:platform|device|os|operating system|browser)\b"),
        ("team", r"\b(?:team|(?<!nps )group|squad)\b"),
        ("shift", r"\bshift\b"),
        ("status", r"^(?:ticket |case |issue )?status$"),
    )
)  # fmt: skip

SEGMENT_NAMES = tuple(name for name, _ in _SEGMENTS)


def words_of(name: str) -> str:
    """The name as lower-case words: `reviewCreatedVersion` and `Review_created version` are the same."""
    spaced = _CAMEL.sub(" ", name.strip())
    folded = "".join(c for c in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", folded).strip().lower()


def means(name: str, role: str) -> bool:
    """Whether the name says this role."""
    return bool(_COMPILED[role].search(words_of(name)))


def known_name(name: str) -> bool:
    """Whether the name means anything at all to us: evidence that a row is a header."""
    words = words_of(name)
    return any(pattern.search(words) for pattern in _COMPILED.values()) or segment_of(name) is not None


def segment_of(name: str) -> str | None:
    """The segment that the name stands for."""
    words = words_of(name)
    return next((segment for segment, pattern in _SEGMENTS if pattern.search(words)), None)
