"""Golden samples about requests for help and who asks; all names are invented. See ``samples``."""

from typing import Final

from shared.contracts import referrals
from shared.contracts.base import Contract, Erasure, Explanation, FieldError
from shared.contracts.referrals import answers, asking, concerns, facts, office, trends
from shared.contracts.requests import Outcome, Problem
from shared.topics import REFERRALS_COMMANDS

_ID: Final = "6b1f0c9a-53d7-4e28-9a40-7c5e1d8b2f36"
_NETWORK: Final = "nachbarschaftshaus-eckersbach"
_OTHER: Final = "jugendtreff-muldenufer"
_ASKED_AT: Final = "2026-11-23T09:12:00.000Z"
_CONTACT: Final = asking.Contact(name="Renate Beispiel", email="renate@example.org", phone="+49 375 0000000")
_OCCASION: Final = asking.Occasion(on="2027-01-21", what="Bürgerversammlung in Mülsen")
_MESSAGE: Final = "Ich habe mittwochs Zeit und möchte beim Ankommen helfen.\nIch spreche etwas Arabisch."

_SUBMIT: Final = asking.SubmitReferral(
    id=_ID,
    kind="offer-help",
    ags="14524330",
    topics=("integration",),
    languages=("de", "ar"),
    message=_MESSAGE,
    availability="mittwochs ab 15 Uhr",
    occasion=_OCCASION,
    contact=_CONTACT,
    language="de",
    consent="2026-11",
    consent_by="form",
    may_wait=True,
    by="citizen",
)
_ANSWER: Final = answers.AnswerReferral(
    id=_ID,
    network=_NETWORK,
    assignment=2,
    answer="hand-on",
    reason="no-capacity",
    to=_OTHER,
    note="Wir rufen am Montag an.",
    by="network",
)
_BECAUSE: Final = (
    Explanation(code="area-municipality", detail="Zwickau is part of its area", values={"place": "Zwickau"}),
    Explanation(code="topics", detail="Integration", values={"topics": "integration"}),
    Explanation(code="free", detail="2 of 5 places free", values={"free": 2, "capacity": 5}),
)
_DECLINED: Final = facts.Assignment(
    network=_OTHER,
    is_multiplier=False,
    at=_ASKED_AT,
    by="routing",
    because=_BECAUSE,
    remind_at="2026-11-25T23:00:00.000Z",
    due="2026-11-30T23:00:00.000Z",
    answer="declined",
    answered_at="2026-11-24T10:00:00.000Z",
    reason="no-capacity",
)
_ASKED: Final = facts.Assignment(
    network=_NETWORK,
    is_multiplier=False,
    at="2026-11-24T10:00:00.000Z",
    by="routing",
    because=_BECAUSE,
    remind_at="2026-11-26T23:00:00.000Z",
    due="2026-12-01T23:00:00.000Z",
)
_FACT: Final = facts.ReferralFact(
    id=_ID,
    version=4,
    kind="offer-help",
    ags="14524330",
    topics=("integration",),
    languages=("de", "ar"),
    needed_on="2027-01-21",
    state="fulfilled",
    network=_NETWORK,
    assignments=(
        _DECLINED,
        _ASKED.model_copy(update={"answer": "accepted", "answered_at": "2026-11-25T08:30:00.000Z"}),
    ),
    tries=2,
    due="2026-12-01T23:00:00.000Z",
    reminded_at="2026-11-26T23:00:00.000Z",
    checked_at="2026-12-23T08:30:00.000Z",
    resumes="routed",
    rests_since="2026-11-24T12:00:00.000Z",
    may_wait=True,
    waits_until="2027-02-21T09:12:00.000Z",
    by="citizen",
    wants_answer=True,
    accepted_at="2026-11-25T08:30:00.000Z",
    word_at="2026-11-25T08:30:00.000Z",
    ended_at="2027-01-08T08:30:00.000Z",
    closed_because="answered",
    went="well",
    person_version=2,
    history=(
        facts.Step(state="routed", at=_ASKED_AT, network=_OTHER),
        facts.Step(state="routed", at="2026-11-24T10:00:00.000Z", network=_NETWORK),
        facts.Step(state="accepted", at="2026-11-25T08:30:00.000Z", network=_NETWORK),
        facts.Step(state="fulfilled", at="2027-01-08T08:30:00.000Z", network=_NETWORK),
    ),
    changed=("state", "network"),
    created_at=_ASKED_AT,
    updated_at="2026-11-24T10:00:00.000Z",
)
_PERSON: Final = facts.PersonAsking(
    id=_ID,
    version=2,
    contact=_CONTACT,
    language="de",
    message=_MESSAGE,
    availability="mittwochs ab 15 Uhr",
    occasion=_OCCASION,
    consent="2026-11",
    consent_by="telephone",
    consented_at=_ASKED_AT,
    notes=(
        facts.Note(kind="question", by=_NETWORK, at="2026-11-24T12:00:00.000Z", text="Haben Sie ein Führungszeugnis?"),
        facts.Note(kind="reply", by="person", at="2026-11-24T18:00:00.000Z", text="Ja, von diesem Jahr."),
    ),
    updated_at="2026-11-24T18:00:00.000Z",
)
_WORRY: Final = "0d7c3b1e-8a52-4f6d-9b1c-2e4f6a8c0d35"
_WORDS: Final = "Seit Wochen kleben an unserer Haltestelle Sticker, die Angst machen sollen."
_CONCERN: Final = concerns.ConcernFact(
    id=_WORRY,
    version=2,
    ags="14524330",
    topics=("demokratie",),
    flags=("threat",),
    settled_at="2026-11-24T08:00:00.000Z",
    words_version=1,
    changed=("settled_at",),
    created_at=_ASKED_AT,
    updated_at="2026-11-24T08:00:00.000Z",
)
_DONE: Final = Outcome(
    request="0f6f6a0e-5f57-4a52-b0a0-6a7d1c2b3e4f",
    source=REFERRALS_COMMANDS,
    result="created",
    resource=f"/v1/office/referrals/{_ID}",
    aggregate=_ID,
    version=1,
    at=_ASKED_AT,
)
_REFUSED: Final = _DONE.model_copy(
    update={
        "result": "refused",
        "resource": None,
        "aggregate": None,
        "version": None,
        "problem": Problem(
            type="/problems/superseded",
            title="This has been answered, or gone elsewhere",
            status=409,
            detail="Nothing more is to be done.",
            errors=(
                FieldError(
                    field="assignment",
                    code="superseded",
                    detail="was answered, or the request has gone elsewhere",
                ),
            ),
        ),
    }
)

