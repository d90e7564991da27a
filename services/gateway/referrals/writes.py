"""Writes about requests for help: of whoever asks, by link; of networks that answer; of the office."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from services.gateway.common.requests.write import link_write, members_write, office_write, to_referrals
from services.gateway.settings import Settings
from shared.contracts.referrals import answers, asking, concerns, office

_REFERRALS: Final = to_referrals("/v1/office/referrals/")
_REFERRAL: Final = (("referral", "id"),)
_CONCERNS: Final = to_referrals("/v1/office/concerns/")
_CONCERN: Final = (("concern", "id"),)
_TOKEN: Final = (("token", "id"),)
_persons_write: Final = partial(link_write, link="status")
_answer_write: Final = partial(link_write, link="answer")


def _of_link(path: Mapping[str, Any]) -> dict[str, Any]:
    return {"network": None, "assignment": path["number"], "by": "network"}


def _of_member(path: Mapping[str, Any]) -> dict[str, Any]:
    return {"network": path["member"], "assignment": None, "by": "network"}


def _of_office(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"network": None, "assignment": None, "by": "office"}


def id_of(settings: Settings, owner: str, key: str | None) -> UUID:
    """The id of what ``owner`` asks under an Idempotency-Key: whoever repeats it gets the same link, as it follows from
    the key that only they know."""
    pepper = settings.key_pepper.get_secret_value()
    return uuid5(NAMESPACE_URL, f"{pepper} {owner} {key}") if key else uuid4()


SUBMIT: Final = link_write(
    "POST /v1/referrals", asking.SUBMIT, asking.SubmitReferral, _REFERRALS, "Ask for help, or where to help", ()
)
CONCERN: Final = link_write(
    "POST /v1/concerns", concerns.SUBMIT_CONCERN, concerns.SubmitConcern, _CONCERNS, "Say what worries you", ()
)
WRITES: Final = (
    link_write(
        "DELETE /v1/concerns/{token}",
        concerns.ERASE_CONCERN,
        concerns.EraseConcern,
        _CONCERNS,
        "Forget what one wrote",
        _TOKEN,
        needs_body=False,
        link="concern",
    ),
    office_write(
        "POST /v1/office/concerns/{concern}/settle",
        concerns.SETTLE_CONCERN,
        concerns.SettleConcern,
        _CONCERNS,
        "Note that the office has cared for what could not wait",
        _CONCERN,
        needs_body=False,
    ),
    office_write(
        "DELETE /v1/office/concerns/{concern}",
        concerns.ERASE_CONCERN,
        concerns.EraseConcern,
        _CONCERNS,
        "Forget what somebody wrote",
        _CONCERN,
        needs_body=False,
    ),
    _persons_write(
        "POST /v1/referrals/{token}/reply",
        asking.REPLY,
        asking.ReplyToQuestion,
        _REFERRALS,
        "Answer what one was asked about one's request",
        _TOKEN,
    ),
    _persons_write(
        "POST /v1/referrals/{token}/correct",
        asking.CORRECT,
        asking.CorrectReferral,
        _REFERRALS,
        "Correct a request; another place, topic or language may find others",
        _TOKEN,
    ),
    _persons_write(
        "POST /v1/referrals/{token}/cancel",
        asking.CANCEL,
        asking.CancelReferral,
        _REFERRALS,
        "End a request, as nothing is needed any more",
        _TOKEN,
        needs_body=False,
    ),
    _persons_write(
        "POST /v1/referrals/{token}/reopen",
        asking.REOPEN,
        asking.ReopenReferral,
        _REFERRALS,
        "Open a request again that ended within the last two weeks",
        _TOKEN,
        needs_body=False,
    ),
    _persons_write(
        "POST /v1/referrals/{token}/feedback",
        asking.EVALUATE,
        asking.EvaluateReferral,
        _REFERRALS,
        "Say how it went; where nobody called, somebody else is asked",
        _TOKEN,
    ),
    _persons_write(
        "DELETE /v1/referrals/{token}",
        asking.ERASE,
        asking.EraseReferral,
        _REFERRALS,
        "Forget who asked, and what was written",
        _TOKEN,
        needs_body=False,
    ),
    _answer_write(
        "POST /v1/answers/{token}",
        answers.ANSWER,
        answers.AnswerReferral,
        _REFERRALS,
        "Answer a request by the link that the network was sent",
        _TOKEN,
        stamp=_of_link,
    ),
    members_write(
        "POST /v1/members/{member}/referrals/{referral}/answer",
        answers.ANSWER,
        answers.AnswerReferral,
        _REFERRALS,
        "Answer a request that one is asked about",
        _REFERRAL,
        stamp=_of_member,
    ),
    office_write(
        "POST /v1/office/referrals/{referral}/answer",
        answers.ANSWER,
        answers.AnswerReferral,
        _REFERRALS,
        "Enter what the network that is asked answered",
        _REFERRAL,
        stamp=_of_office,
    ),
    office_write(
        "POST /v1/office/referrals/{referral}/assign",
        office.ASSIGN,
        office.AssignReferral,
        _REFERRALS,
        "Ask a network of one's choice",
        _REFERRAL,
    ),
    office_write(
        "POST /v1/office/referrals/{referral}/hold",
        office.HOLD,
        office.HoldReferral,
        _REFERRALS,
        "Let a request rest; promises do not run meanwhile",
        _REFERRAL,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/referrals/{referral}/resume",
        office.RESUME,
        office.ResumeReferral,
        _REFERRALS,
        "Let a request that rested go on",
        _REFERRAL,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/referrals/{referral}/close",
        office.CLOSE,
        office.CloseReferral,
        _REFERRALS,
        "End a request, with the reason",
        _REFERRAL,
    ),
    office_write(
        "DELETE /v1/office/referrals/{referral}",
        asking.ERASE,
        asking.EraseReferral,
        _REFERRALS,
        "Forget who asked, and what was written",
        _REFERRAL,
        needs_body=False,
    ),
)
