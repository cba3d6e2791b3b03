"""An entry of the relapse-prevention plan, and the day whose page one wants to see."""

from django import forms
from django.db.models import Q

from anchored.ui.fields import DayField, OneOf
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce
from patients.models import Contact

from ..models import PreventionEntry


class EntryForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """One entry, in the patient's words. Where somebody is to be reached: who among the contacts, and how."""

    contact = OneOf(
        Contact.objects.none(),
        label="From the contacts",
        empty_label="Nobody of them",
        required=False,
        help_text="Puts in the name and the phone number, where you leave them empty.",
    )

    class Meta:
        model = PreventionEntry
        fields = ["contact", "text", "how"]
        labels = {"how": "How to reach them"}
        help_texts = {"how": "Phone number and when, like 555 0177 after 6 pm."}
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, patient, section, **kwargs):
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.help_text = section.entry, "In the patient's words."
        text.error_messages["required"] = f"Enter the {section.entry.lower()}"
        if section.reach:
            named = self.instance.contact_id
            text.required = False
            self.fields["contact"].queryset = Contact.objects.filter(Q(removed_at=None) | Q(pk=named), patient=patient)
        else:
            del self.fields["contact"], self.fields["how"]
        self.on_record = {name: self.on_record[name] for name in self.fields}

    def _post_clean(self):
        """The action builds and checks the row."""

    def clean(self):
        super().clean()
        contact = self.cleaned_data.get("contact")
        if contact and contact.pk != self.instance.contact_id:
            self.cleaned_data["text"] = self.cleaned_data.get("text") or contact.name
            self.cleaned_data["how"] = self.cleaned_data.get("how") or contact.phone
        if not self.cleaned_data.get("text") and "text" not in self.errors:
            self.add_error("text", self.fields["text"].error_messages["required"])


class DayForm(LaidOut, forms.Form):
    """The page as it stood when a day ended."""

    on = DayField(label="Day", help_text="")
