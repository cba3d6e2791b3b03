"""Papers to sign, scans to file, and why a scan is withdrawn."""

from django import forms

from anchored.ui.forms import LaidOut

from .. import drawing, uploads
from ..models import Paper, PaperTemplate, Scan

How = Paper.How
WAYS = {
    PaperTemplate.Needs.ACKNOWLEDGED: [
        (How.ACKNOWLEDGED, "Acknowledges it here", "Acknowledge"),
        (How.ON_PAPER, "Signed on paper", "File the signed paper"),
        (How.DECLINED, "Declines", "Record as declined"),
        (How.UNABLE, "Is unable to answer", "Record as unable"),
    ],
    PaperTemplate.Needs.SIGNED: [
        (How.TYPED, "Types the name", "Sign"),
        (How.DRAWN, "Draws the signature", "Sign"),
        (How.ON_PAPER, "Signed on paper", "File the signed paper"),
        (How.DECLINED, "Declines", "Record as declined"),
        (How.UNABLE, "Is unable to sign", "Record as unable"),
    ],
}
FILE_HINT = "PDF, JPEG or PNG, at most 20 MB."
THE_PATIENT = "patient"


class UploadField(forms.FileField):
    """A scanned paper, judged by its content: gives an `uploads.Upload`."""

    widget = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})

    def __init__(self, **kwargs):
        super().__init__(allow_empty_file=True, **kwargs)  # an empty one is refused in the words of uploads

    def to_python(self, data):
        if data in self.empty_values:
            return None
        if data.size > uploads.LARGEST_FILE:
            raise forms.ValidationError(uploads.TOO_LARGE)
        return uploads.check(getattr(data, "name_as_sent", data.name), data.read())


class ScanForm(LaidOut, forms.Form):
    """A scanned paper for the chart."""

    kind = forms.ChoiceField(
        label="Kind", choices=[("", "Choose the kind"), *Scan.Kind.choices], error_messages={"required": "Choose the kind"}
    )
    title = forms.CharField(
        label="Title",
        max_length=120,
        help_text="What it is, in a few words: Insurance card, front.",
        error_messages={"required": "Enter a title"},
    )
    file = UploadField(label="File", help_text=FILE_HINT, error_messages={"required": "Choose the file"})


class WithdrawForm(LaidOut, forms.Form):
    because = forms.CharField(
        label="Why it was filed in error",
        max_length=300,
        help_text="For example: it belongs to another person. No names.",
        error_messages={"required": "Write why it was filed in error"},
    )


class PaperForm(LaidOut, forms.Form):
    """What somebody says to a text, and how. Which fields an answer needs is a policy's to say."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=25_000)
    how = forms.ChoiceField(label="How", widget=forms.RadioSelect, error_messages={"required": "Choose how"})
    signer = forms.ChoiceField(label="Who", widget=forms.RadioSelect, error_messages={"required": "Choose who"})
    signer_name = forms.CharField(label="Name of who signs", max_length=200, required=False)
    drawing = forms.CharField(widget=forms.HiddenInput, required=False)
    scan = forms.ModelChoiceField(Scan.objects.none(), label="Scan filed already", required=False, empty_label="None of these")
    file = UploadField(label="File", help_text=FILE_HINT, required=False)
    reason = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(self, *args, template, patient, signs, guardians, scans, **kwargs):
        super().__init__(*args, **kwargs)
        self.guardians = {str(guardian.pk): guardian for guardian in guardians}
        ways = WAYS[template.needs]
        self.leads = {how: leads for how, _, leads in ways}
        self.fields["how"].choices = [(how, words) for how, words, _ in ways]
        self.fields["how"].initial = ways[0][0]
        patient_too = [] if signs == "guardian" else [(THE_PATIENT, f"{patient}, the patient")]
        self.fields["signer"].choices = patient_too + [(key, str(guardian)) for key, guardian in self.guardians.items()]
        self.fields["signer"].initial = next((key for key, _ in self.fields["signer"].choices), None)
        self.fields["scan"].queryset = scans
        self.fields["digest"].initial, self.fields["shown"].initial = template.digest(), template.text

    def ways(self):
        """(value, words, words of the button) of each answer, and whether it is the chosen one."""
        return [(how, words, self.leads[how], str(self["how"].value()) == how) for how, words in self.fields["how"].choices]

    def kept_drawing(self):
        """The drawing as it was sent, if it was one: it stays on the page with a mistake elsewhere."""
        sent = self["drawing"].value() or ""
        return sent if drawing.is_drawn(sent) else ""

    def for_take(self):
        """The arguments of `papers.take`: what the answer chosen does not ask for is left out."""
        given, how = self.cleaned_data, self.cleaned_data["how"]
        facts = {"how": how, "digest": given["digest"], "guardian": self.guardians.get(given["signer"])}
        if how in (How.TYPED, How.DRAWN):
            facts["signer_name"] = given["signer_name"]
        if how == How.DRAWN:
            facts["drawing"] = given["drawing"]
        if how == How.ON_PAPER:
            facts |= {"upload": given["file"], "scan": given["scan"] if not given["file"] else None}
        if how in (How.DECLINED, How.UNABLE):
            facts["reason"] = given["reason"]
        return facts
