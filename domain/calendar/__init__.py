"""The legal calendar (法定日历): holiday schedules as data, and the counting of periods by them (期间的计算).

Pure: it reads its own packaged data files and asks no clock. Standard library only.
"""

from domain.calendar.counting import due, due_on, latest, working_days_between
from domain.calendar.model import Day, DayCounted, DayKind, Due, Pause, Period, Status, Unit
from domain.calendar.published import as_known_on, published
from domain.calendar.schedules import Calendar, Notice, notice_from_data

__all__ = [
    "Calendar",
    "Day",
    "DayCounted",
    "DayKind",
    "Due",
    "Notice",
    "Pause",
    "Period",
    "Status",
    "Unit",
    "as_known_on",
    "due",
    "due_on",
    "latest",
    "notice_from_data",
    "published",
    "working_days_between",
]
