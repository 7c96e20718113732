"""A passage that breaks off is told from headings, labels, names and list items that merely end in no stop."""

from __future__ import annotations

import pytest

from deqing_search.structure.truncation import breaks_off

LONG = "（三）坚持把环湾保护作为主导战略，大力推进科学规划、集约建设、精细管理，城市承载力进一步提升"


@pytest.mark.parametrize(
    ("above", "text", "below"),
    [
        ("", "全市人民要进一步团结起来，励精图治、开拓前进，为", ""),
        ("", "深入开展综合治理，消除各类社会不稳定因素。目", "巩固和深化整治成果，推进治理。"),
        ("", "（一）强化“工业立市”战略，列入计划项目完成投资十亿元。（", "（二）加快发展县域经济"),
        ("", "三高四新：即打造国家重要先进制造业，建设具有核", "四个革命：能源消费革命。"),
        ("", "（六）坚持完善服务体系，全面加强公共卫生、教育和", "加快教育发展。"),
        ("新增床位一千张；", "完成旧住房改造，新建成绿化面积一百万平方米，新增停车位、", "二、展望"),
        ("新增床位一千张；", "完成旧住房改造，新建成绿化面积一百万平方米，新增停车", "泊位五百个。"),
        ("", "——促进就业实现预期目标，新增就业岗位预计60.8万个，城镇登记失业", "——物价保持基本稳定。"),
        ("", "今年，我们重点办好民生实事：一是消除黑臭水体。二是新增", "三、加强自身建设"),
        ("", "地区生产总值增长10.5%左右，财政收入增长18.", "一年来，主要做了以下工作："),
    ],
)
def test_a_passage_breaks_off(above: str, text: str, below: str) -> None:
    assert breaks_off(text, above, below)


@pytest.mark.parametrize(
    ("above", "text", "below"),
    [
        ("", "大力推进科学规划、集约建设、精细管理，城市承载力提升。", ""),
        ("", LONG, "加强城市规划管理。"),
        ("", "二是统筹经济增长的速度质量与效益，优化产业结构", "推进农业产业化。"),
        (
            "牵头单位：市水务局",
            "责任单位：各县（市）区政府、各开发区管委会，市发改委、市财政局",
            "九、提升医疗服务水平",
        ),
        ("", "王莹莹1,孔存良1,刘鑫1,方雪至1,章岳3", "1北京某大学"),
        ("", "Yue Zhang, Nianning Liang, Tianshuo Zhou", "Abstract"),
        ("", "采取有力措施，切实加以解决。二、2005年政府工作安排", "今年政府工作的指导思想是："),
        ("农民收入增长8%；", "单位生产总值能源消耗比上年下降20%，", "人口自然增长率控制在8‰以内。"),
        ("新增床位一千张；", "完成旧住房改造，新建成绿化面积一百万平方米", "二、展望"),
        ("", "为此，我们要通过不懈努力，做大总量、做强产业，使实力更强——", "建设创业之都。"),
        ("", "《政府工作报告》名词解释（按首字汉语拼音音序排列。数字依次排列）", "八个有"),
    ],
)
def test_a_missing_stop_is_no_missing_word(above: str, text: str, below: str) -> None:
    assert not breaks_off(text, above, below)
