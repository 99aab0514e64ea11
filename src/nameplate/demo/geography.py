"""Where the demo's visitors are: places that exist, the clock there, and the languages their browsers ask for.

Names of regions and cities are spelt as in DB-IP City Lite, so that demo rows and real ones fall together.
"""

from dataclasses import dataclass
from random import Random

# One country a line: its share of visitors, time zone, languages with their shares; below it region/city with their
# shares, and the time zone where it is another one.
_TABLE = """
US 240 America/New_York en-US:95 es:3 zh-CN:2
    New York/New York 22; Massachusetts/Boston 9; Virginia/Ashburn 4; Georgia/Atlanta 6; Pennsylvania/Pittsburgh 4
    North Carolina/Raleigh 5; Illinois/Chicago 9 America/Chicago; Texas/Austin 12 America/Chicago
    Minnesota/Minneapolis 4 America/Chicago; Colorado/Denver 6 America/Denver
    California/San Francisco 21 America/Los_Angeles; California/Los Angeles 10 America/Los_Angeles
    Washington/Seattle 15 America/Los_Angeles; Oregon/Portland 6 America/Los_Angeles
DE 105 Europe/Berlin de:72 en-US:20 en-GB:5 tr:2 ru:1
    State of Berlin/Berlin 30; Bavaria/Munich 18; Hamburg/Hamburg 14; Hesse/Frankfurt am Main 12
    North Rhine-Westphalia/Cologne 11; Baden-Wurttemberg/Karlsruhe 6; Saxony/Leipzig 6; Saxony/Dresden 3
GB 78 Europe/London en-GB:90 en-US:10
    England/London 45; England/Manchester 12; England/Bristol 9; England/Cambridge 9; Scotland/Edinburgh 12
    Scotland/Glasgow 6; Wales/Cardiff 4; Northern Ireland/Belfast 3
IN 72 Asia/Kolkata en-US:45 en-GB:35 en-IN:15 hi:5
    Karnataka/Bengaluru 34; Maharashtra/Mumbai 16; Maharashtra/Pune 12; Telangana/Hyderabad 16; Delhi/New Delhi 12
    Tamil Nadu/Chennai 10
PT 60 Europe/Lisbon pt-PT:74 en-US:14 en-GB:8 pt-BR:4
    Lisbon/Lisbon 52; Porto/Porto 27; Braga/Braga 9; Coimbra/Coimbra 7; Setubal/Setubal 5
FR 55 Europe/Paris fr:86 en-US:12 en-GB:2
    Ile-de-France/Paris 48; Rhone-Alpes/Lyon 15; Occitanie/Toulouse 12; Hauts-de-France/Lille 8
    Brittany/Rennes 9; Grand Est/Strasbourg 8
NL 44 Europe/Amsterdam nl:55 en-US:30 en-GB:15
    North Holland/Amsterdam 44; Utrecht/Utrecht 18; South Holland/The Hague 12; South Holland/Delft 10
    North Brabant/Eindhoven 10; Groningen/Groningen 6
BR 42 America/Sao_Paulo pt-BR:91 en-US:9
    Sao Paulo/Sao Paulo 44; Rio de Janeiro/Rio de Janeiro 18; Parana/Curitiba 10; Minas Gerais/Belo Horizonte 12
    Pernambuco/Recife 8 America/Recife; Rio Grande do Sul/Porto Alegre 8
CA 40 America/Toronto en-CA:52 en-US:26 fr-CA:22
    Ontario/Toronto 38; Quebec/Montreal 26; British Columbia/Vancouver 20 America/Vancouver
    Alberta/Calgary 8 America/Edmonton; Ontario/Ottawa 8
ES 34 Europe/Madrid es:70 en-US:14 ca:12 en-GB:4
    Madrid/Madrid 38; Catalonia/Barcelona 36; Valencia/Valencia 12; Andalusia/Malaga 8; Galicia/Vigo 6
PL 26 Europe/Warsaw pl:72 en-US:22 en-GB:6
    Mazovia/Warsaw 42; Lesser Poland/Krakow 26; Lower Silesia/Wroclaw 18; Greater Poland/Poznan 14
SE 24 Europe/Stockholm sv:62 en-US:28 en-GB:10
    Stockholm/Stockholm 56; Vastra Gotaland/Gothenburg 26; Skane/Malmo 18
IT 24 Europe/Rome it:84 en-US:16
    Lombardy/Milan 40; Lazio/Rome 26; Piedmont/Turin 18; Emilia-Romagna/Bologna 16
JP 24 Asia/Tokyo ja:90 en-US:10
    Tokyo/Shibuya City 40; Tokyo/Chiyoda City 30; Osaka/Osaka 18; Fukuoka/Fukuoka 12
AU 24 Australia/Sydney en-AU:76 en-US:16 en-GB:8
    New South Wales/Sydney 42; Victoria/Melbourne 36 Australia/Melbourne; Queensland/Brisbane 14 Australia/Brisbane
    Western Australia/Perth 8 Australia/Perth
CH 20 Europe/Zurich de-CH:44 de:16 fr-CH:18 en-US:18 it-CH:4
    Zurich/Zurich 52; Bern/Bern 14; Geneva/Geneva 14; Vaud/Lausanne 12; Basel-City/Basel 8
FI 14 Europe/Helsinki fi:58 en-US:32 sv-FI:10
    Uusimaa/Helsinki 60; Uusimaa/Espoo 18; Tampere/Tampere 22
NO 13 Europe/Oslo nb:60 en-US:30 en-GB:10
    Oslo/Oslo 66; Trondelag/Trondheim 20; Rogaland/Stavanger 14
DK 13 Europe/Copenhagen da:58 en-US:28 en-GB:14
    Capital Region/Copenhagen 72; Central Jutland/Aarhus 28
CZ 13 Europe/Prague cs:72 en-US:28
    Prague/Prague 66; South Moravian/Brno 34
AT 12 Europe/Vienna de-AT:50 de:32 en-US:18
    Vienna/Vienna 74; Styria/Graz 26
IE 12 Europe/Dublin en-IE:40 en-GB:34 en-US:26
    Leinster/Dublin 82; Munster/Cork 18
UA 11 Europe/Kyiv uk:64 en-US:26 ru:10
    Kyiv City/Kyiv 70; Lviv/Lviv 30
SG 11 Asia/Singapore en-US:50 en-GB:30 zh-CN:20
    -/Singapore 100
IL 9 Asia/Jerusalem he:62 en-US:38
    Tel Aviv/Tel Aviv 74; Haifa/Haifa 26
RO 9 Europe/Bucharest ro:62 en-US:38
    Bucharest/Bucharest 60; Cluj County/Cluj-Napoca 40
MX 9 America/Mexico_City es-MX:84 en-US:16
    Mexico City/Mexico City 64; Jalisco/Guadalajara 36
AR 9 America/Argentina/Buenos_Aires es-AR:86 en-US:14
    Buenos Aires F.D./Buenos Aires 80; Cordoba/Cordoba 20
TR 8 Europe/Istanbul tr:84 en-US:16
    Istanbul/Istanbul 68; Ankara/Ankara 32
KR 8 Asia/Seoul ko:88 en-US:12
    Seoul/Seoul 100
TW 8 Asia/Taipei zh-TW:86 en-US:14
    Taiwan/Taipei 100
ID 8 Asia/Jakarta id:64 en-US:36
    Jakarta/Jakarta 70; West Java/Bandung 30
NZ 7 Pacific/Auckland en-NZ:64 en-US:20 en-GB:16
    Auckland/Auckland 66; Wellington/Wellington 34
ZA 7 Africa/Johannesburg en-ZA:44 en-US:30 en-GB:26
    Western Cape/Cape Town 58; Gauteng/Johannesburg 42
NG 6 Africa/Lagos en-GB:54 en-US:46
    Lagos/Lagos 84; FCT/Abuja 16
KE 5 Africa/Nairobi en-GB:56 en-US:34 sw:10
    Nairobi County/Nairobi 100
"""


