"""Which value belongs to which indicator."""

from __future__ import annotations

import pytest

from deqing_search.language.folding import compact_text
from deqing_search.research.statements import Statement, statements

VALUES = [
    ("生产总值、固定资产投资分别增长8%和10%", ["地区生产总值 growth 8", "固定资产投资 growth 10"]),
    ("生产总值、固定资产投资均增长8%", ["地区生产总值 growth 8", "固定资产投资 growth 8"]),
    ("农业、服务业、规模以上工业增加值分别增长4%、10%和12%", ["规模以上工业增加值 growth 12"]),
    (
        "城镇居民人均可支配收入16 403元，农民人均纯收入6 230元，分别增长13.6%和10.3%",
        [
            "城镇居民人均可支配收入 level 16403",
            "农村居民人均可支配收入 level 6230",
            "城镇居民人均可支配收入 growth 13.6",
            "农村居民人均可支配收入 growth 10.3",
        ],
    ),
    (
        "规模以上工业增加值1700亿元，利税770亿元，分别增长16%和25%",
        ["规模以上工业增加值 level 1.7e+11", "规模以上工业增加值 growth 16"],
    ),
    ("城乡居民人均可支配收入分别增长8%和9%", ["城镇居民人均可支配收入 growth 8", "农村居民人均可支配收入 growth 9"]),
    ("服务业增加值占地区生产总值比重达60%", []),
    ("研发经费支出占地区生产总值比重达3.2%", ["研发经费投入强度 level 3.2"]),
    ("跨境电商进出口额增长109.5%", []),
    ("全国生产总值增长5%", []),
    ("万元地区生产总值能耗、水耗分别下降5%和4%", ["单位地区生产总值能耗 decline 5"]),
    ("进出口总额从4087亿元增加到5060亿元", ["进出口总额 level 4.087e+11", "进出口总额 level 5.06e+11"]),
    ("增速从3%提高到5%的进出口总额", []),
    ("地区生产总值增加5658元", []),
    ("进出口总额增长8.5%，比上年提高2个百分点", ["进出口总额 growth 8.5"]),
    ("居民消费价格指数控制在103.5左右", ["居民消费价格 level 103.5"]),
    ("居民消费价格指数控制在3%左右", ["居民消费价格 growth 3"]),
    ("一般公共预算收入$1.$2亿元，增长12%", []),
    ("到2030年，经济总量冲刺8000亿元", ["地区生产总值 level 8e+11"]),
    ("进出口总额增长7%，其中对沿线国家、某组织[2]成员国进出口分别增长22%、21%", ["进出口总额 growth 7"]),
    ("外贸进出口总额和外贸出口均增长16%", ["进出口总额 growth 16", "出口总额 growth 16"]),
    ("地区外贸进出口总额增长14%", ["进出口总额 growth 14"]),
    ("研发经费仅占生产总值的1.4%", ["研发经费投入强度 level 1.4"]),
    ("全社会研发经费支出相当于市生产总值的比例达到2.6%", ["研发经费投入强度 level 2.6"]),
    ("城镇调查失业率低于5%", ["城镇调查失业率 level 5"]),
    ("居民消费价格上涨1.6%，低于3.5%的控制目标", ["居民消费价格 growth 1.6"]),
    ("经济增长目标定在9%", ["地区生产总值 growth 9"]),
    ("单位生产总值能耗较2015年下降17%", ["单位地区生产总值能耗 decline 17"]),
    (
        "实现进出口总额61亿美元、服务外包总量245亿元、旅游总收入458亿元，分别增长48%、39.2%和28.7%",
        ["进出口总额 level 6.1e+09", "进出口总额 growth 48"],
    ),
    (
        "生产总值连续迈上3000亿、4000亿和5000亿元的台阶，2010年达到5666亿元，年均增长13.8%",
        ["地区生产总值 level 5.666e+11", "地区生产总值 growth 13.8"],
    ),
    ("地区生产总值连续跨过3个千亿台阶，达到8200亿元左右", ["地区生产总值 level 8.2e+11"]),
    (
        "全市生产总值达2.77万亿元，经济总量位居亚洲城市第五位，五年年均增长7.1%",
        ["地区生产总值 level 2.77e+12", "地区生产总值 growth 7.1"],
    ),
    (
        "生产总值和城乡居民收入比2010年翻一番以上",
        ["地区生产总值 growth 100", "城镇居民人均可支配收入 growth 100", "农村居民人均可支配收入 growth 100"],
    ),
    ("生产总值、固定资产投资五年分别增长了0.5倍和0.6倍", ["地区生产总值 growth 50", "固定资产投资 growth 60"]),
    ("财政总收入1796亿元，是2006年的3.6倍", ["财政总收入 level 1.796e+11"]),
    ("固定资产投资年均实现两位数增长", ["固定资产投资 growth 10"]),
    ("万元生产总值综合能耗比上年下降5个百分点", ["单位地区生产总值能耗 decline 5"]),
    ("经济增长预期目标确定为7%", ["地区生产总值 growth 7"]),
    (
        "一般公共预算收入完成339.6亿元，下降8.4%（按可比口径增长3.5%）",
        ["一般公共预算收入 level 3.396e+10", "一般公共预算收入 decline 8.4", "一般公共预算收入 growth 3.5"],
    ),
    ("城镇登记失业率连续五年控制在3%以内", ["城镇登记失业率 level 3"]),
    ("外贸进出口双双迈上200亿美元新台阶，分别增长26.5%和20.9%", []),
    ("在40多家出口超1亿美元的企业实行新模式", []),
    ("市属企业进出口总额增长20%；城镇居民人均可支配收入增长8%", ["城镇居民人均可支配收入 growth 8"]),
    (
        "生产总值增长11.3%，固定资产投资增长8.4%，社会消费品零售总额、货物进出口和服务进出口分别增长26.5%、28.4%和48.9%",
        [
            "地区生产总值 growth 11.3",
            "固定资产投资 growth 8.4",
            "社会消费品零售总额 growth 26.5",
            "进出口总额 growth 28.4",
        ],
    ),
    (
        "社会消费品零售总额与上年持平，税收与经济保持同步增长，城镇登记失业率控制在3%以内",
        ["城镇登记失业率 level 3"],
    ),
    (
        "地方财政收入68.2亿元（剔除出口退税因素，达88.2亿元），同口径增长20.2%",
        ["地方财政收入 level 6.82e+09", "地方财政收入 growth 20.2"],
    ),
    ("规上工业增加值、固定资产投资分别增长37.5%、66.9%", []),
    ("社会消费品零售总额、服务性消费额分别增长4%和10%", ["社会消费品零售总额 growth 4"]),
    ("城镇登记失业率、人口自然增长率分别控制在2.5%和7‰以内", ["城镇登记失业率 level 2.5"]),
    ("全年进出口总值、实际利用外资均增长5%以上", ["进出口总额 growth 5"]),
    ("五年来，国内生产总值以年均11.2%的速度增长", ["地区生产总值 growth 11.2"]),
    (
        "生产总值跨越8000亿元大关、达到8349.86亿元，增长8.2%",
        ["地区生产总值 level 8.34986e+11", "地区生产总值 growth 8.2"],
    ),
    ("地区生产总值连跨三个千亿台阶、达到5660亿元", ["地区生产总值 level 5.66e+11"]),
    ("所有区（县、市）地区生产总值迈上千亿元台阶", []),
    ("城镇登记失业率始终控制在4%以内", ["城镇登记失业率 level 4"]),
    ("进出口总额、服务贸易和数字贸易分别增长4%和10%", []),
    ("农民人均纯收入年均递增8.6%", ["农村居民人均可支配收入 growth 8.6"]),
    ("全社会研究与开发费用占生产总值比重达到2%左右", ["研发经费投入强度 level 2"]),
    ("地区生产总值增长4.2%.城镇登记失业率2.93%.", ["地区生产总值 growth 4.2", "城镇登记失业率 level 2.93"]),
    (
        "全社会研发经费支出增长9%、占地区生产总值比重达到1.95%",
        ["研发经费投入 growth 9", "研发经费投入强度 level 1.95"],
    ),
    ("全社会研发经费投入增长11%左右", ["研发经费投入 growth 11"]),
    ("工业增加值3270.1亿元，增长15.1%", ["工业增加值 level 3.2701e+11", "工业增加值 growth 15.1"]),
    (
        "新增城镇就业11.4万人，农村劳动力转移就业3.5万人",
        ["城镇新增就业 level 114000", "农村劳动力转移就业 level 35000"],
    ),
    ("示范区新建工作站17家，研发经费支出占地区生产总值的比重达2.6%", ["研发经费投入强度 level 2.6"]),
    ("粮食生产再获丰收，播种面积516.8万亩，总产量42.9亿斤", ["粮食产量 level 4.29e+09"]),
    ("粮食生产实现“十一连增”，蔬菜总产量166.5万吨", []),
    ("粮食总产量、播种面积达到21.3万吨、90万亩", ["粮食产量 level 213000"]),
    ("生产粮食1137万吨、蔬菜1177万吨", ["粮食产量 level 1.137e+07"]),
    ("收储粮食30万吨", []),
    (
        "财政总收入206亿元，占生产总值的21.8%，比1998年提高8.5个百分点，五年平均增长34.3%",
        ["财政总收入 level 2.06e+10", "财政总收入 growth 34.3"],
    ),
    ("进出口总额341亿元，占全省40.2%，增长62%", ["进出口总额 level 3.41e+10"]),
    ("生产总值增速保持7%左右、总值突破4000亿元", ["地区生产总值 growth 7", "地区生产总值 level 4e+11"]),
    (
        "生产总值、固定资产投资翻一番，分别达到1万亿元",
        [
            "地区生产总值 growth 100",
            "固定资产投资 growth 100",
            "地区生产总值 level 1e+12",
            "固定资产投资 level 1e+12",
        ],
    ),
    ("一般公共预算收入再创新高、增长8.1%", ["一般公共预算收入 growth 8.1"]),
    ("财政总收入增长了一倍多，年均增长21.4%", ["财政总收入 growth 21.4"]),
    ("规模以上工业、服务业增加值分别增长12%、10%左右", ["规模以上工业增加值 growth 12"]),
    ("全口径、地方级财政收入分别增长5%、8%", ["财政总收入 growth 5", "地方财政收入 growth 8"]),
    ("来源于甲地区的一般公共预算收入5947亿元", ["财政总收入 level 5.947e+11"]),
    ("对“一带一路”沿线国家和地区进出口增长10%", []),
    (
        "社会消费品零售总额和进出口总值连续第3年双双超过1万亿元、分别达11012亿元和10914亿元",
        [
            "社会消费品零售总额 level 1e+12",
            "进出口总额 level 1e+12",
            "社会消费品零售总额 level 1.1012e+12",
            "进出口总额 level 1.0914e+12",
        ],
    ),
    ("出口额58亿美元、出口交货值119亿美元，分别增长16%和11%", ["出口总额 level 5.8e+09", "出口总额 growth 16"]),
    (
        "生产总值10053亿元，成为全国第十个总量超万亿元城市，比上年增长10.2%",
        ["地区生产总值 level 1.0053e+12", "地区生产总值 growth 10.2"],
    ),
    (
        "生产总值再次跨过一个千亿级台阶，达到5154亿元、同比增长6%",
        ["地区生产总值 level 5.154e+11", "地区生产总值 growth 6"],
    ),
    ("居民消费价格总指数升幅控制在3%左右", ["居民消费价格 growth 3"]),
]


