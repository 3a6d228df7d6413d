"""The pages: one small room per screen, each with a router; a new screen is a new room in this list."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from api.http.web import acts, board, file, looking_back, responsible, why

ROUTERS: Final[tuple[APIRouter, ...]] = (
    board.router,
    why.router,
    looking_back.router,
    responsible.router,
    acts.router,
    file.router,
)
