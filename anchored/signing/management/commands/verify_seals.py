"""Are the signed documents as they were signed?"""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from anchored.signing.models import Addendum, Signable, Signature


class Command(BaseCommand):
    help = "Compute the seal of every signed document anew and name each that is not as it was signed. Exit status 1 when there is one."

    def handle(self, **options):
        checked, wrong = 0, []
        for model in [model for model in apps.get_models() if issubclass(model, Signable)]:
            name = model._meta.label_lower
            signed = dict(Signature.objects.filter(document_type=name, meaning="author").values_list("document_id", "digest"))
            for document in model._base_manager.exclude(sealed_at=None).iterator(chunk_size=500):
                checked += 1
                if not document.is_intact() or signed.pop(document.pk, None) != document.digest:
                    wrong.append(f"{name} {document.pk}")
            wrong += [f"{name} {key}: signed, and not sealed or not there" for key in signed]
        wrong += [f"addenda of {kind} {key}: a number is missing" for kind, key in _with_holes()]
        if wrong:
            raise CommandError("Not as they were signed:\n" + "\n".join(wrong))
        self.stdout.write(f"{checked} signed documents, none changed.")


def _with_holes():
    numbers: dict = {}
    for kind, key, number in Addendum.objects.values_list("document_type", "document_id", "number"):
        numbers.setdefault((kind, key), []).append(number)
    return [document for document, found in numbers.items() if sorted(found) != list(range(1, len(found) + 1))]
