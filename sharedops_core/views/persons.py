"""A person as the screens show them."""

from dataclasses import dataclass

from sharedops_core.store.tables import Company, Person


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody named on a ticket."""

    person_id: int
    login: str
    name: str
    name_latin: str
    role: str
    company_en: str
    company_zh: str
    department_en: str
    department_zh: str
    title_en: str
    title_zh: str
    email: str
    phone: str
    language: str
    is_vip: bool


def person_card(person: Person, company: Company | None) -> PersonCard:
    """Return a person as the screens show them."""
    same = ("login", "name", "name_latin", "role", "department_en", "department_zh", "title_en", "title_zh",
            "email", "phone", "language", "is_vip")  # fmt: skip
    return PersonCard(
        person_id=person.id or 0,
        company_en=company.name_en if company else "",
        company_zh=company.name_zh if company else "",
        **{name: getattr(person, name) for name in same},
    )