def shown(one: Statement) -> str:
    return f"{one.indicator} {one.relation} {one.low:.6g}"


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_each_value_goes_to_its_own_indicator(text: str, expected: list[str]) -> None:
    assert [shown(one) for one in statements(compact_text(text)) if one.certain] == expected


@pytest.mark.parametrize(
    "text", ["市委市政府把全市生产总值增长目标确定为6.5%左右", "建议奋力实现地区生产总值增长6.5%左右"]
)
def test_who_sets_an_aim_and_how_hard_he_tries_is_no_subject(text: str) -> None:
    (one,) = statements(compact_text(text))
    assert (one.low, one.bound, one.subject.text, one.certain) == (6.5, "about", "", True)


def test_what_the_government_spends_itself_is_not_that_of_the_place() -> None:
    assert [one.certain for one in statements("市政府固定资产投资安排264.5亿元")] == [False]


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("生产总值增长6%-6.5%", 6, 6.5, "exactly"),
        ("生产总值增长8.5—9%左右", 8.5, 9, "about"),
        ("生产总值增长5.5%以上", 5.5, 5.5, "at least"),
        ("城镇登记失业率控制在4%以内", 4, 4, "at most"),
        ("城镇调查失业率不高于5.5%", 5.5, 5.5, "at most"),
        ("城镇调查失业率控制在5.5%预期目标下运行", 5.5, 5.5, "at most"),
        ("研发投入强度突破4%", 4, 4, "at least"),
        ("固定资产投资下降19.8%", 19.8, 19.8, "exactly"),
    ],
)
def test_ranges_and_bounds_are_read(text: str, low: float, high: float, bound: str) -> None:
    (one,) = statements(compact_text(text))
    assert (one.low, one.high, one.bound) == (low, high, bound)


