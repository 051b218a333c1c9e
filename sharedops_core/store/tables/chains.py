"""What makes journals tamper-evident: the columns every line of a chain has, and where each chain ends."""

from sqlmodel import Field, SQLModel

from sharedops_core.store.types import Bytes


class Linked(SQLModel):
    """The columns of a line of a chain; `salt` is gone once the detail of the line has been erased."""

    salt: bytes | None = Field(default=None, sa_type=Bytes)
    detail_hash: bytes | None = Field(default=None, sa_type=Bytes)
    hash_before: bytes = Field(sa_type=Bytes)
    hash: bytes = Field(sa_type=Bytes)


class ChainTip(SQLModel, table=True):
    """The last line of a chain; whoever appends locks this row, so a chain never forks and its ids have no gap."""

    name: str = Field(primary_key=True)
    last_id: int
    hash: bytes = Field(sa_type=Bytes)
