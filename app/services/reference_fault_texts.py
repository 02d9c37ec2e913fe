"""The faults of a file in Chinese: each sentence of the readers by its pattern.

The readers say in English what is wrong and what to do, for the command line too. A sentence without a pattern here is
shown as it is; a test walks the readers' own sentences and finds those that are missing.
"""

import re
from typing import Final

_X: Final = r"(?P<x>'.*'|\".*\")"
_TEXTS: Final = tuple(
    (re.compile(pattern, re.DOTALL), zh)
    for pattern, zh in (
        (r"is empty; it is needed in every row", "为空，每行必填"),
        (rf"{_X} is not (?P<n>\d+) digits; .*", "{x} 不是 {n} 位数字；请设为文本格式，以免丢失前导零"),
        (
            rf"{_X} is not (?P<a>\d+) to (?P<b>\d+) digits; .*",
            "{x} 不是 {a} 至 {b} 位数字；请设为文本格式，以免丢失前导零",
        ),
        (rf"{_X} is not one of (?P<y>.*)", "{x} 不在允许值之内：{y}"),
        (r"(?P<a>\S+) lies before the first day (?P<b>\S+)", "末日 {a} 早于首日 {b}"),
        (r"is empty; fill it, or give one first day for the whole file.*", "为空；请填写，或为整个文件指定首日"),
        (rf"{_X} is no day; write (?P<y>.*)", "{x} 不是日期，应写作 {y}"),
        (rf"{_X} is no positive number; write (?P<y>.*)", "{x} 不是正数，例如 2 或 0.5"),
        (rf"{_X} levies by quantity twice", "{x} 从量计征出现两次"),
        (rf"{_X} holds two percentages", "{x} 含有两个百分比"),
        (rf"{_X} is no percentage: .*", "{x} 不是百分比：写 15 或 15%，0 表示无，未知则留空"),
        (r"the threshold names no floor for goods labelled by (?P<y>.*)", "起征标准未写明按 {y} 标注的货物的下限"),
        (rf"{_X} is no threshold: write for example (?P<y>.*)", "{x} 不是起征标准，例如 {y}"),
        (rf"{_X} names no unit: write for example (?P<y>.*)", "{x} 未写单位，例如 {y}"),
        (rf"{_X} is no unit of a rate: use (?P<y>.*)", "{x} 不是税率单位，可用：{y}"),
        (r"a consumption tax of 100 % or more cannot be computed", "消费税率不得达到或超过 100 %"),
        (rf"{_X} is no unit: .*", "{x} 不是计量单位：请写三位代码或单位表中的名称"),
        (rf"{_X} names a mode that is none of (?P<y>[^;]*); .*", "{x} 含有不允许的监管方式，可用：{y}，以空格分隔"),
        (r"and words are both empty; .*", "与 words 均为空；至少填写其一"),
        (rf"{_X} does not have (?P<n>\d+) characters; .*", "{x} 不是 {n} 个字符；请设为文本格式并保留前导零"),
        (
            r"or district of (?P<x>\S+) differs from an earlier row; .*",
            "或关区与 {x} 前面的行不一致；一个企业只用一个名称",
        ),
        (
            r"of (?P<x>\S+) as (?P<y>\S+) differs from an earlier row; keep one",
            "与 {x}（{y}）前面的行不一致；请保留其一",
        ),
        (
            r"or suspended of (?P<x>\S+) differs from an earlier row; keep one",
            "或暂停状态与 {x} 前面的行不一致；请保留其一",
        ),
        (rf"{_X} is no customs district of 4 digits; .*", "{x} 不是四位关区代码；请设为文本格式"),
        (rf"{_X} is no role; use (?P<y>.*), separated by blanks", "{x} 不是企业类型，可用：{y}，以空格分隔"),
        (rf"{_X} is neither yes nor no", "{x} 应为 yes 或 no"),
        (r"is empty; a suspension needs one", "为空；暂停须写明理由"),
        (rf"{_X} is no party code: .*", "{x} 不是企业编码：海关注册编码，1 至 18 位字母数字"),
        (
            r"The (?:name|reason) is empty, too long or holds control characters: give 1 to (?P<n>\d+) characters\.",
            "为空、过长或含控制字符：应为 1 至 {n} 个字符",
        ),
        (r"The reason holds an identity number .*", "理由含身份证号码，将明文保存：请删去"),
        (
            r"(?P<x>\S+) is out of range: give a day from (?P<a>\S+) to (?P<b>\S+)\.",
            "{x} 超出范围：应在 {a} 至 {b} 之间",
        ),
        (r"The last day (?P<a>\S+) lies before the first day (?P<b>\S+): .*", "末日 {a} 早于首日 {b}"),
        (
            r"(?P<x>.+) stands in row (?P<n>\d+) too, on the same days; .*",
            "{x} 与第 {n} 行在相同日期重复；请保留其一或错开日期",
        ),
        (r"has more cells than there are columns; .*", "单元格多于列数；含逗号的文本请加引号"),
        (r"is no column of (?P<x>\S+); rename or remove it \((?P<y>.*)\)", "不是 {x} 的列；请改名或删除（可用：{y}）"),
        (r"names the column (?P<x>\S+) a second time; remove one", "与列 {x} 重复；请删除其一"),
        (r"is missing; add the column", "缺少该列，请添加"),
        (rf"{_X} is no table of codes; use (?P<y>.*)", "{x} 不是代码表，可用：{y}"),
        (r"was not read, nor what follows; .*", "该行及以后未读取：请先更正前面的大量错误"),
        # Of the file as a whole:
        (r"(?P<x>.*) is not UTF-8 \(line (?P<n>\d+)\): .*", "{x} 不是 UTF-8 编码（第 {n} 行）：请另存为“CSV UTF-8”"),
        (r"(?P<x>.*) is empty: .*", "{x} 为空：首行应为列名"),
        (r"(?P<x>.*) is a workbook: .*", "{x} 是 Excel 工作簿：请另存为 .xlsx 或“CSV UTF-8”"),
        (r"(?P<x>.*) is no Excel workbook: .*", "{x} 不是 Excel 工作簿：请另存为 .xlsx 或“CSV UTF-8”"),
        (r"(?P<x>.*) is no workbook that can be read \(.*\)\.", "{x} 已损坏，无法读取：请在 Excel 中重新保存"),
        (r"(?P<x>.*) unpacks to (?P<n>\S+) MB: .*", "{x} 解压后为 {n} MB：请删去与表无关的内容"),
        (r"(?P<x>.*) has more than (?P<n>\S+) rows\.", "{x} 超过 {n} 行"),
        (
            r"(?P<x>.*) has (?P<n>\d+) formulas without a result \(the first in (?P<y>\w+)\): .*",
            "{x} 有 {n} 个公式没有计算结果（首个在 {y}）：请在 Excel 中打开并保存，或改填数值",
        ),
        (r"(?P<x>.*) has the sheets (?P<y>.*): name one .*", "{x} 有多个工作表（{y}）：请指定其一"),
        (r"(?P<x>.*) has no sheet '(?P<n>.*)', only (?P<y>.*)\.", "{x} 没有工作表“{n}”，只有：{y}"),
        (r"(?P<x>.*) is read as CSV, which has no sheets: .*", "{x} 按 CSV 读取，没有工作表：请勿填写工作表"),
        (r"(?P<x>.*), line (?P<n>\d+): .* Check its quotation marks\.", "{x} 第 {n} 行无法读取：请检查引号"),
        (r"(?P<x>.*) holds NUL characters: .*", "{x} 含有 NUL 字符：不是 UTF-8 编码的 CSV"),
        (r"The file has column names but no rows; .*", "文件只有列名，没有数据行"),
        (r"Only the positive list can be said to be complete: .*", "只有正面清单可标为完整清单：请取消该标记"),
        (r"A file of codes needs a column `table` .*", "代码文件须有 table 列写明每行所属的表；也可单独上传一个代码表"),
    )
)


def in_chinese(problem: str) -> str:
    """The sentence in Chinese; as it is where it has no pattern."""
    for pattern, zh in _TEXTS:
        if found := pattern.fullmatch(problem):
            return zh.format(**found.groupdict())
    return problem
