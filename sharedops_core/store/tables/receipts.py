"""Receipts: which acts have been done, so that one whose answer was lost can be asked for again without harm."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from sharedops_core.store.types import UtcDateTime


class Receipt(SQLModel, table=True):
    """One act that is done, by the key its asker chose; kept for a day."""

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