_TREND: Final = trends.TrendFact(
    id="0c8f2a41-7a55-5d0e-8b7e-2f0e4a9d3c61",
    version=7,
    topic="demokratie",
    area="14524330",
    rising=True,
    since="2026-11-16",
    window=2,
    times=2.5,
    weeks=(
        trends.TrendWeek(week="2026-11-09", number=None, usual=7.4),
        trends.TrendWeek(week="2026-11-16", number=19, usual=7.4),
    ),
    changed=("rising", "since", "window", "times", "weeks"),
    created_at="2026-02-02T00:00:30.000Z",
    updated_at="2026-11-23T00:00:30.000Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    asking.SUBMIT: _SUBMIT,
    asking.CORRECT: asking.CorrectReferral(
        id=_ID,
        version=4,
        ags="14524330",
        topics=("integration", "demokratie"),
        languages=("de",),
        message=_MESSAGE,
        availability="donnerstags",
        occasion=_OCCASION,
        contact=_CONTACT,
    ),
    asking.REPLY: asking.ReplyToQuestion(id=_ID, message="Ja, von diesem Jahr."),
    asking.CANCEL: asking.CancelReferral(id=_ID),
    asking.REOPEN: asking.ReopenReferral(id=_ID),
    asking.EVALUATE: asking.EvaluateReferral(id=_ID, went="partly", comment="Es hat lange gedauert."),
    asking.ERASE: asking.EraseReferral(id=_ID),
    answers.ANSWER: _ANSWER,
    office.ASSIGN: office.AssignReferral(id=_ID, version=4, network=_NETWORK),
    office.HOLD: office.HoldReferral(id=_ID, version=4),
    office.RESUME: office.ResumeReferral(id=_ID, version=4),
    office.CLOSE: office.CloseReferral(id=_ID, version=4, because="answered", note="Wir haben telefoniert."),
    **dict.fromkeys(facts.REFERRAL_TYPES, _FACT),
    facts.PERSON_KEPT: _PERSON,
    facts.PERSON_ERASED: Erasure(id=_ID),
    concerns.SUBMIT_CONCERN: concerns.SubmitConcern(
        id=_WORRY,
        ags="14524330",
        topics=("demokratie",),
        flags=("threat",),
        text=_WORDS,
        sender="5d41402abc4b2a76b9719d911017c592",
    ),
    concerns.SETTLE_CONCERN: concerns.SettleConcern(id=_WORRY, version=1),
    concerns.ERASE_CONCERN: concerns.EraseConcern(id=_WORRY),
    concerns.CONCERN_RECEIVED: _CONCERN,
    concerns.CONCERN_SETTLED: _CONCERN,
    concerns.CONCERN_FORGOTTEN: _CONCERN.model_copy(update={"words_version": 0, "changed": ("words_version",)}),
    concerns.WORDS_KEPT: concerns.ConcernWords(id=_WORRY, version=1, text=_WORDS, updated_at=_ASKED_AT),
    concerns.WORDS_ERASED: Erasure(id=_WORRY),
    **dict.fromkeys(trends.TREND_TYPES, _TREND),
    referrals.REQUEST_DONE: _DONE,
    referrals.REQUEST_REFUSED: _REFUSED,
}