def test_a_bound_after_a_list_holds_for_all_of_it() -> None:
    read = statements("城镇调查失业率、登记失业率控制在5.5%、4%以内")
    assert [(one.low, one.bound) for one in read] == [(5.5, "at most"), (4, "at most")]


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("生产总值年均增长8%", "average"),
        ("五年累计完成固定资产投资6960亿元", "total"),
        ("进出口总额比2005年增长40%", "total"),
        ("进出口总额比上年增长4%", "year"),
        ("未来五年实现生产总值2万亿元", "year"),
        ("未来五年完成固定资产投资2万亿元", "total"),
        ("生产总值较2020年翻一番", "total"),
        ("生产总值两年平均增长4.9%", "average"),
    ],
)
def test_means_and_sums_over_years_are_no_yearly_values(text: str, basis: str) -> None:
    assert [one.basis for one in statements(compact_text(text))] == [basis]


@pytest.mark.parametrize(
    ("text", "year"), [("进出口总额由2000年的644亿元增加到1100亿元", 2000), ("进出口总额由644亿元增加到1100亿元", None)]
)
def test_the_start_of_a_change_is_no_value_of_the_year_reached(text: str, year: int | None) -> None:
    before, reached = statements(text)
    assert before.start
    assert (before.low, before.start.year) == (644e8, year)
    assert (reached.low, reached.start) == (1100e8, None)


def test_growth_after_a_start_is_that_since_the_year_of_the_start() -> None:
    *_, growth = statements("生产总值由2016年的568亿元增加到929亿元,增长50%")
    assert (growth.low, growth.basis) == (50, "total")


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("居民收入增长与经济增长基本同步", "同步"),
        ("单位生产总值能耗完成国家下达目标任务", "完成下达"),
        ("地区生产总值增速力争高于全省平均水平", "高于全省平均水平"),
        ("地区生产总值增速与全省基本持平", "与全省基本持平"),
    ],
)
def test_a_wording_without_a_number_is_kept(text: str, wording: str) -> None:
    (one,) = statements(compact_text(text))
    assert (one.low, one.wording) == (None, wording)


def test_what_grows_in_step_with_an_indicator_says_nothing_of_it() -> None:
    read = statements("人均生产总值力争与本地生产总值同步增长")
    assert [one.indicator for one in read] == ["人均地区生产总值"]


def test_a_part_of_the_place_is_named_and_unsure() -> None:
    read = statements("兰州新区生产总值增长30%,固定资产投资增长8%;进出口总额增长9%")
    assert [(one.subject.text, one.certain) for one in read] == [("兰州新区", False)] * 3
