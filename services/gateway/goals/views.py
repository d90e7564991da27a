"""The views of goals and of the papers of the alliance."""

from typing import Final

from services.gateway.common.views.view import View
from shared.contracts.members.goals import CharterFact, GoalFact

VIEWS: Final = (View("goal", GoalFact), View("charter", CharterFact))
