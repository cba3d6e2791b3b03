"""The parts of the session page: what the group did, and what is written about each."""

from django import forms

from anchored.ground.remembered import Kept
from anchored.ui.forms import LaidOut
from treatment_plans.models import NoteSection, ObjectiveProgress

from ..models import Session, Topic

FORMAT = "group"
STANDINGS = [("", "Not worked on"), *ObjectiveProgress.Standing.choices]


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
        if session.group.curriculum_id:
            self.fields["topic"].queryset = Topic.objects.filter(curriculum=session.group.curriculum_id, offered=True)
        if choice:
            topics = [(topic.pk, choice.label(topic)) for topic in choice.topics]
            self.fields["topic"].choices = [("", self.fields["topic"].empty_label), *topics]

    def for_keep(self):
        return {name: self.cleaned_data[name] for name in self.FACTS}


class PartForm(LaidOut, forms.Form):
    """The individual part of one person. Judged as a whole when it is signed; a draft keeps whatever is typed."""

    concern = forms.BooleanField(label="Safety concern: the plan is looked at within days", required=False)

    def __init__(self, *args, sections, objectives=(), name, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections, self.objectives = sections, objectives
        for section in sections:
            area = forms.Textarea(attrs={"rows": 3, "aria-label": f"{section.heading} for {name}"})
            field = forms.CharField(label=section.heading, max_length=20_000, required=section.required, widget=area)
            field.error_messages["required"] = f"Write at least one sentence about {name} under {section.heading}"
            self.add(f"section_{section.key}", field)
        for node in objectives:
            label = f"{node.number} {node.row.text}"
            self.add(f"standing_{node.row.root}", forms.ChoiceField(label=label, choices=STANDINGS, required=False))

    def texts(self):
        return [self[f"section_{section.key}"] for section in self.sections]

    def standings(self):
        return [self[f"standing_{node.row.root}"] for node in self.objectives]

    def for_sections(self):
        """[{key, heading, text}] of the individual part."""
        return [
            {"key": each.key, "heading": each.heading, "text": self.cleaned_data[f"section_{each.key}"]}
            for each in self.sections
            if self.cleaned_data[f"section_{each.key}"]
        ]

    def for_objectives(self):
        """[(node, standing, words)] of those that were worked on."""
        found = [(node, self.cleaned_data[f"standing_{node.row.root}"]) for node in self.objectives]
        return [(node, standing, "") for node, standing in found if standing]

    def text(self):
        """Everything that was typed about this person, as one text."""
        return " ".join(str(self[f"section_{each.key}"].value() or "") for each in self.sections).strip()


group_sections = Kept(lambda: NoteSection.objects.filter(format__code=FORMAT))  # what is asked about one person, in order


NAMES = ("section_", "standing_", "concern")


def typed_of(data, prefix):
    """What a page sent about one person, without the prefix."""
    start = f"{prefix}-"
    names = [name for name in data if name.startswith(start) and name[len(start) :].startswith(NAMES)]
    return {name[len(start) :]: data[name].replace("\r\n", "\n") for name in names}
