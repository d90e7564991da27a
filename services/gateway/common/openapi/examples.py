"""Examples of what is answered: released samples of facts, told by the functions that tell them to clients."""

from datetime import UTC, datetime
from typing import Any, Final

import orjson

from services.gateway.calendar import documents
from services.gateway.common.http.language import negotiate
from services.gateway.common.openapi.operation import Json
from services.gateway.common.places.near import as_item
from services.gateway.goals import documents as goals_documents
from services.gateway.meetings import documents as meetings_documents
from services.gateway.members import documents as members_documents
from services.gateway.referrals import documents as referrals_documents
from services.gateway.referrals import trends as referrals_trends
from services.gateway.referrals.help_lines import lines_for
from shared import goal_tree
from shared.contracts import events
from shared.contracts.events import feed_id
from shared.contracts.members import contributions, goals, meetings, organisations, people
from shared.contracts.partner import event_id
from shared.contracts.referrals import concerns as concern_facts
from shared.contracts.referrals import facts as referral_facts
from shared.contracts.referrals import trends as trend_facts
from shared.contracts.released.samples import SAMPLES
from shared.places import places
from shared.vocabulary import vocabulary

_ENGLISH: Final = negotiate("en")
_NAMES: Final = {"nachbarschaftshaus-eckersbach": "Nachbarschaftshaus Eckersbach e. V."}
_REQUEST: Final = "0b0f9a4e-3a52-4f0c-9d53-2c9a7f5f6f0e"


def _sample(kind: str) -> Json:
    found: Json = SAMPLES[kind].model_dump(mode="json")
    return found


def _page(item: Json) -> Json:
    return {"items": [item], "next": None}


def _events() -> Json:
    fact = _sample(events.EVENT_PUBLISHED)
    first = fact["occurrences"][0]
    times = {name: first[name] for name in ("occurrence_id", "recurrence_id", "starts_at", "ends_at", "status")}
    item = {**orjson.loads(f"{{{documents.item_base(fact)}}}"), **times}
    waiting = {name: value for name, value in _sample(events.EVENT_SUBMITTED).items() if name != "occurrences"}
    office = {**waiting, "last_public": None}
    partner = {"id": fact["partner"], "name": _NAMES.get(fact["partner"], fact["partner"])}
    counted = {"trusted": True, "active": True, "version": 2, "waiting": 0, "events": 14}
    return {
        "EventPage": _page(item),
        "EventDetail": documents.public(fact),
        "OfficePage": _page(office),
        "OfficeDetail": {**office, "occurrences": fact["occurrences"]},
        "OfficePartner": partner | counted,
        "OfficePartners": _page(partner | counted),
    }


def _members() -> Json:
    fact = _sample(organisations.CHANGED)
    own = members_documents.own_member(fact, _ENGLISH)
    person = _sample(people.PERSON_KEPT)
    role = {"id": person["id"], "name": person["name"], "role": "representative"}
    contribution, training = _sample(contributions.CONFIRMED), _sample(contributions.TRAINING_COMPLETED)
    multiplier = {
        **_sample(contributions.MULTIPLIER_REGISTERED),
        "person": {"id": person["id"], "name": person["name"]},
    }
    year = {
        "organisation": {"id": fact["id"], "name": fact["name"]},
        "year": 2026,
        "meetings": [],
        "contributions": [
            {name: contribution[name] for name in ("id", "title", "kind", "on")},
        ],
        "events": {"events": 0, "times": 0, "municipalities": [], "topics": [], "items": []},
        "referrals": {"accepted": 6, "in_time": 7},
        "thanks": None,
    }
    return {
        "MemberPage": _page(members_documents.member_item(fact, _ENGLISH)),
        "NetworkPage": _page(
            {
                "id": fact["id"],
                "name": fact["name"],
                "reasons": ["Zwickau is part of its area", "Integration", "6 of 6 places free"],
                "distance_km": 0.0,
                "free": 6,
            }
        ),
        "OwnMember": members_documents.member_detail(fact, _ENGLISH),
        "Waiting": {"events": 2, "applications": 1, "activity": 3, "contributions": 4, "referrals": 1, "concerns": 1},
        "OrganisationNames": _page({name: fact[name] for name in ("id", "name", "status")}),
        "OfficeMember": {**own, "people": [role]},
        "OfficeMemberPage": _page({**own, "people": [role]}),
        "Year": year,
        "Contribution": contribution,
        "ContributionPage": _page(contribution),
        "CalendarLink": {"url": f"https://bus.example.org/v1/members/{fact['id']}/meetings.ics?token=5f2c"},
        "Person": person,
        "PersonPage": _page(person),
        "Training": training,
        "TrainingPage": _page(training),
        "Multiplier": multiplier,
        "MultiplierPage": _page(multiplier),
    }


def _alliance() -> Json:
    planned = _sample(meetings.PLANNED)
    meeting = meetings_documents.meeting_item(planned, "public", {})
    minutes = {name: planned[name] for name in ("version", "decisions", "tasks")}
    goal = goal_tree.node(_sample(goals.GOAL_SET), {}) | {"children": []}
    fact = _sample(goals.ADOPTED)
    charter = goals_documents.charter_item(fact, {}, 12)
    return {
        "Meeting": meeting,
        "MeetingPage": _page(meeting),
        "MeetingsOf": _page(meetings_documents.meeting_of(planned, next(iter(_NAMES)), None)),
        "MinutesText": {**minutes, "text": "Die Sitzung beginnt um 17 Uhr."},
        "Goal": goal,
        "GoalPage": _page(goal),
        "Charter": charter,
        "CharterPage": _page(charter),
    }


