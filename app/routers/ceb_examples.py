"""The messages that the OpenAPI document shows; a test files and validates them."""

from typing import Final

FILED: Final = """<?xml version="1.0" encoding="UTF-8"?>
<ceb:CEB411Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"
    guid="4CDE1CFD-EDED-46B1-946C-B8022E42FC94" version="1.0">
  <ceb:Payment>
    <ceb:PaymentHead>
      <ceb:guid>00000000-0000-4000-8000-000000000411</ceb:guid>
      <ceb:appType>1</ceb:appType>
      <ceb:appTime>20240618093000</ceb:appTime>
      <ceb:appStatus>2</ceb:appStatus>
      <ceb:payCode>3101960Y01</ceb:payCode>
      <ceb:payName>示例支付企业</ceb:payName>
      <ceb:payTransactionId>2024061722001400000001</ceb:payTransactionId>
      <ceb:orderNo>PF20240618000001</ceb:orderNo>
      <ceb:ebpCode>3101960P01</ceb:ebpCode>
      <ceb:ebpName>示例电商平台</ceb:ebpName>
      <ceb:payerIdType>1</ceb:payerIdType>
      <ceb:payerIdNumber>310104199003070122</ceb:payerIdNumber>
      <ceb:payerName>李明</ceb:payerName>
      <ceb:amountPaid>230.02</ceb:amountPaid>
      <ceb:currency>142</ceb:currency>
      <ceb:payTime>20240617221500</ceb:payTime>
    </ceb:PaymentHead>
  </ceb:Payment>
  <ceb:BaseTransfer>
    <ceb:copCode>3101960Y01</ceb:copCode>
    <ceb:copName>示例支付企业</ceb:copName>
    <ceb:dxpMode>DXP</ceb:dxpMode>
    <ceb:dxpId>DXPENT0000000001</ceb:dxpId>
  </ceb:BaseTransfer>
</ceb:CEB411Message>
"""
ANSWERED: Final = """<?xml version="1.0" encoding="UTF-8"?>
<CEB412Message xmlns="http://www.chinaport.gov.cn/ceb" guid="0D7E9A54-3B52-5C1B-9C0B-5D3F1A2E4B6C" version="1.0">
  <PaymentReturn>
    <guid>7A1C5B90-64C2-5F0E-8E51-2B9D3C4F5A6E</guid>
    <payCode>3101960Y01</payCode>
    <payTransactionId>2024061722001400000001</payTransactionId>
    <returnStatus>120</returnStatus>
    <returnTime>20240618093000005</returnTime>
    <returnInfo>[Code:1800;Desc:逻辑校验通过]</returnInfo>
  </PaymentReturn>
</CEB412Message>
"""
REFUSED: Final = """<?xml version="1.0" encoding="UTF-8"?>
<CEB900Message xmlns="http://www.chinaport.gov.cn/ceb" guid="5E2B7C19-8D43-5A6F-9B0C-1D2E3F4A5B6C" version="1.0">
  <MessageReturn>
    <guid>5E2B7C19-8D43-5A6F-9B0C-1D2E3F4A5B6C</guid>
    <returnStatus>-401009</returnStatus>
    <returnInfo>/CEB411Message/Payment[1]/PaymentHead/currency 长度为 2 位，应为 3 位</returnInfo>
    <returnTime>20240618093000005</returnTime>
    <oriCopMsgId></oriCopMsgId>
    <oriMessageType>CEB411Message</oriMessageType>
    <oriBizMessage><![CDATA[<?xml version="1.0" encoding="UTF-8"?>…]]></oriBizMessage>
  </MessageReturn>
</CEB900Message>
"""
RECEIPTS: Final = [{"cursor": "k4EBAgAAAA", "message": "CEB412", "xml": ANSWERED}]
