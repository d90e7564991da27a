"""Topics as they are declared: above all that Kafka does not keep what it must not."""

import pytest

from shared.topics import DAY_MS, TOPICS, Topic, is_personal

PERSONAL = [topic for topic in TOPICS if is_personal(topic.name) and not topic.name.startswith("events.")]
each_personal = pytest.mark.parametrize("topic", PERSONAL, ids=lambda topic: topic.name)


def test_what_services_hear_and_say_of_people_is_known_to_be_personal() -> None:
    assert [topic.name for topic in PERSONAL] == [
        "members.commands",
        "members.private",
        "referrals.commands",
        "referrals.private",
    ]


@each_personal
def test_kafka_holds_remains_of_personal_data_for_less_than_seven_days(topic: Topic) -> None:
    config = topic.config()
    # Only a whole file is deleted or compacted, and only once it is not written to any more.
    written_to = int(config["segment.ms"])
    if config["cleanup.policy"] == "delete":
        longest = written_to + int(config["retention.ms"])
    else:
        # From the tombstone to its repetition, and on to the compaction.
        longest = DAY_MS + int(config["max.compaction.lag.ms"])
        assert written_to <= DAY_MS, "or the repetition would not close the file"
    assert longest < 7 * DAY_MS


def test_only_what_is_compacted_alone_is_kept_for_ever() -> None:
    for topic in TOPICS:
        assert (topic.config()["retention.ms"] == "-1") == (topic.cleanup_policy == "compact"), topic.name


def test_no_topic_is_declared_twice() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names))
