"""What the service ``referrals`` takes and publishes: commands, pseudonymous facts, personal state, outcomes."""

from typing import Final

from shared.contracts.base import Contract, Erasure
from shared.contracts.referrals import answers, asking, concerns, facts, office, trends
from shared.contracts.requests import Outcome

REQUEST_DONE: Final = "referrals.request.done.v1"
REQUEST_REFUSED: Final = "referrals.request.refused.v1"

COMMANDS: Final[dict[str, type[Contract]]] = {
    asking.SUBMIT: asking.SubmitReferral,
    asking.CORRECT: asking.CorrectReferral,
    asking.REPLY: asking.ReplyToQuestion,
    asking.CANCEL: asking.CancelReferral,
    asking.REOPEN: asking.ReopenReferral,
    asking.EVALUATE: asking.EvaluateReferral,
    asking.ERASE: asking.EraseReferral,
    answers.ANSWER: answers.AnswerReferral,
    office.ASSIGN: office.AssignReferral,
    office.HOLD: office.HoldReferral,
    office.RESUME: office.ResumeReferral,
    office.CLOSE: office.CloseReferral,
    concerns.SUBMIT_CONCERN: concerns.SubmitConcern,
    concerns.SETTLE_CONCERN: concerns.SettleConcern,
    concerns.ERASE_CONCERN: concerns.EraseConcern,
}
FACTS: Final[dict[str, type[Contract]]] = {
    **dict.fromkeys(facts.REFERRAL_TYPES, facts.ReferralFact),
    concerns.CONCERN_RECEIVED: concerns.ConcernFact,
    concerns.CONCERN_SETTLED: concerns.ConcernFact,
    concerns.CONCERN_FORGOTTEN: concerns.ConcernFact,
    **dict.fromkeys(trends.TREND_TYPES, trends.TrendFact),
}
PRIVATE: Final[dict[str, type[Contract]]] = {
    facts.PERSON_KEPT: facts.PersonAsking,
    facts.PERSON_ERASED: Erasure,
    concerns.WORDS_KEPT: concerns.ConcernWords,
    concerns.WORDS_ERASED: Erasure,
}
OUTCOMES: Final[dict[str, type[Contract]]] = {REQUEST_DONE: Outcome, REQUEST_REFUSED: Outcome}
TYPES: Final[dict[str, type[Contract]]] = {**COMMANDS, **FACTS, **PRIVATE, **OUTCOMES}
