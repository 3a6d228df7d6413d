"""What can go wrong besides a refusal of the law: the answers of the pen, of the desk and of the machine.

Like a refusal, a failure has a stable code and a sentence in both languages. Ways in turn both into their own form.
"""

from __future__ import annotations

from domain.errors import Refusal


class Failure(Refusal):
    """Base of the failures: nothing was recorded, and the caller can be told why."""

    code = "failed"


class StaleCase(Failure):
    code = "stale"
    zh = "案卷在您查看之后已有变化（您看到第{expected}版，现为第{actual}版），请刷新后再办。"
    en = "The file has moved on since you looked (you saw version {expected}, it is at {actual}); look again."


class KeyReused(Failure):
    code = "key-reused"
    zh = "同一请求编号已用于另一内容。"
    en = "The same idempotency key was used for something else."


class EntryTooLarge(Failure):
    code = "too-large"
    zh = "记录超过65,535字节，请将大文件登记为证据。"
    en = "The entry would exceed 65,535 bytes; register what is large as evidence."


class ClockWrong(Failure):
    code = "clock-wrong"
    zh = "时钟有误：数据库时钟与本机时钟或者上一条记录相差超过5秒，记录被拒绝。"
    en = "A clock is wrong: the database's is over 5 s away from this machine's or from the last entry. Not recorded."


class NotSimulated(Failure):
    code = "not-simulated"
    zh = "只有模拟账本可以指定记录时间。"
    en = "Only a simulated ledger lets the caller say when something was recorded."


class TimeGoesBack(Failure):
    code = "time-goes-back"
    zh = "所填记录时间{at}早于账本最后一条记录的时间{last}。"
    en = "The time of recording given, {at}, lies before that of the ledger's last entry, {last}."


class NoSuchReport(Failure):
    code = "no-such-report"
    zh = "没有“{name}”这种报告；现有：{names}。"
    en = "There is no report “{name}”; there are: {names}."


class NoSuchYear(Failure):
    code = "no-such-year"
    zh = "{year}年没有可报告的内容；账本涉及{first}年至{last}年。"
    en = "There is nothing to report on {year}: the ledger goes from {first} to {last}."


class UnknownOrgan(Failure):
    code = "unknown-organ"
    zh = "账本的案卷中没有机关“{organ}”。"
    en = "The files of the ledger know no organ “{organ}”."


class NothingToReport(Failure):
    code = "nothing-to-report"
    zh = "账本中还没有可供报告的案卷。"
    en = "The ledger holds no files to report on yet."


class PositionBeyond(Failure):
    code = "position-beyond"
    zh = "账本有{size}条，没有截至{position}条的状况。"
    en = "The ledger has {size} entries; there is no state of it as of {position}."


class OverseersOnly(Failure):
    code = "overseers-only"
    zh = "统计报告涉及全部案卷，仅向负责监督或者审计的人员提供。"
    en = "Reports are over all files: they are given to who oversees or audits."


class UnknownLedger(Failure):
    code = "unknown-ledger"
    zh = "没有账本“{ledger}”。"
    en = "There is no ledger “{ledger}”."


class NotPublished(Failure):
    code = "not-published"
    zh = "尚未公布“{path}”。"
    en = "“{path}” is not published."


class AuditorsOnly(Failure):
    code = "auditors-only"
    zh = "条目原文即案卷内容，仅向审计人员提供。"
    en = "Entries are case files: only an auditor is given them."


class UnknownCase(Failure):
    code = "unknown-case"
    zh = "账本中没有案卷“{case}”。"
    en = "The ledger holds no file “{case}”."


class NotYetThere(UnknownCase):
    code = "not-yet-there"
    zh = "所问时点尚无案卷“{case}”：其开卷日期为{on}，于{at}记录。"
    en = "There was no file “{case}” then: it was opened on {on}, which was recorded at {at}."


class MomentAhead(Failure):
    code = "moment-ahead"
    zh = "所问知悉时点{at}尚未到来，账本现在的时间为{now}。"
    en = "What is known at {at} nobody can say yet: for this ledger it is {now}."


class DayAhead(Failure):
    code = "day-ahead"
    zh = "所问日期{day}晚于{last}，届时由谁负责尚不可知。"
    en = "Who answers on {day} nobody can say yet: it lies after {last}."


class RangeReversed(Failure):
    code = "range-reversed"
    zh = "起讫颠倒：先写较早的（{first}），后写较晚的（{last}）。"
    en = "The range is reversed: the earlier ({first}) comes first, the later ({last}) second."


class NumbersClosed(Failure):
    code = "numbers-closed"
    zh = "文号登记仅向账本所属机关和审计人员提供。"
    en = "The register of document numbers is shown to the authority whose ledger it is, and to auditors."


