"""The terms of the field, English <-> 中文: one table that pages, documents and tests read.

A term is keyed by the name under which it is stored: a fact by `stream.fact` (without its version), everything else by
its bare name. A group holds what people see side by side, so within one no two names share a term in either language.
The English term is the name itself, read aloud, unless `_ENGLISH` says it better.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_STREAMS = {
    "case": "监督案件",
    "lead": "线索、投诉举报",
    "accountability": "责任追究",
    "organ": "执法主体",
    "officer": "人员与证件",
    "programme": "评查、检查、评估",
    "dispute": "执法争议协调",
    "penalty-filing": "重大行政处罚备案",
    "obligation": "法定义务",
    "register": "文号登记簿",
    "ledger": "账本",
}

_CASE = {
    "case.opened": "立案",
    "case.opening-approved": "批准立案",
    "case.opening-rejected": "不予批准立案",
    "case.act-registered": "登记涉案行政执法行为",
    "case.handlers-assigned": "指定承办人",
    "case.authority-named": "记录有关机关",
    "case.decision-amended": "变更监督决定书",
    "case.recusal-requested": "申请回避",
    "case.recusal-decided": "作出回避决定",
    "case.officer-recused": "监督人员回避",
    "case.special-investigation-opened": "启动专项调查",
    "case.measure-taken": "采取监督措施",
    "case.measure-ended": "终止监督措施",
    "case.evidence-registered": "登记证据材料",
    "case.statement-heard": "听取陈述申辩",
    "case.finding-recorded": "作出调查认定",
    "case.responsible-person-named": "确定责任人员",
    "case.act-stopped": "制止行政执法行为",
    "case.correction-ordered": "责令改正",
    "case.correction-refused": "拒不改正",
    "case.approval-requested": "文书呈批",
    "case.approval-given": "文书获批准",
    "case.approval-refused": "文书未获批准",
    "case.notice-issued": "发出监督通知书",
    "case.opinion-issued": "发出监督意见书",
    "case.decision-issued": "出具监督决定书",
    "case.document-issued": "发出其他文书",
    "case.seal-applied": "加盖印章",
    "case.service-attempted": "送达未成",
    "case.document-served": "送达文书",
    "case.reply-received": "收到答复",
    "case.correction-reported": "报告改正情况",
    "case.correction-verified": "核实改正情况",
    "case.review-requested": "申请复查",
    "case.review-not-accepted": "不予受理复查申请",
    "case.review-withdrawn": "撤回复查申请",
    "case.review-decided": "作出复查决定",
    "case.opinion-amended": "变更监督意见书",
    "case.opinion-withdrawn": "撤回监督意见书",
    "case.document-withdrawn": "撤回其他文书",
    "case.decision-revoked": "撤销监督决定书",
    "case.reported-to-government": "报告本级人民政府",
    "case.act-revoked": "撤销行政执法行为",
    "case.act-confirmed-unlawful": "确认行政执法行为违法",
    "case.act-confirmed-void": "确认行政执法行为无效",
    "case.act-redone": "重新作出行政执法行为",
    "case.remedy-reported": "报告补救措施",
    "case.supervision-listed": "挂牌督办",
    "case.supervision-lifted": "解除挂牌督办",
    "case.assistance-requested": "提请协助",
    "case.assistance-answered": "协助事项答复",
    "case.assistance-refused": "拒绝协助",
    "case.obstruction-recorded": "记录拒绝、阻碍监督情况",
    "case.superior-notified": "告知上级主管部门",
    "case.superior-law-checked": "核对上位法",
    "case.transferred": "移交有关机关",
    "case.transfer-acknowledged": "受移交机关签收",
    "case.transfer-returned": "受移交机关退回",
    "case.deadline-set": "期限起算",
    "case.deadline-suspended": "期限中止",
    "case.deadline-resumed": "期限恢复计算",
    "case.deadline-extended": "期限延长",
    "case.deadline-recomputed": "期限重新计算",
    "case.deadline-met": "期限内办结",
    "case.deadline-lapsed": "期限届满通知",
    "case.deadline-lapse-withdrawn": "撤回期限届满通知",
    "case.deadline-cancelled": "期限撤销",
    "case.open-point-decided": "决定待定事项",
    "case.regime-migrated": "改用制度版本",
    "case.suspended": "中止办理",
    "case.resumed": "恢复办理",
    "case.merged": "并案",
    "case.split": "分案",
    "case.closed": "结案",
    "case.reopened": "重新启动案件",
    "case.archived": "归档",
    "case.entry-corrected": "更正记录",
}

_LEAD = {
    "lead.received": "收到线索",
}

_ACCOUNTABILITY = {
    "accountability.opened": "启动责任追究",
}

_ORGAN = {
    "organ.registered": "登记执法主体",
}

_OFFICER = {
    "officer.registered": "登记人员",
}

_PROGRAMME = {
    "programme.planned": "制定计划",
}

_DISPUTE = {
    "dispute.raised": "提出争议",
}

_PENALTY_FILING = {
    "penalty-filing.filed": "报送备案",
}

_OBLIGATION = {
    "obligation.arisen": "产生义务",
}

_REGISTER = {"register.number-assigned": "编定文号", "register.number-voided": "文号作废"}

_LEDGER = {
    "ledger.opened": "启用账本",
    "ledger.regime-adopted": "采用制度",
    "ledger.regime-amended": "修改制度",
    "ledger.regime-repealed": "停用制度",
    "ledger.calendar-published": "采用放假安排",
    "ledger.calendar-amended": "调整放假安排",
    "ledger.key-rotated": "更换密钥",
    "ledger.erasure-performed": "依法删除",
    "ledger.access-digest": "查阅记录摘要",
    "ledger.recovery-recorded": "记录恢复操作",
}

_ROLES = {
    "supervisor": "行政执法监督机构",
    "subject": "被监督机关",
    "government": "本级人民政府",
    "next_higher": "上一级机关",
    "agent": "代表政府监督的机构",
    "judicial": "司法机关",
    "person": "相关人员",
    "superior": "上级主管部门",
    "assisting": "协助单位",
    "receiver": "受移交机关",
    "complainant": "投诉举报人",
    "competent": "有权机关",
    "interpreter": "解释机关",
    "named_person": "责任人员",
    "handler": "承办人",
    "head": "负责人",
    "acting_head": "代理负责人",
    "approver": "批准人",
    "reviewer": "复查人员",
    "legal_office": "法制工作机构",
    "judicial_office": "司法所",
    "clerk": "投诉举报受理人员",
    "auditor": "审计人员",
    "discipline": "纪检监察机关",
    "administrator": "系统管理员",
    "system": "系统",
    "system:clock": "系统时钟",
    "anyone": "任何人",
}

_INSTRUMENTS = {
    "notice": "行政执法监督通知书",
    "opinion": "行政执法监督意见书",
    "decision": "行政执法监督决定书",
    "request_reply": "要求答复",
    "correction_order": "责令改正文书",
    "final_decision": "监督处理决定",
    "review_decision": "复查决定",
    "inquiry": "调查函",
    "suggestion": "建议书",
    "transfer": "移交函",
}

_DEADLINE_STATES = {
    "deadline-running": "正常",
    "deadline-due-soon": "两个工作日内到期",
    "deadline-due-today": "今日到期",
    "deadline-overdue": "逾期",
    "deadline-suspended": "期限中止",
    "deadline-provisional": "暂定",
    "deadline-met": "按期完成",
    "deadline-met-late": "逾期完成",
    "deadline-lapsed": "期限届满",
    "deadline-cancelled": "期限撤销",
}

_UNITS = {"working_day": "工作日", "calendar_day": "自然日", "month": "月", "year": "年"}

# Steps and their fields are keyed `step.name` and `field.name`.
_STEPS = {
    "step.open": "立案",
    "step.register-act": "登记涉案行为",
    "step.assign-handlers": "指定承办人",
    "step.open-special-investigation": "启动专项调查",
    "step.take-measure": "采取监督措施",
    "step.end-measure": "终止监督措施",
    "step.name-authority": "记录有关机关",
    "step.request-recusal": "申请回避",
    "step.decide-recusal": "决定回避申请",
    "step.recuse-officer": "监督人员回避",
    "step.request-approval": "文书呈批",
    "step.give-approval": "批准文书",
    "step.refuse-approval": "不批准文书",
    "step.issue-document": "制发其他文书",
    "step.migrate-regime": "改用其他制度版本",
    "step.extend-deadline": "延长期限",
    "step.register-evidence": "登记证据",
    "step.hear-statement": "听取陈述申辩",
    "step.record-finding": "记录调查认定",
    "step.record-obstruction": "记录拒绝阻碍",
    "step.request-assistance": "提请协助",
    "step.answer-assistance": "答复协助请求",
    "step.refuse-assistance": "拒绝协助",
    "step.order-correction": "责令改正",
    "step.record-correction-refusal": "记录拒不改正",
    "step.report-correction": "报告改正情况",
    "step.verify-correction": "核实改正情况",
    "step.issue-notice": "制发监督通知书",
    "step.issue-opinion": "制发监督意见书",
    "step.issue-decision": "制发监督决定书",
    "step.attempt-service": "记录送达未成",
    "step.serve-document": "送达文书",
    "step.record-reply": "登记答复",
    "step.request-review": "申请复查",
    "step.withdraw-review": "撤回复查申请",
    "step.decide-review": "作出复查决定",
    "step.withdraw-opinion": "撤回监督意见书",
    "step.withdraw-document": "撤回其他文书",
    "step.revoke-decision": "撤销监督决定书",
    "step.redo-act": "重新作出行政执法行为",
    "step.report-remedy": "报告补救措施",
    "step.transfer": "移交",
    "step.acknowledge-transfer": "接收移交",
    "step.return-transfer": "退回移交",
    "step.check-superior-law": "核对上位法",
    "step.decide-open-point": "决定待定事项",
    "step.record-lapse": "记录期限届满",
    "step.recompute-deadlines": "重新计算期限",
    "step.close": "办结",
    "step.reopen": "重新启动",
    "step.archive": "归档",
    "step.correct-entry": "更正记录",
    # lead
    "step.receive": "收到线索",
    # organ, officer
    "step.register": "登记",
    # programme
    "step.plan": "制定计划",
    # dispute
    "step.raise": "提出争议",
    # penalty-filing
    "step.file": "报送备案",
    # obligation
    "step.arise": "产生义务",
}

_FIELDS = {
    "field.about": "所针对的文书或者事项",
    "field.acts": "所涉执法行为",
    "field.against_act": "针对行政执法行为",
    "field.ground": "情形",
    "field.readings": "对待定事项的处理",
    "field.to": "发往机关",
    "field.topics": "监督内容",
    "field.method": "监督方式",
    "field.instrument": "文种",
    "field.supervisor_kind": "监督机关类型",
    "field.subject_kind": "被监督机关类型",
    "field.approver": "批准人",
    "field.considered": "已考虑的例外规定",
    "field.corrected": "是否已改正",
    "field.grounds": "理由",
    "field.immediate": "当场改正",
    "field.kind": "种类",
    "field.limit": "期限",
    "field.mode": "送达方式",
    "field.on_site": "现场",
    "field.origin": "来源",
    "field.note": "说明",
    "field.corrected_on": "改正日期",
    "field.outcome": "结果",
    "field.persons": "承办人员",
    "field.proof": "凭证",
    "field.reason": "原因",
    "field.reasoned": "说明理由",
    "field.seal": "印章",
    "field.sent_on": "提出日期",
    "field.superior": "上位法",
    "field.written": "书面形式",
}

# What a step may be about is keyed `thing.kind`.
_THINGS = {
    "thing.order": "责令改正",
    "thing.finding": "调查认定",
    "thing.review": "复查申请",
    "thing.transfer": "移送事项",
    "thing.assistance": "协助请求",
    "thing.act": "行政执法行为",
    "thing.document": "文书",
    "thing.notice": "监督通知书",
    "thing.opinion": "监督意见书",
    "thing.decision": "监督决定书",
    "thing.review-decision": "复查决定",
    "thing.measure": "监督措施",
    "thing.approval": "呈批事项",
    "thing.recusal": "回避申请",
    "thing.evidence": "证据材料",
}

_ENGLISH = {
    "lead": "lead or complaint",
    "organ": "enforcement body",
    "officer": "people and certificates",
    "programme": "case-file review, inspection, evaluation",
    "dispute": "coordination of an enforcement dispute",
    "penalty-filing": "filing of a major penalty",
    "obligation": "statutory duty",
    "register": "register of document numbers",
    "case.act-registered": "enforcement act registered",
    "case.act-stopped": "enforcement act stopped",
    "case.act-revoked": "enforcement act revoked",
    "case.act-confirmed-unlawful": "enforcement act confirmed unlawful",
    "case.act-confirmed-void": "enforcement act confirmed void",
    "case.act-redone": "enforcement act taken anew",
    "case.supervision-listed": "listed for open supervision",
    "case.supervision-lifted": "taken off open supervision",
    "case.deadline-lapsed": "notice that a deadline lapsed",
    "case.deadline-lapse-withdrawn": "notice of lapse withdrawn",
    "supervisor": "supervision organ",
    "subject": "supervised department",
    "government": "government of the same level",
    "next_higher": "next higher authority",
    "superior": "superior of the department",
    "assisting": "assisting unit",
    "receiver": "receiving organ",
    "competent": "competent organ",
    "clerk": "clerk of complaints",
    "discipline": "disciplinary body",
    "system:clock": "the clock",
    "request_reply": "request for a reply",
    "deadline-running": "on time",
    "deadline-due-soon": "due within two working days",
    "deadline-due-today": "due today",
    "deadline-overdue": "overdue",
    "deadline-suspended": "suspended",
    "deadline-provisional": "provisional",
    "deadline-met": "met",
    "deadline-met-late": "met late",
    "deadline-lapsed": "lapsed",
    "deadline-cancelled": "cancelled",
}

GROUPS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "streams": MappingProxyType(_STREAMS),
        "case": MappingProxyType(_CASE),
        "lead": MappingProxyType(_LEAD),
        "accountability": MappingProxyType(_ACCOUNTABILITY),
        "organ": MappingProxyType(_ORGAN),
        "officer": MappingProxyType(_OFFICER),
        "programme": MappingProxyType(_PROGRAMME),
        "dispute": MappingProxyType(_DISPUTE),
        "penalty-filing": MappingProxyType(_PENALTY_FILING),
        "obligation": MappingProxyType(_OBLIGATION),
        "register": MappingProxyType(_REGISTER),
        "ledger": MappingProxyType(_LEDGER),
        "roles": MappingProxyType(_ROLES),
        "instruments": MappingProxyType(_INSTRUMENTS),
        "deadline states": MappingProxyType(_DEADLINE_STATES),
        "units": MappingProxyType(_UNITS),
        "steps": MappingProxyType(_STEPS),
        "fields": MappingProxyType(_FIELDS),
        "things": MappingProxyType(_THINGS),
    }
)
TERMS: Final[Mapping[str, str]] = MappingProxyType(
    {name: zh for group in GROUPS.values() for name, zh in group.items()}
)


def zh(name: str) -> str:
    """The Chinese term of a stored name, e.g. 发出监督意见书 for `case.opinion-issued`; KeyError if there is none.

    What proceedings share is called in all of them as in a case, unless one has a word of its own.
    """
    return TERMS[_key(name)]


def en(name: str) -> str:
    """The English term of a stored name, e.g. "opinion issued" for `case.opinion-issued`; KeyError if there is none."""
    name = _key(name)
    return _ENGLISH.get(name) or name.rpartition(".")[2].replace("-", " ").replace("_", " ")


def _key(name: str) -> str:
    kind, _, rest = name.partition(".")
    for key in (name, f"case.{rest}") if rest and kind in _STREAMS else (name,):
        if key in TERMS:
            return key
    raise KeyError(name)
