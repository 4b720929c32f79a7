"""The word lists and tables behind privacy_rules.py: data only."""

from __future__ import annotations

__all__ = ["COMMON_WORDS", "IBAN_LENGTHS", "NAME_PARTICLES", "PLACEHOLDER_AUTHORS"]

# ISO 13616 registry: the length of an account number in each country that has one.
IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FO GL NL SD FK",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE",
        "31": "MT SC",
        "32": "LC",
        "33": "RU",
    }.items()
    for country in countries.split()
}

# What sources write where they have no author. Counted as one person they would be the loudest customer (law 7).
PLACEHOLDER_AUTHORS = frozenset(
    """-|--|.|?|a google user|google user|amazon customer|kindle customer|customer|user|guest|guest user|
    anonymous|anonymous user|anonym|anonyme|anonimo|anónimo|anon|unknown|unknown user|deleted user|deleted|[deleted]|
    n/a|na|n.a.|none|null|nil|nan|not given|not available|no name|noname|undefined|test|x|xx|xxx""".replace("\n", "")
    .replace("    ", "")
    .split("|")
)

# Never a name on their own; they count inside a full name ("van der Berg").
NAME_PARTICLES = frozenset(
    """van von vom zu zur der den de del della dela di da das dos du des la las le les lo los el al ul un bin ibn bint
    abu san santa saint st ten ter op af av y e i o und and et of the mr mrs ms miss mx dr prof sir madam mme mlle herr
    frau sr sra jr ii iii iv senor señor señora rev hon capt col sgt lt md phd esq user customer client guest anonymous
    anon unknown google amazon kindle admin support team service official account store shop company inc ltd llc gmbh
    none null nan test""".split()
)

