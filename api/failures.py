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


class NoSuchText(Failure):
    code = "no-such-text"
    zh = "“{stream}”的“{field}”没有密封内容，或者已依法删除。"
    en = "“{stream}” has no sealed text “{field}”, or it has been erased."


class UnknownDeadline(Failure):
    code = "unknown-deadline"
    zh = "本案卷没有期限“{deadline}”。"
    en = "The file has no deadline “{deadline}”."


class DatabaseDown(Failure):
    code = "database-down"
    zh = "数据库暂时无法连接，未作任何记录，请稍后再试。"
    en = "The database cannot be reached; nothing was recorded. Try again later."


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
    zh = "文号登记持续变动，请稍后再试。"
    en = "The register of document numbers keeps moving; try again."


class SignInMissing(Failure):
    code = "sign-in-missing"
    zh = "账本“{ledger}”为真实账本，须登录后使用；本版本只对模拟账本开放。"
    en = "Ledger “{ledger}” is real and needs sign-in, which this version does not have; only simulated ones are open."


class VersionMissing(Failure):
    code = "version-missing"
    zh = "请在 If-Match 中注明您查看时的案卷版本。"
    en = "Say in If-Match which version of the file you looked at."
