"""What is true of a whole desk, a row for each fact."""

from sqlmodel import Field, SQLModel


class Setting(SQLModel, table=True):
    """A fact by its name, such as `demo`: everybody may act as everybody here."""

    key: str = Field(primary_key=True)
    value: str