def _referrals() -> Json:
    fact, person = _sample(referral_facts.ROUTED), _sample(referral_facts.PERSON_KEPT)
    names = {id_: {"id": id_, "name": name} for id_, name in _NAMES.items()}
    link, answer = (f"/v1/{of}/AGsfDJpT104omkB8Xh2LLzYAAPrdp8QmZtPZ0rIuHhVzXyg" for of in ("referrals", "answers"))
    now = datetime(2026, 11, 27, tzinfo=UTC)
    taken = {"request": _REQUEST, "resource": f"/v1/office/referrals/{fact['id']}"}
    done = {"status": "done", "result": "created", "version": 1, "problem": None, "notes": []}
    asked = referrals_documents.asked(fact, person, names, _ENGLISH, standing="open", answer=answer)
    item = referrals_documents.item(fact, names, now)
    worry = _sample(concern_facts.CONCERN_RECEIVED)
    concern = {
        **{name: worry[name] for name in ("id", "version", "topics", "flags", "settled_at", "created_at")},
        "text": _sample(concern_facts.WORDS_KEPT)["text"],
        "place": as_item(places().items[0]),
        "erased": False,
        "help": lines_for(worry["flags"]),
        "events": "/v1/events?near=14524330&radius_km=20&topic=demokratie",
        "coming": [_coming()],
    }
    link_of_worry = link.replace("referrals", "concerns")
    return {
        "ConcernAccepted": {**taken, "status": link_of_worry, "link": link_of_worry},
        "ConcernRequest": {**taken, **done, "link": link_of_worry},
        "ConcernStatus": concern,
        "ConcernPage": _page(concern),
        "FigurePage": _page(
            {
                "network": next(iter(names.values())),
                "asked": 12,
                "open": 2,
                "accepted": 8,
                "declined": 2,
                "unanswered": 1,
                "kept": 0.91,
                "hours": 20.5,
            }
        ),
        "TrendPage": _page(referrals_trends.document(_sample(trend_facts.TREND_ROSE), places())),
        "WhiteSpotPage": _page({"place": concern["place"], "topic": "demokratie", "networks": 0, "unanswered": None}),
        "ReferralAccepted": {**taken, "status": link, "link": link},
        "ReferralRequest": {**taken, **done, "link": link},
        "ReferralStatus": referrals_documents.status(fact, person, names, _ENGLISH, ()),
        "ReferralAsked": asked,
        "ReferralAskedPage": _page(asked),
        "ReferralBoard": {**_page(item), "counts": {"routed": 1}},
        "ReferralDetail": referrals_documents.detail(
            fact, person, names, _ENGLISH, now, candidates=(), answer=answer, link=link
        ),
    }


def _coming() -> Json:
    event = _sample(events.EVENT_PUBLISHED)
    names = ("id", "title", "all_day", "time_zone", "place", "topics", "low_threshold")
    first = {name: event["occurrences"][0][name] for name in ("occurrence_id", "starts_at", "ends_at")}
    return {**{name: event[name] for name in names}, **first, "distance_km": 1.4}


def _requests() -> Json:
    partner, uid = "stadtteilhaus", "cafe-2026-12-03"
    resource = f"/v1/events/{event_id(partner, uid)}"
    state = {"status": "done", "result": "created", "resource": resource, "version": 1, "problem": None, "notes": []}
    submission: dict[str, Any] = {"request": _REQUEST, "uid": uid, **state}
    submission |= {"visibility": "public", "refused_because": None, "at": "2026-11-26T12:00:00+00:00"}
    report: Json = {
        "at": "2026-11-26T12:00:00+00:00",
        "status": "read",
        "problem": None,
        "refused_entries": [],
        "read": 24,
        "new": 2,
        "changed": 1,
        "unchanged": 21,
        "withdrawn": 0,
        "refused": 0,
    }
    feed = {
        "id": str(feed_id(partner, "https://stadtteilhaus.example/programm.ics")),
        "version": 7,
        "partner": partner,
        "host": "stadtteilhaus.example",
        "every_minutes": 60,
        "last": report,
        "next_at": "2026-11-26T13:00:00+00:00",
    }
    return {
        "Accepted": {"request": _REQUEST, "resource": resource},
        "RequestDocument": {"request": _REQUEST, **state},
        "SubmissionPage": _page(submission),
        "Feed": feed,
        "FeedPage": _page(feed),
    }


def _sessions() -> Json:
    session = {"role": "office", "owner": "office", "scopes": ["office"], "expires_at": "2026-11-27T00:00:00.000Z"}
    return {"SessionDocument": session, "NewSession": {**session, "token": f"bs_{'x' * 43}"}}


def _words() -> Json:
    slug, labels = next(iter(vocabulary().topics.items()))
    place = next(iter(places().beginning_with("Zwickau", 1)))
    proposed = {"topic": "flucht-und-asyl", "words": ["Flüchtlingshilfe"], "score": 0.5}
    return {
        "TopicPage": _page({"slug": slug, "labels": dict(labels)}),
        "TopicProposals": {"items": [proposed], "flags": []},
        "PlacePage": _page(as_item(place)),
    }


EXAMPLES: Final[Json] = {
    **_events(),
    **_members(),
    **_alliance(),
    **_referrals(),
    **_requests(),
    **_sessions(),
    **_words(),
}
"""By the name of the model, as the components of the document name it."""
