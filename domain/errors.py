"""The refusals (拒绝): every reason for which a step is not recorded.

One refusal, one class, one code. A refusal says the same thing three times: to a program (`code`), to a clerk in
Chinese (`zh`) and in English (`en`); `article` is the citation of the rule that refuses, where there is one.
Nothing here knows a status code or a page.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a programming error
    """Base of all refusals. Subclasses set `code` and the two sentences; `{names}` in them are filled from `facts`.

    Args:
        article: citation of the rule that refuses, e.g. ``some-regime:art.30.2``; None where no text applies.
        facts: what the two sentences speak of, as plain strings or numbers.
    """

    code: ClassVar[str] = "refused"
    zh: ClassVar[str] = "此步骤被拒绝。"
    en: ClassVar[str] = "The step is refused."

    def __init__(self, article: str | None = None, **facts: object) -> None:
        self.article = article
        self.facts = facts
        super().__init__(self.sentence_en)

    @property
    def sentence_zh(self) -> str:
        """The refusal as a Chinese sentence for a clerk."""
        return self.zh.format_map(self.facts)

    @property
    def sentence_en(self) -> str:
        """The refusal as an English sentence for a clerk."""
        return self.en.format_map(self.facts)


# --- asked wrongly: the step, its subject or its time does not exist ---------------------------------------------


class NoSuchStep(Refusal):
    code = "no-such-step"
    zh = "本制度没有“{step}”这一步骤。"
    en = "The regulation of this file knows no step “{step}”."


class MalformedStep(Refusal):
    code = "malformed-step"
    zh = "步骤“{step}”填写有误：{why}。"
    en = "Step “{step}” is not filled in properly: {why}."


class CaseNotOpen(Refusal):
    code = "case-not-open"
    zh = "案卷“{case}”尚未建立。"
    en = "File “{case}” has not been opened."


class CaseAlreadyOpen(Refusal):
    code = "case-already-open"
    zh = "案卷“{case}”已经建立。"
    en = "File “{case}” is already open."


class CaseClosed(Refusal):
    code = "case-closed"
    zh = "案卷已经办结，只能重新启动、更正记录或者归档。"
    en = "The file is closed; it can only be reopened, corrected or archived."


class NotFound(Refusal):
    code = "not-found"
    zh = "本案卷中没有编号为“{id}”的{what}。"
    en = "The file holds no {what_en} “{id}”."


class IdTaken(Refusal):
    code = "id-taken"
    zh = "编号“{id}”在本案卷中已经使用。"
    en = "The id “{id}” is already used in this file."


class WrongKind(Refusal):
    code = "wrong-kind"
    zh = "“{id}”不是此步骤可以针对的对象（{allowed}）。"
    en = "“{id}” is not something this step can be about ({allowed_en})."


class UnknownCode(Refusal):
    code = "unknown-code"
    zh = "“{field}”没有代码“{value}”；可用：{allowed}。"
    en = "“{field}” has no code “{value}”; there are: {allowed}."


class NamedTwice(Refusal):
    code = "named-twice"
    zh = "“{field}”中“{value}”重复填写。"
    en = "“{value}” is named twice under “{field_en}”."


class NotYours(Refusal):
    code = "not-yours"
    zh = "此步骤应当由{who}作出。"
    en = "This step belongs to the {who_en}."


class InTheFuture(Refusal):
    code = "in-the-future"
    zh = "发生日期{day}晚于今天{today}。"
    en = "The day {day} lies after today, {today}."


class TooEarly(Refusal):
    code = "too-early"
    zh = "发生日期{day}早于所针对事项的日期{since}。"
    en = "The day {day} lies before that of what the step is about, {since}."


class LimitUnusable(Refusal):
    code = "limit-unusable"
    zh = "所定期限应当能够计算，晚于{day}，并且不晚于{latest}。"
    en = "The limit must be countable, end after {day}, and not after {latest}."


class LateWithoutReason(Refusal):
    code = "late-without-reason"
    zh = "发生于{day}，补录已超过{days}个工作日，应当说明原因。"
    en = "It occurred on {day}; recording it more than {days} working days later needs a reason."


# --- the law says no: one class for each operator of the guards --------------------------------------------------


class NotInForce(Refusal):
    code = "not-in-force"
    zh = "《{title}》在{day}不具有效力。"
    en = "“{title}” was not in force on {day}."


class NotRecorded(Refusal):
    code = "not-recorded"
    zh = "尚未记录“{fact}”。"
    en = "“{fact_en}” has not been recorded."


class AlreadyRecorded(Refusal):
    code = "already-recorded"
    zh = "已经记录“{fact}”。"
    en = "“{fact_en}” has already been recorded."


class ConditionFails(Refusal):
    code = "condition-fails"
    zh = "不符合法定条件（{what}）。"
    en = "A condition of the law does not hold ({what})."


class NotOverdue(Refusal):
    code = "not-overdue"
    zh = "“{title}”期限为{latest}，在{day}尚未逾期。"
    en = "“{title_en}” runs until {latest}; on {day} it is not overdue."


class PeriodNotRunning(Refusal):
    code = "period-not-running"
    zh = "“{title}”的期限没有起算、已经中止或者已经了结。"
    en = "“{title_en}” has not started, is suspended or is settled."


class RightLapsed(Refusal):
    code = "right-lapsed"
    zh = "“{title}”的期限于{latest}届满，{day}提出已经逾期。"
    en = "“{title_en}” ended on {latest}; {day} is too late."


class FieldMissing(Refusal):
    code = "field-missing"
    zh = "缺少“{field}”。"
    en = "“{field_en}” is missing."


class FieldNotAllowed(Refusal):
    code = "field-not-allowed"
    zh = "“{field}”应当为“{wanted}”。"
    en = "“{field_en}” must be “{wanted}”."


class MustDiffer(Refusal):
    code = "must-differ"
    zh = "“{field}”不得为“{other}”。"
    en = "“{field_en}” must not be the “{other_en}”."


class ActsBeyond(Refusal):
    code = "acts-beyond"
    zh = "执法行为{acts}不在所依据的文书或者认定的范围之内。"
    en = "The acts {acts} lie outside what the document or finding is about on which the step rests."


class KindNotFound(Refusal):
    code = "kind-not-found"
    zh = "尚未认定属于以下情形之一：{kinds}。"
    en = "None of these has been found: {kinds_en}."


class GroundNotAllowed(Refusal):
    code = "ground-not-allowed"
    zh = "所列理由不属于该规定的情形：{grounds}。"
    en = "These grounds are not among those the rule allows: {grounds}."


class GroundNotFound(Refusal):
    code = "ground-not-found"
    zh = "所列理由尚未经认定：{grounds}。"
    en = "These grounds have not been found in the file: {grounds}."


class SealMissing(Refusal):
    code = "seal-missing"
    zh = "文书应当加盖{seal}。"
    en = "The document must bear the {seal_en}."


class TooFewPersons(Refusal):
    code = "too-few-persons"
    zh = "不得少于{wanted}人，现为{given}人。"
    en = "At least {wanted} persons are required; {given} named."


class NotInEffect(Refusal):
    code = "not-in-effect"
    zh = "所涉文书不具有效力：未送达、存在瑕疵，或者已经变更、撤回、撤销。"
    en = "The document concerned is not in effect: not served, defective, or amended, withdrawn or revoked."


class SuperiorUnchecked(Refusal):
    code = "superior-unchecked"
    zh = "上位法《{title}》自{day}起施行且尚未录入，作出前应当由专人核对并记录。"
    en = "“{title}” stands above, in force since {day} and not loaded; a named person must check it first."


class DeadlinesOpen(Refusal):
    code = "deadlines-open"
    zh = "尚有未了结的期限：{titles}。"
    en = "Deadlines are still open: {titles_en}."


class PointUndecided(Refusal):
    code = "point-undecided"
    zh = "在{day}是否适用取决于待定事项“{question}”，应当先予决定。"
    en = "Whether it applies on {day} turns on the open point “{question_en}”, which has to be decided first."


class NoCertificate(Refusal):
    code = "no-certificate"
    zh = "下列人员当日没有有效的证件：{persons}。"
    en = "These persons hold no certificate that is good on that day: {persons}."


class OwnRegister(Refusal):
    code = "own-register"
    zh = "下列人员的证件没有登记在本案中有权发证的其他机关的登记中，不能作为持证依据：{persons}。"
    en = "No other organ that may issue them, as named in this file, vouches for the certificates of: {persons}."


class Recused(Refusal):
    code = "recused"
    zh = "下列人员已经回避或者正在被申请回避：{persons}。"
    en = "These persons are recused, or their recusal has been asked for: {persons}."


class NotApproved(Refusal):
    code = "not-approved"
    zh = "文书尚未经承办人以外的负责人批准。"
    en = "The document has not been approved by somebody other than the one who issues it."


class NotApprover(Refusal):
    code = "not-approver"
    zh = "呈批的是“{approver}”，由其本人批准或者不批准。"
    en = "“{approver}” was asked to approve; nobody else approves or refuses."


class OwnApproval(Refusal):
    code = "own-approval"
    zh = "承办人不得自行审批。"
    en = "A handler does not decide on what the handlers ask for."


class NoSuchProcedure(Refusal):
    code = "no-such-procedure"
    zh = "《{title}》没有规定“{kind}”程序。"
    en = "“{title}” knows no proceeding “{kind_en}”."


class AlreadyExtended(Refusal):
    code = "already-extended"
    zh = "“{title}”不得延长，或者已经延长。"
    en = "“{title_en}” cannot be extended, or has been already."


class NoSuchRung(Refusal):
    code = "no-such-rung"
    zh = "该责任追究规定没有第“{rung}”级处理。"
    en = "The ladder of sanctions has no rung “{rung}”."


class TakenOtherwise(Refusal):
    code = "taken-otherwise"
    zh = "“{title}”的处理方式为“{way}”，不能以此步骤作出。"
    en = "“{title_en}” is {way_en}; it is not taken by this step."


class MeasureNotOfRung(Refusal):
    code = "measure-not-of-rung"
    zh = "该级处理不包括：{measures}；可用：{allowed}。"
    en = "The rung does not hold these measures: {measures}; there are: {allowed}."


class NotProposed(Refusal):
    code = "not-proposed"
    zh = "超出拟作处理的范围：{measures}。"
    en = "These go beyond what was proposed: {measures}."


class NotPutTo(Refusal):
    code = "not-put-to"
    zh = "“{to}”不是有权处理的机关，应当向{who}提出。"
    en = "“{to}” has no authority in this; it is put to the {who_en}."


class Outstanding(Refusal):
    code = "outstanding"
    zh = "尚未办完：{things}。"
    en = "Not yet finished: {things_en}."


class WrongRelation(Refusal):
    code = "wrong-relation"
    zh = "“{organ}”为本案的{now}，不得作为本案的{who}。"
    en = "“{organ}” is the {now_en} in this file and cannot be its {who_en}."


class SeveralOrgans(Refusal):
    code = "several-organs"
    zh = "本案有多个{who}（{organs}），应当写明是哪一个。"
    en = "Several organs are the {who_en} in this file ({organs}); say which one."


class MustBe(Refusal):
    code = "must-be"
    zh = "“{field}”应当为“{other}”。"
    en = "“{field_en}” must be the “{other_en}”."


class WrongAddressee(Refusal):
    code = "wrong-addressee"
    zh = "该文书应当发给{who}，不能发给“{to}”。"
    en = "This document goes to the {who_en}, not to “{to}”."


# --- the file is kept in order -----------------------------------------------------------------------------------


class AlreadyServed(Refusal):
    code = "already-served"
    zh = "该文书已于{day}送达该受送达人。"
    en = "The document was already served on this addressee on {day}."


class AlreadyIssued(Refusal):
    code = "already-issued"
    zh = "相同的文书“{document}”已经制发且仍然有效；应当先撤回，或者写明予以替代。"
    en = "An equal document, “{document}”, stands; it is taken back first, or the new one says that it replaces it."


class InDoubt(Refusal):
    code = "in-doubt"
    zh = "更正之后下列事项存疑，尚未处理：{facts}。"
    en = "Since a correction there is doubt about what nobody has dealt with yet: {facts_en}."


class NothingInDoubt(Refusal):
    code = "nothing-in-doubt"
    zh = "该条记录没有尚未处理的疑点。"
    en = "There is no doubt about that entry that is not dealt with."


class NotTogether(Refusal):
    code = "not-together"
    zh = (
        "案件“{case}”不能与本案并案或者分案：须为同一监督机关对同一被监督机关、适用同一制度版本、尚未办结的另一案件，"
        "且两案均未被不予立案。"
    )
    en = (
        "Case “{case}” is neither joined with this one nor parted from it: it must be another open case of the same "
        "supervisor about the same organ under the same version of the regulation, and the opening of neither rejected."
    )


class NotSeparable(Refusal):
    code = "not-separable"
    zh = "本案已就行政执法行为“{act}”作出认定、制发文书或者办理其他事项，不得分出。"
    en = "Something in this case rests on the act “{act}”; it is not parted from it any more."


class ReviewSettled(Refusal):
    code = "review-settled"
    zh = "该复查申请未被受理，或者已经撤回、决定。"
    en = "The review was not accepted, or is already withdrawn or decided."


class NothingToLapse(Refusal):
    code = "nothing-to-lapse"
    zh = "该期限在{day}没有逾期，或者逾期已经记录。"
    en = "On {day} this deadline is not overdue, or its lapse is already recorded."


class NoSuchOption(Refusal):
    code = "no-such-option"
    zh = "待定事项“{point}”没有选项“{option}”。"
    en = "The open point “{point}” has no option “{option}”."


class SameLaw(Refusal):
    code = "same-law"
    zh = "案卷已经适用《{title}》的同一内容，无需改用。"
    en = "The file stands under “{title}”, with the same content, already."


class OtherLaw(Refusal):
    code = "other-law"
    zh = "《{title}》既不是《{now}》的另一版本，也没有接替它，案卷不得改用。"
    en = "“{title}” is no version of “{now}”, nor does it succeed it; the file is not moved to it."


class DecisionLost(Refusal):
    code = "decision-lost"
    zh = "案卷中已经决定的待定事项在《{title}》中没有对应的选项：{points}。"
    en = "“{title}” lacks open points, or their options, that were decided in the file: {points}."


class OutsideCalendar(Refusal, ValueError):  # noqa: N818  # a refusal too; a ValueError to who only counts
    code = "outside-calendar"
    zh = "{year}年没有收录放假安排和节日日期，无法计算期限。"
    en = "The calendar holds neither a schedule nor the festival dates of {year}; no period is counted there."


class NothingToCorrect(Refusal):
    code = "nothing-to-correct"
    zh = "第{version}条记录没有可更正的“{field}”，或者原值不符。"
    en = "Entry {version} has no correctable “{field}”, or its old value differs."


class NumberTaken(Refusal):
    code = "number-taken"
    zh = "文书“{document}”已有文号{number}。"
    en = "Document “{document}” already has the number {number}."


class NumberUnknown(Refusal):
    code = "number-unknown"
    zh = "文号{number}不存在或者已经作废。"
    en = "The number {number} does not exist or is already void."


# --- the law of a ledger -----------------------------------------------------------------------------------------


class LedgerAlreadyOpen(Refusal):
    code = "ledger-already-open"
    zh = "账本已经启用。"
    en = "The ledger is already open."


class LawNotAdopted(Refusal):
    code = "law-not-adopted"
    zh = "本账本没有采用“{law}”。"
    en = "This ledger has not adopted “{law}”."


class LawAlreadyAdopted(Refusal):
    code = "law-already-adopted"
    zh = "本账本已经采用“{law}”。"
    en = "This ledger has already adopted “{law}”."


class OtherContent(Refusal):
    code = "other-content"
    zh = "本账本采用的“{law}”内容不同，应当作为修改采用（law amend）。"
    en = "This ledger has adopted “{law}” with another content; to put this one in its place, amend it (law amend)."


class LawRepealed(Refusal):
    code = "law-repealed"
    zh = "“{law}”自{day}后停止适用，不得据以建立案卷，也不得改为适用。"
    en = "“{law}” was repealed after {day}; no file is opened under it or moved to it."


class LawAlreadyRepealed(Refusal):
    code = "law-already-repealed"
    zh = "“{law}”已经停用，最后一日为{day}；不得再次停用、修改或者采用，重新制定的应当作为新版本采用。"
    en = (
        "“{law}” has already been repealed; its last day is {day}. It is not repealed, amended or adopted again: what "
        "takes its place is adopted as a version of its own."
    )


class RepealTooEarly(Refusal):
    code = "repeal-too-early"
    zh = "“{law}”自{since}起施行，停用的最后一日{day}不得早于该日。"
    en = "“{law}” is in force since {since}; its last day cannot be {day}, before that."


class NotYetPublished(Refusal):
    code = "not-yet-published"
    zh = "“{law}”于{day}公布，账本的今天为{today}，尚不能采用。"
    en = "“{law}” is published on {day}; today, {today}, it cannot be adopted yet."


class HouseRules(Refusal):
    code = "house-rules"
    zh = "《{title}》是并入每部制度的通用规则，不单独采用。"
    en = "“{title}” is merged into every regulation and is not adopted by itself."


class CalendarGoesBack(Refusal):
    code = "calendar-goes-back"
    zh = "日历“{calendar}”早于已采用的“{adopted}”。"
    en = "The calendar “{calendar}” is older than the adopted “{adopted}”."


class NoLegalBasis(Refusal):
    code = "no-legal-basis"
    zh = "“{given}”不是法律依据：请写明法律名称与条文，如《某法》第某条。"
    en = "“{given}” is no legal basis: name a law and its article, 《…》第…条."


class NothingToErase(Refusal):
    code = "nothing-to-erase"
    zh = "“{stream}”中没有所指的密封内容，无可删除。"
    en = "“{stream}” holds no such sealed text; there is nothing to erase."


class AccessesMoved(Refusal):
    code = "accesses-moved"
    zh = "查阅登记自第{first}行起的摘要与账本不衔接：账本已记至第{digested}行。"
    en = "A digest from row {first} of the record of accesses does not follow: the ledger has them up to {digested}."
