"""Texts are read so that people find their topics again, and what cannot wait is not overlooked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.common.reading.parts import parts_of
from services.gateway.common.reading.reader import Reading, read
from services.gateway.common.reading.words import read_topic_words, topic_words
from shared.vocabulary import vocabulary
from tests.support.laws import examples

TOPICS = {
    "b": "buergerbeteiligung",
    "a": "antidiskriminierung",
    "w": "weiterbildung",
    "f": "flucht-und-asyl",
    "i": "integration",
    "d": "demokratie",
}
FLAGS = {"T": "threat", "C": "crisis"}


def labelled() -> list[tuple[set[str], str]]:
    lines = (Path(__file__).parent / "texts.txt").read_text(encoding="utf-8").splitlines()
    parted = [line.partition(" | ") for line in lines if not line.startswith("#")]
    return [({label for label in labels.split(",") if label != "-"}, text) for labels, _, text in parted]


def reading(text: str) -> Reading:
    return read(text, topic_words(), parts_of)


def proposed(text: str) -> dict[str, tuple[str, ...]]:
    return {one.topic: one.words for one in reading(text).proposals}


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def test_topics_are_found_with_a_macro_f1_of_085_and_threats_with_a_recall_of_095(
    capsys: pytest.CaptureFixture[str],
) -> None:
    texts = labelled()
    assert len(texts) >= 200
    scores = {}
    for letter, topic in TOPICS.items():
        found = [(letter in labels, topic in proposed(text)) for labels, text in texts]
        right = sum(is_there and is_said for is_there, is_said in found)
        precision, recall = share(right, sum(said for _, said in found)), share(right, sum(there for there, _ in found))
        scores[topic] = round(2 * share(round(precision * recall * 1e6), round((precision + recall) * 1e6)), 3)
    macro = round(sum(scores.values()) / len(scores), 3)
    recalls = {}
    for letter, flag in FLAGS.items():
        flagged = [flag in reading(text).flags for labels, text in texts if letter in labels]
        recalls[flag] = share(sum(flagged), len(flagged))
    false = [text for labels, text in texts if not labels & FLAGS.keys() and "threat" in reading(text).flags]
    with capsys.disabled():
        print(f"\n{len(texts)} texts: macro-F1 {macro} {scores}; recall {recalls}; {len(false)} false threats")
    assert macro >= 0.85
    assert recalls["threat"] >= 0.95
    assert len(false) <= len(texts) * 0.03


@pytest.mark.parametrize(
    ("text", "topic", "words"),
    [
        ("Braucht die Flüchtlingshilfe Möbel?", "flucht-und-asyl", ("Flüchtlingshilfe",)),
        ("Abends gibt es Sprachkurse.", "integration", ("Sprachkurse",)),
        ("Wir wurden angefeindet.", "antidiskriminierung", ("angefeindet",)),
    ],
)
def test_what_led_to_a_topic_is_shown(text: str, topic: str, words: tuple[str, ...]) -> None:
    assert set(words) <= set(proposed(text)[topic])


def test_what_a_text_says_it_is_not_about_is_not_proposed() -> None:
    text = "Es geht mir nicht um Flüchtlinge oder Asyl, sondern um den Stadtrat."
    assert set(proposed(text)) == {"buergerbeteiligung"}
    assert "flucht-und-asyl" in proposed("Nicht nur Flüchtlinge suchen Wohnungen.")


def test_a_threat_is_flagged_whatever_else_is_said() -> None:
    found = reading("Ich habe nichts gegen ihn, aber er hat gedroht, mich umzubringen. Ich kann nicht mehr.")
    assert found.flags == ("threat", "crisis")


def test_a_hint_alone_is_not_enough_and_more_words_make_it_surer() -> None:
    assert proposed("Der Verein feiert.") == {}
    one, more = reading("Asyl."), reading("Asyl und Abschiebung.")
    assert one.proposals[0].score < more.proposals[0].score < 1


def test_every_topic_of_the_vocabulary_has_words_and_no_other_has() -> None:
    words = topic_words()
    named = {topic for topics in (*words.words.values(), *words.hints.values()) for topic in topics}
    assert named == set(vocabulary().topics) == set(TOPICS.values())


def test_a_flag_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text('[flags]\nboredom = ["langweilig"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="boredom"):
        read_topic_words(file)


@given(st.text(max_size=200))
@examples(100)
def test_any_text_is_read_the_same_way_each_time(text: str) -> None:
    found = reading(text)
    assert reading(text) == found
    assert all(0 <= one.score <= 1 for one in found.proposals)
    assert all(word in text for one in found.proposals for word in one.words)
