"""Whether a text that came out of GB18030 is Chinese that somebody wrote. Pure.

Nearly any bytes are valid GB18030: "Müller" in Windows-1252 comes out as "M黮ler", a Big5 name as
rare characters. What people write in trade files is common characters; what another encoding
comes out as is spread over all 27,000.
"""

from typing import Final

#: Of the characters beyond ASCII, at least this share must be of GB 2312: a name may have others.
LEAST_STANDARD: Final = 0.9
#: Of the Chinese characters, at least this share must be common: at random a fifth of GB 2312 is.
LEAST_COMMON: Final = 0.55
#: Of so few characters, more must be: two of three are easily common by chance.
FEW: Final = 12
LEAST_COMMON_OF_FEW: Final = 0.75

#: Characters of company names, places, people's names, goods, and of orders and payments.
COMMON: Final = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学"
    "对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面"
    "公己三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工什力门新向先"
    "被它加间等名路件话明员关系机合内信品第表特通重制各应由最定最产电展相部度变体关质建水化位"
    "总期市业区县省州府镇乡村街道路号楼室座栋层弄巷园院厂店铺库仓馆所处站场港湾岛江河湖海洋山"
    "东西南北中京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼台澳安广福湖四"
    "上海北京天津重庆深圳杭苏宁波温绍兴嘉无锡常徐扬镇泰盐淮连云宿迁合肥芜蚌阜阳六安滁州厦泉漳"
    "莆田龙岩三明德济青岛烟台潍坊临沂淄博威日照郑洛阳开封许昌武汉宜襄荆黄冈沙株洲衡岳成都绵"
    "南昌九江赣景昆曲靖贵遵义太原大同西咸兰银川乌鲁木齐哈尔滨长春沈石庄保定唐秦皇邯邢承张口"
    "佛山东莞惠珠汕头江门中肇清远茂名湛揭阳梅韶河源柳桂林玉北海口三亚义乌永康慈溪余姚金华丽"
    "有限责任公司集团股份科技商贸贸易实业企业经营部进出口国际工业制造机械设备电子电器材料化工"
    "建筑工程装饰装潢服饰服装纺织印染皮革鞋帽箱包家具木器五金工具模具塑料橡胶玻璃陶瓷金属钢铁"
    "铜铝不锈钢管板线缆阀门泵轴承齿轮螺丝母钉垫圈弹簧开关插座灯具照明光源电池电机变压器仪表仪"
    "器自动控制系统软件网络信息咨询服务管理投资控股发展文化传媒广告印刷包装物流运输快递仓储供应"
    "链食品饮料酒茶叶咖啡糖果糕点肉水产海鲜蔬菜果粮油米面豆奶乳调味盐醋酱油农业养殖种子肥药医"
    "疗器械生物制品保健美容化妆日用百货超市商场专卖批发零售代理加盟连锁酒店餐饮旅游教育培训学校"
    "汽车摩托自行配件维修保养加油石油天然气煤炭能源环保节能太阳风电力水利房地产物业园林绿化"
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
    "雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢"
    "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建国红梅玉兵峰鹏飞鑫波斌宇浩凯健俊帆"
    "帅旭宁龙林欢佳慧巧美婷雪倩颖露瑶怡晓燕莉萍琴云玲春秋冬夏志永忠义仁信德诚和顺祥瑞福禄寿喜"
    "财富贵荣昌盛隆兴旺达通利发丰裕泰恒源宏鸿鼎盈汇聚联合众创新时代世纪未来星辰光辉日月乾坤"
    "客户名称编码编号代码供应商存货商品产品物料规格型号单位数量单价含税无税不金额价税合计税率折扣"
    "率成本售价参考标准订单发货收款付款日期到期要求预计实际状态未已完作废取消关闭审核制单人业务员"
    "部门备注摘要描述说明地址电话手机邮箱邮编联系传真银行账号户开税号纳识别统社会用币种汇结算方式"
    "现支票转账汇承兑微信宝卡其他它类型分类大主辅计量箱盒包袋瓶罐桶个只件台套双条张本支把根块片"
    "卷米千克公斤吨升毫厘寸尺平立方组批次对打色红黄蓝绿白黑灰紫粉橙棕银金特级优等普精装简散"
    "龙井毛尖乌龙普洱铁观音红茶绿茶花茶碧螺春大袍白毫礼盒装年份陈新明前雨后春秋手工传统古"
    "首尾左右前后内外上下东西新旧冷热干湿软硬粗细厚薄宽窄轻重快慢早晚多少高低长短方圆"
    "零一二三四五六七八九十百千万亿元角分整半第每初末本季度周星旬"
    "开具票据税务局所政府医院大学中心研究设计事务律师会计师协会基金商会委员办公厅局科处"
    "样品试用赠送返利促销让补差退换修订合同协议项目预付定押保证尾运杂费手续利息"
)


def is_plausible_chinese(text: str) -> bool:
    """``text``: the characters beyond ASCII of a file that was decoded as GB18030."""
    standard = hanzi = common = 0
    for character in text:
        row = _row(character)
        standard += row in _STANDARD_ROWS
        if row >= _FIRST_HANZI_ROW:
            hanzi += 1
            common += character in COMMON
    return (
        hanzi > 0
        and standard >= LEAST_STANDARD * len(text)
        and common >= (LEAST_COMMON_OF_FEW if hanzi < FEW else LEAST_COMMON) * hanzi
    )


#: Signs and punctuation, letters of full width, Chinese characters; kana, Greek, Cyrillic and
#: what draws boxes (rows 4 to 9) is what other encodings come out as.
_STANDARD_ROWS: Final = frozenset({1, 2, 3, *range(16, 88)})
_FIRST_HANZI_ROW: Final = 16


def _row(character: str) -> int:
    """The row of GB 2312 in which a character stands; 0 where it is not of GB 2312."""
    encoded = character.encode("gb2312", "ignore")
    return encoded[0] - 0xA0 if len(encoded) == 2 else 0
