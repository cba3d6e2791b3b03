"""Pieces for a form's `layout`."""

from crispy_forms.layout import Div, LayoutObject
from django.template.loader import render_to_string


class Beside(Div):
    """Fields side by side, as far as there is room."""

    css_class = "fields"


class Dims(Div):
    """Many short selects in columns of three."""

    css_class = "dims"


class Together(LayoutObject):
    """Fields that answer one question, under one legend: Together("Address", "street", "city", hint="...")."""

    def __init__(self, legend, *fields, hint="", css_id=""):
        self.legend, self.fields, self.hint, self.css_id = legend, list(fields), hint, css_id

    def render(self, form, context, template_pack=None, **kwargs):
        fields = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return render_to_string(
            "ui/parts/_together.html", {"legend": self.legend, "hint": self.hint, "css_id": self.css_id, "fields": fields}
        )
