"""A view as full as that of a whole state: made by PostgreSQL itself, since a hundred thousand facts take long."""

from typing import Final

import asyncpg

# Drawn by powers, so that a few places, organisers and words have most events, as in life.
_FILL: Final = (
    """
    create temporary table place on commit drop as
    select row_number() over () - 1 as number, *
    from unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) as place (ags, name, latitude, longitude)
    """,
    """
    create temporary table told on commit drop as
    with word as (
        select array_agg(a || b order by md5(a || b)) as words from unnest($1::text[]) a, unnest($2::text[]) b
    )
    select n, text, to_tsvector('german', text) as stems,
        to_tsvector('german', split_part(text, ' ', 1) || ' ' || split_part(text, ' ', 2)) as title
    from (
        select n, (select string_agg(words[1 + floor(power(random(), 3) * cardinality(words))::int], ' ' order by i)
            from generate_series(1, 60 + n % 40) i) as text
        from word, generate_series(0, 1999) n offset 0
    ) texts
    """,
    """
    create temporary table drawn on commit drop as
    select d.n, md5('event' || d.n)::uuid as id, told.text, told.title, told.stems, place.ags, place.name,
        place.latitude, place.longitude,
        case when d.n % 997 = 0 then array['seltenes'] when d.n % 3 = 0 then array['integration']
            when d.n % 5 = 0 then array['demokratie', 'weiterbildung'] else array['buergerbeteiligung'] end as topics,
        case when d.n % 20 = 0 then array['familien'] else '{}'::text[] end as target_groups,
        array['verein-' || floor(power(random(), 2) * 300)::int] as organisers,
        now() - interval '365 days' + d.n * interval '700 days' / $1::int as first,
        case when d.n % 50 = 0 then interval '3 days' when d.n % 9 = 0 then interval '10 hours'
            else interval '2 hours' end as length
    from (select n, floor(power(random(), 2) * $2::int)::int as place from generate_series(1, $1::int) n offset 0) d
    join told on told.n = d.n % 2000 join place on place.number = d.place
    """,
    """
    insert into event (id, version, visibility, document, base, change, updated_at)
    select id, 1, 'public', jsonb_build_object('id', id, 'title', left(text, 60), 'description', text),
        '"id":"' || id || '","title":"' || left(text, 60) || '","description":"' || text || '"', n, now()
    from drawn
    """,
    """
    insert into words (event, occurrence, title, labels, every)
    select id, '', title, title || labels, title || labels || description from (
        select id, title, to_tsvector('german', array_to_string(topics, ' ') || ' ' || name) as labels,
            case when n % 4999 = 0 then stems || to_tsvector('german', 'Klöppelabend') else stems end as description
        from drawn offset 0) stems
    """,
    """
    insert into occurrence (id, event, starts_at, last_moment, status, topics, target_groups, organisers, ags,
        municipality, latitude, longitude, times)
    select drawn.id || ':' || k, drawn.id, first + k * interval '7 days', first + k * interval '7 days' + length,
        case when drawn.n % 40 = 0 then 'cancelled' else 'scheduled' end, topics, target_groups, organisers, ags,
        name, latitude, longitude,
        '"occurrence_id":"' || drawn.id || ':' || k || '","recurrence_id":null,"starts_at":"2027-01-01T10:00:00+01:00",'
        || '"ends_at":null,"status":"scheduled"'
    from drawn, generate_series(0, 4) k
    """,
    "insert into stem select distinct lexeme from words, unnest(every) on conflict do nothing",
)
_HEADS: Final = (
    "Abend Arbeit Asyl Begegnungs Beratungs Bildungs Bürger Demokratie Dorf Eltern Familien Feier Film Flüchtlings"
    " Frauen Frieden Garten Gemeinde Gesprächs Handwerk Haus Helfer Integrations Jugend Kinder Kirchen Kleider Kultur"
    " Lern Mitmach Mittags Musik Nachbarschafts Politik Schul Sommer Spiel Sport Sprach Stadtteil Tanz Theater Vereins"
    " Wahl Winter Zukunfts"
)
_TAILS: Final = (
    "abend akademie aktion angebot arbeit ausstellung austausch beirat beratung börse café club fahrt fest film forum"
    " frühstück führung garten gespräch gruppe haus hilfe kreis kurs laden lesung markt messe mittag nachmittag projekt"
    " rat reihe runde schule spaziergang stammtisch stunde tag team training treff verein vortrag werkstatt woche"
)


async def fill(
    connection: "asyncpg.Connection[asyncpg.Record]", places: list[tuple[str, str, float, float]], *, events: int
) -> None:
    """Five weekly occurrences of each of ``events``, over two years around now, in ``places`` (ags, name, point)."""
    columns = [list(column) for column in zip(*places, strict=True)]
    values: dict[int, list[object]] = {
        0: [*columns],
        1: [_HEADS.split(), _TAILS.split()],
        2: [events, len(places)],
    }
    async with connection.transaction():
        await connection.execute(
            "set local maintenance_work_mem = '128MB'; set local work_mem = '32MB'; select setseed(0.5)"
        )
        # Made anew at the end, which takes two thirds of the time.
        indexes = await connection.fetch(
            "select indexname, indexdef from pg_indexes where tablename in ('occurrence', 'words')"
            " and indexname !~ '_pkey$'"
        )
        for index in indexes:
            await connection.execute(f"drop index {index['indexname']}")
        for number, statement in enumerate(_FILL):
            await connection.execute(statement, *values.get(number, []), timeout=120)
        for index in indexes:
            await connection.execute(index["indexdef"], timeout=120)
    await connection.execute("analyze")