# Ordinary English words. A part of a name that is one of them ("Will", "May", "Grace") is taken for the name only
# where it is capitalised or stands in the full name.
COMMON_WORDS = frozenset(
    """a about above absolutely access across act action actually ad add address after afternoon again against age
    agent ago agree ah air alert all allow almost alone along already also although always am amazing amber amount
    an and angel anger angry animal another answer any anyone anything anyway app apple apply april archer are area
    arm around arrive art as ash ask asked asks at august autumn available avery avoid away awesome awful back bad
    badly bag baker ball band bank banks bar barber base basic basil bat battery bay be beach bean bear beat
    beautiful beauty became because become bed bee been before began begin behind being believe bell belong below
    berry best bet better between beyond big bill bills bird birth bishop bit black blank bless block blood blow
    blue board boat bob body bold bond bonus book books boot born boss both bother bought bow bowl bowman box boy
    brand brave bread break breeze bridge brief bright bring broke broken brook brooks brother brought brown buck
    bud buddy bug bugs build building burn bus bush business busy but butcher butler butter button buy by call
    called calls calm came camp can cancel candy cannot car card cards care careful carry carter case cash cat catch
    cause cell center certain chain chair champion chance chandler change changed chapel charge charity chase chat
    cheap check cherry chief child children choice choose christian church circle city claim clark class clay clean
    clear clerk click clients close cloud club coal coast coat code coffee cold cole collect college color come
    comes coming comment common complain complaint complete concern connect constant contact content cook cool
    cooper copy corner correct cost could count country couple courage course court cover coward craft crash crazy
    cream created credit creek crisp cross crow crown cruise cry crystal cup current customers cut cute daily daisy
    dale dam damage dance dandy dare dark darling data date dawn day days dead deal dean dear death debt december
    decent decide deep delay delivery den desk destiny detail device did die died diet different difficult digital
    dime dinner direct dirt disappointed dish do dock does dog doing dollar done door dot double down dozen draw
    dream dress drew drive driver drop drum dry duke dusk dust duty each eagle earl early earn ease easily east easy
    eat edge effort egg eight either else email emerald empty end ended enjoy enough enter entire error escape even
    evening event ever every everyone everything exact excellent except expect experience explain express extra eye
    face fact fail failed fair faith fall family fan far farm farmer fast fat father fault favor fear feature
    february fed fee feed feedback feel feeling fees feet fell felt fern few field fields fight figure file fill
    film final finally find fine finish fire firm first fish fisher fit five fix fixed flag flat fleet flint flood
    floor flow flower floyd fly follow food foot for force ford forest forever forget form forward foster found four
    fox frank free freedom freeman fresh friday friend friends frog from front frost fruit frustrating full fun fund
    funny further future gain gale game games garage garden gardener gas gate gates gave gay gem general gentle get
    gets getting gift ginger girl give given gives giving glad glass glen glory go goes going gold golden gone good
    goodman got grace grand grant grass grave gray great green grey grief ground group grove grow guard guess guide
    gun guy guys had hair half hall hand handle hands hang happen happened happy harbor hard hardy harm harmony
    harper has hat hate have haven having hawk hay hazel he head heal health hear heard heart heath heather heaven
    heavy held hello help helped helpful helps hence her here hero hers herself hi hidden high hill him himself hint
    his hit hold hole holiday holly home honest honey hong honor hood hook hop hope hopes hoping horrible horse hot
    hotel hour hours house how however hub huge human hundred hunt hunter hurry hurt i ice idea if ill impossible in
    include including indeed independence info inside instead interest into iris iron is island issue issues it item
    items its itself ivory ivy jack jade january jasmine jay jean jet jewel job jobs join joke joy judge july jump
    june junior just justice keen keep keeps kept key keys kick kid kids kill kind king kit knew knight know known
    knows lace lack ladder lady laid lake lamb lame lance land lane large lark last late later laugh laurel law lay
    lead leader leaf learn least leave led lee left legend less let letter level liberty lie life light like liked
    likes lily limit line link links lion list listen literally little live lived lives load loan lock log lone long
    look looking looks loop lord lose losing loss lost lot lots loud love loved lovely loves low loyal luck lucky
    lunch lux luxury lying mac machine mad made magic mail main make makes making male man manager many maple march
    mark market marks marsh marshal marshall mason master mat match matter max may maybe me meadow mean means meant
    meat media meet mercer mercy merit merry message met might mile miles milk mill miller mind mine minor mint
    minute minutes miracle mirror miss misty mobile mode model moment monday money monk month months moon moor moore
    more morning moss most mother mouth move movie much music must my myself name nan near need needed needs never
    new news next nice nick night nine no noble none nor norm normal north not note nothing notice november now
    number nut oak ocean october odd of off offer office often oh ok okay old olive on once one online only opal
    open option or orange order ordered orders original other others our out outside over own owner pack packer paid
    pain pair palm pan pansy paper park parker parks part parts party pass past pat patch path patience pay payment
    peace pearl pen penny people pepper per perfect perhaps perry person pet petty phone photo pick picture pie
    piece pike pine pink piper pit pitch place plain plan play please plum plus point points police pond pool poor
    pop pope port porter possible post potter pound power pray precious present press pretty price pride priest
    prime prince princess print prior private probably problem problems process product products promise prompt
    proper proud prudence public pull purchase pure purple purpose push put quality queen question quick quickly
    quiet quite quote race rain raise ran range rare rate rather raven ray reach read reader ready real really
    reason received recently red reed reeves refund regard regular reign remember remove rent reply report request
    response rest result return returned rev review reward rice rich ride right ring rise rising river rivers road
    rob robin rock rod role roman room root rope rose rough round row royal ruby rude rue ruin rule run running rush
    russet rust rusty sad saddle safe sage said sail sale salt same sample sand sandy sat saturday savage save saved
    saw say saying says school scott screen sea seal search season seat second secret see seem seems seen self sell
    send sense sent september serve server set seven several shade shall shame shape sharp she shed shepherd shield
    shine ship shipping shirt shoe short should show shown shows shy sick side sign signed silver simple simply
    since sing singer single sir sister site six size skill skip sky sleep slow slowly sly small smart smile smith
    smooth snow so social soft sold some someone something sometimes song soon sorrel sorry sort soul sound south
    space spare spark speak special speed spell spend spent spirit split spoke spring square staff stage stand star
    starling stars start started state stay steel steep step stern stew still stock stole stone stop stopped store
    stories storm story strange stream street strong stuck study stuff stupid style such sucks sue sugar summer sun
    sunday sunny super sure surprise swan sweet swift system table tad take taken takes talk tall tanner task taste
    taylor tea team tell temple ten term terrible text than thank thanks that the their them then there these they
    thing things think third this thorn those though thought thousand three through throw thursday thus tide tie
    tiger till time times tiny tip title to today together told tom tomorrow too took top total touch toward town
    track trade train trash travel treat tree trial tried trinity trip trouble true truly trust try trying tuesday
    tuna turn turner twice twin two type ugly uncle under understand unique unit unless until up update upon us use
    used useful useless user uses using usual vale valley value van vase version very vet via vice victor video view
    viola violet virtue visit voice wade wage wait waited waiting walk walker wall want wanted wants war ward warm
    warn was wash waste watch water wave way ways we weak wear weather weaver web website wednesday week weeks
    welcome well went were west wet what whatever wheat wheel when where which while white who whole whose why wide
    wife wild will willow win wind window wine wing winner winter wise wish with within without wolf woman won
    wonder wonderful wong wood woods word words work worked working works world worse worst worth would wow wren
    wright write writer wrong yard year years yell yellow yes yesterday yet york you young your yours yourself zero
    zip""".split()
)
