"""The parts of the session page: what the group did, and what is written about each."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError

from anchored.ground.remembered import Kept
from anchored.ui.forms import LaidOut, in_house_style
from treatment_plans.models import NoteSection, ObjectiveProgress

from ..models import Session, Topic

FORMAT = "group"
STANDINGS = [("", "Not worked on"), *ObjectiveProgress.Standing.choices]
LONGEST_SECTION = 20_000
CONCERN = "Safety concern: the plan is looked at within days"


class SharedForm(LaidOut, forms.Form):
    """What goes to every chart. No names."""

    topic = forms.ModelChoiceField(Topic.objects.none(), label="Topic", required=False, empty_label="No topic")
    methods = forms.CharField(label="Methods", max_length=300, required=False)
    shared = forms.CharField(label="What the group did", max_length=6000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    FACTS = ("topic", "methods", "shared")

    def __init__(self, *args, session: Session, choice=None, **kwargs):
        initial = {name: getattr(session, name) for name in self.FACTS}
        super().__init__(*args, initial=initial, **kwargs)
        if choice and choice.next and not session.topic_id and not session.saved_at:
            self.initial["topic"] = choice.next
            self.fields["topic"].help_text = "Next in order. Choose another where the group had another."
        if self.is_bound and session.group.curriculum_id:
            self.fields["topic"].queryset = Topic.objects.filter(curriculum=session.group.curriculum_id, offered=True)
        if choice:
            topics = [(topic.pk, choice.label(topic)) for topic in choice.topics]
            self.fields["topic"].choices = [("", self.fields["topic"].empty_label), *topics]

    def for_keep(self):
        return {name: self.cleaned_data[name] for name in self.FACTS}


def _in_house_style(field):
    in_house_style(field)
    return field


TEXT = _in_house_style(forms.CharField(max_length=LONGEST_SECTION, required=False))
STANDING = _in_house_style(forms.ChoiceField(choices=STANDINGS, required=False))


class PartForm:
    """The individual part of one person. Judged as a whole when it is signed; a draft keeps whatever is typed.

    No form of Django's: a page holds a dozen of them with the same fields, and is drawn by `drawn_parts`. The fields judge it.
    """

    def __init__(self, typed, *, sections, objectives=(), name):
        self.typed, self.sections, self.objectives, self.name = typed, sections, objectives, name

    def text(self):
        """Everything that was typed about this person, as one text."""
        return " ".join(self.typed.get(f"section_{each.key}", "") for each in self.sections).strip()

    def text_of(self, section):
        return self.typed.get(f"section_{section.key}", "")

    def standing_of(self, node):
        return self.typed.get(f"standing_{node.row.root}", "")

    @property
    def is_begun(self):
        return any(self.typed.values())

    @property
    def has_concern(self):
        """Somebody fears for the person's safety."""
        return self.typed.get("concern", "").lower() not in NOT_TICKED

    def is_valid(self):
        return not self.errors

    @property
    def errors(self):
        """{field: sentences}."""
        return self._judged[0]

    @property
    def cleaned(self):
        """{field: what it says}, of those that are right."""
        return self._judged[1]

    @cached_property
    def _judged(self):
        errors, cleaned = {}, {}
        for name, field, missing in self._fields():
            try:
                typed = self.typed.get(name, "")
                cleaned[name] = field.clean(typed) if typed else ""
                if missing and not cleaned[name]:
                    raise ValidationError(missing)
            except ValidationError as mistake:
                errors[name] = mistake.messages
        return errors, cleaned

    def _fields(self):
        """[(name, field, what is said where nothing is written)]."""
        for section in self.sections:
            missing = f"Write at least one sentence about {self.name} under {section.heading}" if section.required else ""
            yield f"section_{section.key}", TEXT, missing
        for node in self.objectives:
            yield f"standing_{node.row.root}", STANDING, ""

    def for_sections(self):
        """[{key, heading, text}] of the individual part."""
        found = [(each, self.cleaned[f"section_{each.key}"]) for each in self.sections]
        return [{"key": each.key, "heading": each.heading, "text": text} for each, text in found if text]

    def for_objectives(self):
        """[(node, standing, words)] of those that were worked on."""
        found = [(node, self.cleaned[f"standing_{node.row.root}"]) for node in self.objectives]
        return [(node, standing, "") for node, standing in found if standing]


group_sections = Kept(lambda: NoteSection.objects.filter(format__code=FORMAT))  # what is asked about one person, in order


NOT_TICKED = ("", "false")
NAMES = ("section_", "standing_", "concern")


def typed_of(data, prefix):
    """What a page sent about one person, without the prefix."""
    start = f"{prefix}-"
    names = [name for name in data if name.startswith(start) and name[len(start) :].startswith(NAMES)]
    return {name[len(start) :]: data[name].replace("\r\n", "\n") for name in names}
