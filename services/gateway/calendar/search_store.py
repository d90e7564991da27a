"""Every SQL statement about the words by which events are found."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from services.gateway.calendar.search import Found, Term
from shared.db import Connection

# A part of a word is one that stands in it from so many letters on; a mistyped word is at least so similar.
SHORTEST_PART: Final = 4
SIMILAR: Final = 0.4
MOST_ALIKE: Final = 60


class WordsRow(NamedTuple):
    """A row of the table ``words``, before PostgreSQL makes stems of it; ``occurrence``: empty for the event itself."""

    event: UUID
    occurrence: str
    title: str
    labels: str
    description: str


async def replace_words(connection: Connection, events: Sequence[UUID], rows: Sequence[WordsRow]) -> None:
    """What ``events`` are found by are these words and no others."""
    await connection.execute("delete from words where event = any($1::uuid[])", events)
    if not rows:
        return
    await connection.execute(
        "insert into words (event, occurrence, title, labels, every)"
        " select event, occurrence, title, title || labels, title || labels || description from ("
        "  select event, occurrence, to_tsvector('german', title) as title, to_tsvector('german', labels) as labels,"
        "   to_tsvector('german', description) as description"
        "  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])"
        "   as given (event, occurrence, title, labels, description) offset 0) as stems",
        *(list(column) for column in zip(*rows, strict=True)),
    )
    # In order, so that two instances that store the same new stems do not wait for each other.
    await connection.execute(
        "insert into stem select distinct lexeme from words, unnest(every) where event = any($1::uuid[])"
        " and not exists (select from stem where stem = lexeme) order by lexeme on conflict do nothing",
        events,
    )


async def find_terms(connection: Connection, terms: Sequence[Term]) -> list[Found]:
    """What ``terms`` are in the index: their stems, and the stems of which they are a part.

    A word of which there is no stem at all is taken for a mistyped one: the most similar stems stand for it.
    """
    rows = await connection.fetch(
        "select given.stems, given.places, coalesce(parts.stems, mistyped.stems, '{}') as alike from ("
        "  select n, is_phrase, array_agg(lexeme order by place) filter (where lexeme is not null) as stems,"
        "   array_agg(place order by place) filter (where lexeme is not null) as places, min(lexeme) as stem"
        "  from unnest($1::text[], $2::bool[]) with ordinality as typed (text, is_phrase, n)"
        "  left join lateral (select lexeme, place"
        "   from unnest(to_tsvector('german', typed.text)), unnest(positions) place) on true"
        "  group by n, is_phrase) given"
        " left join lateral (select array_agg(stem) as stems from (select s.stem from stem s"
        "  where s.stem like '%' || given.stem || '%' order by length(s.stem), s.stem limit $5) part) parts"
        "  on not given.is_phrase and length(given.stem) >= $3"
        " left join lateral (select array_agg(stem) as stems from (select s.stem from stem s"
        "  where s.stem % given.stem and similarity(s.stem, given.stem) >= $4"
        "  order by similarity(s.stem, given.stem) desc, s.stem limit 5) one) mistyped"
        "  on not given.is_phrase and length(given.stem) >= $3 and parts.stems is null"
        " order by given.n",
        [term.text for term in terms],
        [term.is_phrase for term in terms],
        SHORTEST_PART,
        SIMILAR,
        MOST_ALIKE,
    )
    return [
        Found(term, list(zip(row["stems"] or (), row["places"] or (), strict=True)), row["alike"])
        for term, row in zip(terms, rows, strict=True)
    ]
