"""What may be asked of goals."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class GoalQuery(BaseModel):
    """Which goals are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["open", "retired", "all"] = "open"