@dataclass(frozen=True, slots=True)
class Place:
    """`region` and `city` belong to `country`; a share is relative to all places."""

    country: str
    region: str | None
    city: str
    timezone: str
    share: float


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    languages: tuple[str, ...]
    shares: tuple[int, ...]


def _read() -> tuple[dict[str, Country], list[Place]]:
    countries: dict[str, Country] = {}
    cities: dict[str, list[tuple[str, str, int, str]]] = {}
    weights: dict[str, int] = {}
    code = zone = ""
    for line in _TABLE.strip().splitlines():
        if not line.startswith(" "):
            code, weight, zone, *spoken = line.split()
            pairs = [language.split(":") for language in spoken]
            countries[code] = Country(code, tuple(p[0] for p in pairs), tuple(int(p[1]) for p in pairs))
            weights[code], cities[code] = int(weight), []
            continue
        for entry in line.split(";"):
            region, _, rest = entry.strip().partition("/")
            words = rest.split()
            own_zone = words.pop() if "/" in words[-1] else zone
            cities[code].append((region, " ".join(words[:-1]), int(words[-1]), own_zone))
    places = [
        Place(
            code, None if region == "-" else region, city, tz,
            weights[code] * share / sum(entry[2] for entry in entries),
        )
        for code, entries in cities.items()
        for region, city, share, tz in entries
    ]  # fmt: skip
    return countries, places


COUNTRIES, PLACES = _read()


def language(random: Random, country: str) -> str:
    found = COUNTRIES[country]
    return random.choices(found.languages, found.shares)[0]