class WordsTooShort(Failure):
    code = "words-too-short"
    zh = "检索词至少{least}个字符，多个词以空格分开。"
    en = "Each word that is looked for has at least {least} characters; words are separated by spaces."


class ActsClosed(Failure):
    code = "acts-closed"
    zh = "履职记录仅向账本所属机关和审计人员提供。"
    en = "What somebody did in office is told to the authority whose ledger it is, and to auditors."


class NoSuchText(Failure):
    code = "no-such-text"
    zh = "“{stream}”的“{field}”没有密封内容，或者已依法删除。"
    en = "“{stream}” has no sealed text “{field}”, or it has been erased."


class ErasureUnsure(Failure):
    code = "erasure-unsure"
    zh = "数据库没有应答；删除可能已经完成，请查看后再办。"
    en = "The database did not answer. The erasure may have been done: look before asking again."


class UnknownDeadline(Failure):
    code = "unknown-deadline"
    zh = "本案卷没有期限“{deadline}”。"
    en = "The file has no deadline “{deadline}”."


class DatabaseDown(Failure):
    code = "database-down"
    zh = "数据库暂时无法连接，未作任何记录，请稍后再试。"
    en = "The database cannot be reached; nothing was recorded. Try again later."


class Lagging(Failure):
    code = "lagging"
    zh = "统计和名录（{names}）尚未更新到第{position}条记录，请稍后再试。"
    en = "The read models {names} have not come to position {position} yet; try again shortly."


class ProjectionStopped(Failure):
    code = "projection-stopped"
    zh = "名录“{name}”在第{position}条记录处停止更新，须由管理人员处理；案卷本身不受影响。"
    en = "The read model {name} stopped at position {position} and needs an administrator; the files are not affected."


class Malformed(Failure):
    code = "malformed"
    zh = "请求无法读取：{why}。"
    en = "The request cannot be read: {why}."


class NothingToRecord(Failure):
    code = "nothing-to-record"
    zh = "此步骤没有产生任何变化，无可记录。"
    en = "The step changes nothing; there is nothing to record."


class BodyTooLarge(Failure):
    code = "body-too-large"
    zh = "请求超过{most}字节，请将大文件登记为证据。"
    en = "The request is longer than {most} bytes; register what is large as evidence."


class ReadsOnly(Failure):
    code = "reads-only"
    zh = "此身份只能查阅，不能提交证据材料。"
    en = "This role reads, and hands in no evidence."


class EvidenceTooLarge(Failure):
    code = "evidence-too-large"
    zh = "单件证据材料不得超过{most}字节。"
    en = "One piece of evidence has at most {most} bytes."


class EvidenceNotNamed(Failure):
    code = "evidence-not-named"
    zh = "本案卷没有登记摘要为{digest}的证据材料。"
    en = "No entry of the file names evidence of the digest {digest}."


class EvidenceClosed(Failure):
    code = "evidence-closed"
    zh = "证据材料可能载有举报人等的信息，仅向保管案卷的机关和提交该材料的机关提供。"
    en = "Evidence may name whoever complained: it is given to those who keep the file, and to who handed it in."


class EvidenceNotKept(Failure):
    code = "evidence-not-kept"
    zh = "摘要为{digest}的证据材料已经登记，登记机关未提交其文件（可能为纸质或者另行保存）。"
    en = (
        "The evidence {digest} is registered; its file was not handed in by who registered it (on paper, or elsewhere)."
    )


class EvidenceDamaged(Failure):
    code = "evidence-damaged"
    zh = "所存证据材料与其摘要{digest}不符，不予提供。"
    en = "What is kept as the evidence {digest} is not what its digest says, and is not handed out."


class EvidenceStoreDown(Failure):
    code = "evidence-store-down"
    zh = "证据材料库暂时不可用，文件未保存，请稍后再试。"
    en = "The store of evidence cannot be used; nothing was kept. Try again later."


class LengthMissing(Failure):
    code = "length-missing"
    zh = "请在 Content-Length 中注明请求的长度。"
    en = "Say in Content-Length how long the request is."


class Internal(Failure):
    code = "internal"
    zh = "服务出错，详情见服务日志；如不确定是否已经记录，请以同一请求编号重试。"
    en = "The service failed; its log says how. Whether it was recorded: repeat it under the same key to find out."


class Busy(Failure):
    code = "busy"
    zh = "所依据的记录持续变动，请稍后再试。"
    en = "What this rests on keeps moving; try again."


class SignInMissing(Failure):
    code = "sign-in-missing"
    zh = "账本“{ledger}”为真实账本，须登录后使用；本版本只对模拟账本开放。"
    en = "Ledger “{ledger}” is real and needs sign-in, which this version does not have; only simulated ones are open."


class VersionMissing(Failure):
    code = "version-missing"
    zh = "请在 If-Match 中注明您查看时的案卷版本。"
    en = "Say in If-Match which version of the file you looked at."
