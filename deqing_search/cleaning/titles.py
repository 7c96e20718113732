"""The names of all fixes, and what each says to readers; to know them takes none of the fixes.

The order of the fixes themselves is in `fixes`."""

from typing import Final

TITLES: Final[dict[str, str]] = {
    # `extract` makes these: only the medium can prove them.
    "site-furniture": "去掉网页上正文以外的部分",
    "ruined-bytes": "标出损坏的字节",
    "hidden-text": "去掉看不见的字",
    "struck-text": "去掉划掉的字",
    "ruby-reading": "去掉注音",
    "superscript": "把上标、下标的数字写成上标、下标",
    "contents": "去掉目录",
    "aligned-table": "把靠空格对齐的表格分成格",
    "outside-page": "去掉页面以外的字",
    "watermark": "去掉水印",
    "overprint": "去掉叠印的字",
    "speck": "去掉图片上认不准、也不像正文的碎块",
    "running-head": "去掉书眉和页码",
    "line-number": "去掉页边的行号",
    "line-end": "接上排满一行后的折行",
    "footnote": "把脚注移到段后",
    # `cleaning` makes these, in this order.
    "entity-residue": "还原残留的网页实体",
    "invisible": "去掉看不见的字符",
    "radical": "把部首字形、竖排标点、连体破折号还原成通行字形",
    "markup": "去掉残留的标记符号",
    "lost-dot": "还原成了问号的间隔号",
    "web-chrome": "去掉网页上的按钮、来源和声明",
    "lost-line-end": "补上丢失的段落换行",
    "jump-mark": "去掉转版标记",
    "letter-space": "去掉字与字之间的空格",
    "double-strike": "去掉叠印的重复标题",
    "character-strike": "去掉逐字叠印",
    "near-double": "去掉略有不同的第二层标题",
    "interleaved-columns": "把并排的几栏分开",
    "page-furniture": "去掉页码和书眉",
    "headline-wrap": "接上折行的标题",
    "masthead": "去掉报头",
    "exploded-table": "把散成一格一行的表格还原成行",
    "flat-table": "把没有制表符的散表还原成行",
    "hard-wrap": "接上窄栏的硬换行",
    "repeated-block": "删去重复的段落",
    "broken-by-heading": "接上被标题隔断的段落",
    "broken-by-column": "接上被栏或页隔断的段落",
    "headline-behind": "把落在文后的标题移回文前",
    "review-heading": "把落在文后的回顾标题移回文前",
    "quote-order": "理顺次序颠倒的引号",
    "doubled-stop": "去掉重复的标点",
    "stray-space": "去掉词句中间的空格",
}
