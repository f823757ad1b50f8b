"""The formulas themselves: what is counted over what, in which version, in words (domain D2, D5).

A version is never edited: a changed rule is a new version beside the old one. `objectives.formulas` judges
what comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Source(StrEnum):
    """Where the numbers of a formula come from."""

    DOSSIERS = "dossiers"
    MANUAL = "manual"
    PROCEDURES = "procedures"
    SURVEYS = "surveys"
    TRAINING = "training"


@dataclass(frozen=True)
class Formula:
    """One version of one formula: sums of counts over sums of counts, and the words for both."""

    code: str
    version: int
    source: Source
    label: "str | Promise"
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    numerator_words: "str | Promise" = ""
    denominator_words: "str | Promise" = ""
    rule: "str | Promise" = ""
    difference: tuple[str, ...] = ()
    """Counts that tell what the denominator has and the numerator has not."""
    companion: str = ""
    """The stricter formula that stands beside this one."""
    stock: tuple[str, ...] = ()
    """Counts that are a stand at the end of a period; they do not add up over months."""
    cumulative: bool = True
    """Whether the figures of months add up to that of the year."""
    listed: tuple[str, str] = ("", "")
    """The counts that list what is behind numerator and denominator, where they count something else."""

    def rate(self, counts: Mapping[str, int]) -> tuple[int, int]:
        """Numerator and denominator from counts; a count that is absent is an error (KeyError)."""
        return sum(counts[key] for key in self.numerator), sum(counts[key] for key in self.denominator)

    @property
    def keys(self) -> frozenset[str]:
        """The counts the formula reads."""
        return frozenset(self.numerator) | frozenset(self.denominator)


_ALL: dict[tuple[str, int], Formula] = {}


def _register(*formulas: Formula) -> None:
    for formula in formulas:
        _ALL[formula.code, formula.version] = formula


_register(
    Formula(
        "RESOLVED",
        1,
        Source.DOSSIERS,
        _("On time among resolved dossiers"),
        numerator=("early_or_on_time",),
        denominator=("resolved",),
        numerator_words=_("dossiers resolved at or before their original due time"),
        denominator_words=_("dossiers whose result was ready in the period"),
        rule=_(
            "A dossier counts in the period in which its result was ready, not when the citizen fetched it. "
            "An extension with apology does not change the due time. A dossier refused after examination "
            "counts as resolved; one refused at intake, withdrawn or stopped does not count."
        ),
        difference=("late",),
        companion="STRICT",
    ),
    Formula(
        "STRICT",
        1,
        Source.DOSSIERS,
        _("On time with open overdue dossiers counted in"),
        numerator=("early_or_on_time",),
        denominator=("resolved", "open_overdue"),
        numerator_words=_("dossiers resolved at or before their original due time"),
        denominator_words=_("resolved dossiers, and dossiers still open after their due time"),
        rule=_(
            "The same as the official figure, with the dossiers counted in that are still without a result "
            "after their due time at the end of the period. Those waiting for a supplement are not overdue."
        ),
        difference=("late", "open_overdue"),
        stock=("open_overdue",),
    ),
    Formula(
        "ONLINE_ALL",
        1,
        Source.DOSSIERS,
        _("Received online among all received dossiers"),
        numerator=("received_online",),
        denominator=("received",),
        numerator_words=_("dossiers handed in online"),
        denominator_words=_("dossiers received in the period, those refused at intake left out"),
        difference=("received_otherwise",),
        rule=_("Every dossier counts, whether or not its procedure is offered online."),
    ),
    Formula(
        "ONE_STOP_RATING",
        1,
        Source.DOSSIERS,
        _("Satisfied among ratings at the one-stop desk"),
        numerator=("satisfied",),
        denominator=("answers",),
        numerator_words=_("ratings of 4 or 5"),
        denominator_words=_("resolved dossiers of the period with a rating"),
        difference=("not_satisfied",),
        rule=_("Dossiers without a rating do not count. This is not the five-level survey."),
    ),
    Formula(
        "MANUAL",
        1,
        Source.MANUAL,
        _("Entered by the units"),
        numerator_words=_("what was achieved, as the unit entered it"),
        denominator_words=_("what was due, as the unit entered it"),
        rule=_(
            "Each unit enters numerator and denominator with evidence; another person confirms them. The "
            "agency's figure is the sum of its units, and is only there when no unit is missing."
        ),
    ),
)


_register(
    Formula(
        "DUE",
        1,
        Source.DOSSIERS,
        _("On time among the dossiers due"),
        numerator=("due_met",),
        denominator=("due",),
        numerator_words=_("dossiers due in the period whose result came at or before the original due time"),
        denominator_words=_("dossiers whose original due time lies in the period"),
        rule=_(
            "A dossier counts in the period in which it was due, whenever its result came. Without a result "
            "after its due time it counts as late. One waiting for a supplement, refused at intake, "
            "withdrawn or stopped does not count."
        ),
        difference=("due_missed",),
    ),
    Formula(
        "WORKLOAD",
        1,
        Source.DOSSIERS,
        _("Without delay among all dossiers there were to do"),
        numerator=("workload_kept",),
        denominator=("workload",),
        numerator_words=_("dossiers neither resolved late in the period nor open and overdue at its end"),
        denominator_words=_("dossiers carried over from before the period, and those received in it"),
        rule=_(
            "Everything there was to do counts, resolved or not. What was resolved late in the period, and "
            "what was open after its due time at its end, is taken off."
        ),
        difference=("late", "open_overdue"),
        cumulative=False,
    ),
    Formula(
        "ONLINE_ELIGIBLE",
        1,
        Source.DOSSIERS,
        _("Received online where the procedure is offered online"),
        numerator=("eligible_online",),
        denominator=("eligible",),
        numerator_words=_("dossiers handed in online for a procedure that is offered online"),
        denominator_words=_("dossiers received in the period for a procedure that is offered online"),
        rule=_(
            "Only procedures offered online count, wholly or in part, by the level that stood in the export."
        ),
        difference=("eligible_otherwise",),
    ),
    Formula(
        "TTHC_ONLINE",
        1,
        Source.PROCEDURES,
        _("Procedures offered online among those that qualify"),
        numerator=("procedures_offered",),
        denominator=("procedures_eligible",),
        numerator_words=_("procedures that qualify and are offered online, wholly or in part"),
        denominator_words=_("procedures of the catalogue that qualify for being offered online"),
        rule=_(
            "The catalogue as it stood on the last day of the period. It counts procedures, not dossiers, "
            "for the agency as a whole."
        ),
        cumulative=False,
    ),
    Formula(
        "SURVEY5",
        1,
        Source.SURVEYS,
        _("Satisfied in surveys with five levels"),
        numerator=("survey_satisfied",),
        denominator=("survey_answers",),
        numerator_words=_("answers of 4 or 5 to the question about overall satisfaction"),
        denominator_words=_("answers of the period to the agency's surveys"),
        rule=_(
            "Answers given by link or code and answers entered from paper count alike. Ratings at the "
            "one-stop desk and complaints are other methods and do not count here."
        ),
    ),
    Formula(
        "QD766_COMPLAINTS",
        1,
        Source.MANUAL,
        _("Complaints handled on time (Decision 766), entered by the units"),
        numerator_words=_("complaints and proposals handled on time"),
        denominator_words=_("complaints and proposals that were to be handled in the period"),
        rule=_(
            "The satisfaction group of Decision 766/QĐ-TTg; it is neither the five-level survey nor the "
            "one-stop rating. Units enter the figures with evidence."
        ),
    ),
    Formula(
        "REDUCTION",
        1,
        Source.DOSSIERS,
        _("Reduction of processing time against the regulated time"),
        numerator=("hours_saved",),
        denominator=("hours_regulated",),
        numerator_words=_("working hours saved: the regulated time less the time it took"),
        denominator_words=_("working hours the regulations allow for the dossiers resolved in the period"),
        rule=_(
            "A day is eight hours. The time it took runs from the day after receipt to the day of the "
            "result, without days of rest and without the days spent waiting for a supplement. The "
            "regulated time is the one in force at receipt. Procedures regulated in hours or not at all are "
            "left out; when more time was taken than allowed, nothing was saved."
        ),
        listed=("timed", "timed"),
    ),
    Formula(
        "DIGITISED",
        1,
        Source.DOSSIERS,
        _("Digitised among received dossiers"),
        numerator=("digitised",),
        denominator=("digitised_known",),
        numerator_words=_("dossiers that were digitised"),
        denominator_words=_("dossiers received in the period of which the export says whether"),
        rule=_("Where the one-stop system does not export it there is nothing to count."),
        difference=("not_digitised",),
    ),
    Formula(
        "PAID_ONLINE",
        1,
        Source.DOSSIERS,
        _("Fees paid online"),
        numerator=("paid_online",),
        denominator=("with_fee",),
        numerator_words=_("dossiers whose fee was paid online"),
        denominator_words=_("dossiers received in the period with a fee"),
        rule=_("Where the one-stop system does not export it there is nothing to count."),
        difference=("paid_otherwise",),
    ),
)

_register(
    Formula(
        "TRAINED",
        1,
        Source.TRAINING,
        _("Trained in a course of the year"),
        numerator=("trained",),
        denominator=("people",),
        numerator_words=_("people who passed a course of the year up to the end of the period"),
        denominator_words=_("people who worked at the agency on the last day of the period"),
        rule=_(
            "Counted from the courses recorded as held. Who did not pass or was absent does not count. "
            "Everybody counts once, however many courses there were."
        ),
        cumulative=False,
    ),
    Formula(
        "TRAINED_INTAKE",
        1,
        Source.TRAINING,
        _("Trained in the intake of dossiers, of whom it is required"),
        numerator=("trained_intake",),
        denominator=("people_intake",),
        numerator_words=_("of these, people who passed a course on the intake of dossiers in the year"),
        denominator_words=_(
            "people of whom a competence in the intake of dossiers is required on the last day of the period"
        ),
        rule=_("The requirements of competence as they stand say of whom it is required."),
        cumulative=False,
    ),
)


def all_formulas() -> dict[tuple[str, int], Formula]:
    """Every version of every formula by code and version."""
    return dict(_ALL)
