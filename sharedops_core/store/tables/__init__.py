"""Tables, a module per area; importing this package registers them all."""

from sharedops_core.store.tables.absences import Absence
from sharedops_core.store.tables.administration import AdminEvent
from sharedops_core.store.tables.calendars import Calendar, CalendarVersion
from sharedops_core.store.tables.catalogue import CatalogueNode, ServiceItem
from sharedops_core.store.tables.chains import ChainTip
from sharedops_core.store.tables.dispatch import DispatchRule, PushPlan, TriageRule
from sharedops_core.store.tables.handoffs import Handoff
from sharedops_core.store.tables.journal import Event
from sharedops_core.store.tables.knowledge import Article
from sharedops_core.store.tables.links import TicketLink, TicketPerson
from sharedops_core.store.tables.messages import Circular, Draft, Message, Notice, Presence
from sharedops_core.store.tables.people import Company, Membership, Person, PersonSkill, Shift, Skill, Team
from sharedops_core.store.tables.policies import Policy, PolicyTarget, PolicyVersion, PriorityCell, Reason
from sharedops_core.store.tables.receipts import Receipt
from sharedops_core.store.tables.settings import Setting
from sharedops_core.store.tables.shifts import ShiftSheet
from sharedops_core.store.tables.surveys import Survey
from sharedops_core.store.tables.tasks import Task
from sharedops_core.store.tables.tickets import Clock, SourceRecord, Ticket, TicketTag
from sharedops_core.store.tables.views import SavedView

__all__ = [
    "Absence", "AdminEvent", "Article", "Calendar", "CalendarVersion", "CatalogueNode", "ChainTip", "Circular", "Clock",
    "Company", "DispatchRule", "Draft", "Event", "Handoff", "Membership", "Message", "Notice", "Person", "PersonSkill",
    "Policy", "PolicyTarget", "PolicyVersion", "Presence", "PriorityCell", "PushPlan", "Reason", "Receipt", "SavedView",
    "ServiceItem", "Setting", "Shift", "ShiftSheet", "Skill", "SourceRecord", "Survey", "Task", "Team", "Ticket",
    "TicketLink", "TicketPerson", "TicketTag", "TriageRule",
]  # fmt: skip
