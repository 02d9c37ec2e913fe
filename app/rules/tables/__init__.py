"""The dated tables that rules ask: tariff, positive list, prohibited goods, codes. Pure: bytes in, values out."""
