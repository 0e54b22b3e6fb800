"""The demonstration's invented district: schools, staff, rosters, and how its students would answer."""

from __future__ import annotations

import random
from collections.abc import Sequence

from surveys.core.access import Account, Role, Scope
from surveys.core.instrument import Kind, Question, Survey
from surveys.core.people import District, RosterRow, School

DISTRICT = District("demo", "Lakeview Schools (demonstration)")
SCHOOLS = (
    School("demo", "cedar", "Cedar Middle School", "en", "Ms. Haddad, school counselor", "555-0142"),
    School("demo", "birch", "Birch Middle School", "en", "Mr. Okonkwo, school counselor", "555-0177"),
    School("demo", "juniper", "Juniper High School", "en", "Dr. Vasquez, school counselor", "555-0163"),
)
GRADES = {"cedar": ("6", "7", "8"), "birch": ("6", "7", "8"), "juniper": ("9", "10", "11", "12")}
PAPER_SCHOOL = "cedar"

ADMINISTRATOR = Account("district", "Dana Okafor", Role.DISTRICT, Scope("demo"))
STAFF = (
    ADMINISTRATOR,
    Account("principal", "Pilar Nakamura", Role.SCHOOL, Scope("demo", "cedar")),
    Account("secretary", "Sefa Lindqvist", Role.SCHOOL, Scope("demo", "cedar")),
    Account("reviewer", "Rosa Adeyemi", Role.REVIEWER, Scope("demo", "cedar")),
)
PASSWORD = "homeroom demo"  # noqa: S105 - printed for whoever runs the demonstration; nothing real is behind it

_GIVEN = (  # noqa: SIM905 - eighty quoted words are harder to read
    "Aaliyah Adaeze Ahmed Aiko Alejandra Amina Anh Ari Astrid Ayaan Bao Bea Caleb Camila Chidi Dalia Diego Dmitri "
    "Elif Emeka Esperanza Eun-ji Farah Fatima Femi Gabriel Gita Halima Hana Hugo Ibrahim Imani Ines Isaac Jaya "
    "Jomo Kai Keisha Khalid Lan Layla Leilani Leo Lucia Mahsa Malik Marisol Mateo Mei Milo Nadia Naomi Ngozi Niko "
    "Noor Oksana Omar Paloma Priya Quang Rafael Rania Rosa Samir Santiago Sina Siobhan Sofia Tariq Tenzin Thabo "
    "Tomas Uma Valeria Wei Xochitl Yara Yusuf Zainab Zoe"
).split()
_FAMILY = (  # noqa: SIM905 - eighty quoted words are harder to read
    "Abara Aguilar Al-Sayed Andersen Asante Banerjee Barzani Castellanos Chukwu Cohen Dang Delacroix Diaz Eze "
    "Farahani Fernandes Fofanah Garza Gebre Haddad Hernandez Hosseini Ito Jabari Jensen Kamara Kaur Kim Kovacs "
    "Lara Le Lopez Mahmoud Marquez Mbeki Mensah Moreno Nakamura Nasser Ndiaye Novak Nwosu Ochoa Okafor Olsen "
    "Ortiz Park Patel Perez Quispe Ramos Reyes Rossi Saleh Santos Silva Singh Sow Tanaka Tekle Torres Tran Vang "
    "Vega Wali Wang Yilmaz Zamora"
).split()


def roster(dice: random.Random, size: int) -> list[RosterRow]:
    """`size` invented students over all schools, in three home languages; about one in fifty is opted out."""
    rows = []
    for number in range(size):
        school = SCHOOLS[number * len(SCHOOLS) // size]
        grade = dice.choice(GRADES[school.id])
        rows.append(
            RosterRow(
                school=school.id,
                class_name=f"{grade}{dice.choice('ABC')}",
                grade=grade,
                locale=dice.choices(("en", "es", "ar"), (60, 28, 12))[0],
                opted_out=dice.random() < 0.02,
                label=f"{dice.choice(_GIVEN)} {dice.choice(_FAMILY)}",
            )
        )
    return sorted(rows, key=lambda row: (row.school, row.class_name, row.label))


def answers(dice: random.Random, survey: Survey) -> dict[str, tuple[str, ...]]:
    """What one student would answer, as options by question: steadier within a topic than across, a few left blank."""
    mood = dice.gauss(0.2, 0.5)
    topics = {
        topic.id: mood + dice.gauss(0, 0.5) + lean for topic, lean in zip(survey.topics, _leanings(), strict=False)
    }
    return {
        question.id: _pick(dice, question, topics.get(question.topic or "", mood))
        for question in survey.questions
        if question.kind is Kind.ONE
    }


def _leanings() -> Sequence[float]:
    """How each topic fares in this district, so that a report has something to tell."""
    return (0.3, -0.35, 0.45, 0.2, -0.1, -0.45, 0.1)


def _pick(dice: random.Random, question: Question, feeling: float) -> tuple[str, ...]:
    if dice.random() < 0.03:
        return ()
    last = len(question.options) - 1
    place = round(last / 2 + feeling * last / 4 + dice.gauss(0, 0.8))
    return (question.options[max(0, min(last, place))].id,)
