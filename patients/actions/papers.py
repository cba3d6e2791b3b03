"""A paper is taken: acknowledged, signed, or declined. Append-only; taking it again makes another row."""

from contextlib import ExitStack

from django.db import transaction

from anchored.audit import trail
from anchored.ground import rows

from .. import locks, papers, policies
from ..models import Contact, Paper, PaperTemplate, Scan
from . import scans


@transaction.atomic
def take(patient, template, *, how, digest, by, guardian=None, signer_name="", drawing="", reason="", scan=None, upload=None) -> Paper:
    """Record what the patient, or the guardian, said to one version of a text.

    `digest` is that of the words on the page. A paper signed by hand comes with `scan`, one filed before, or `upload`, which
    is filed with it. Raises SomeoneWasFirst when the words or the version changed meanwhile.
    """
    patient = locks.patient(patient.pk)
    case = papers.case_of(patient)
    policies.check_can_take_paper(by, case)
    template = PaperTemplate.objects.select_for_update(of=["self"]).get(pk=template.pk)  # its words stay while it is signed
    policies.check_is_what_was_shown(template, papers.is_in_force(template), digest)
    policies.check_can_be_taken_so(template, how)
    policies.check_paper_is_complete(how, signer_name=signer_name, drawing=drawing, reason=reason, has_scan=bool(scan or upload))
    policies.check_who_signs(papers.who_signs(patient, papers.rule_for(patient)), guardian)
    with ExitStack() as together:
        if upload:
            facts = {"upload": upload, "kind": Scan.Kind.SIGNED, "title": template.title}
            scan = together.enter_context(scans.filed(patient, by=by, **facts))
        paper = rows.add(
            Paper(
                patient=patient,
                template=template,
                episode=case.episode,
                intake=case.intake,
                how=how,
                signer_name=signer_name or _name(patient, guardian),
                guardian=guardian,
                drawing=drawing,
                reason=reason,
                scan=scan,
                digest=digest,
                taken_by=by,
            )
        )
        trail.record("paper.taken", paper, by=by, how=how, code=template.code, version=template.version)
        return paper


def _name(patient, guardian: Contact | None):
    return guardian.name if guardian else str(patient)
