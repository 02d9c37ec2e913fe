"""Passwords of twelve and more characters that are tried first, in lower case."""

from typing import Final

_WORDS: Final = """
    000000000000 111111111111 112233445566 121212121212 123123123123 123321123321 123456123456 123456654321
    123456789000 123456789012 1234567890123 12345678901234 1234567890abc 1234567890qwerty 123456789101112 123456789abc
    123456789qwe 1234qwerasdf 123qwe123qwe 123qweasdzxc 147258369000 147258369147 159357159357 1q2w3e4r5t6y
    1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 520131452013 5201314520131 666666666666 888888888888
    987654321000 987654321012 a123456789012 aa1234567890 abc123456789 abcd12345678 abcdefg12345 abcdefghijkl
    abcdefghijklm admin1234567 admin12345678 admin@123456 adminadminadmin administrator administrator1 asd123456789
    asdasdasdasd asdfasdfasdf asdfghjkl123 asdfghjkl1234 baseballbaseball changeme1234 changeme12345 changeme123456
    changemechangeme computer1234 customs12345 customs123456 customs@1234 dragon123456 dragondragon football1234
    guest1234567 haiguan12345 haiguan123456 hello1234567 helloworld12 helloworld123 iloveyou1234 iloveyouiloveyou
    jiushiwo1314 letmein12345 letmein123456 letmeinletmein liverpool1234 london2024!! master123456 monkey123456
    mypassword123 nihao1234567 nihao12345678 p@ssw0rd1234 p@ssword1234 p@ssword12345 pass12345678 passpasspass
    passw0rd1234 passw0rd12345 password!234 password0000 password1111 password1234 password12345 password123456
    password1234567 password2024 password2025 password2026 password@123 password@1234 passwordpassword princess1234
    q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsxedc123 qazwsxedcrfv qazwsxedcrfvtgb qq1234567890 qwe123qwe123 qwer12345678
    qwerasdfzxcv qwerqwerqwer qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty qwertyuiop12 qwertyuiop123
    qwertyuiop1234 qwertyuiopasdf root12345678 secret123456 shanghai1234 starwars1234 summer202400 sunshine1234
    superman1234 test12345678 testtesttest tongguan1234 tongguan12345 tongguan123456 trustno1trustno1 welcome12345
    welcome123456 welcomewelcome wo1314520520 woaini123456 woaini131452 woaini1314520 woainiwoaini woshishui123
    wozuishuai123 z1x2c3v4b5n6 zaq12wsxcde3 zaq1zaq1zaq1 zhongguo1234 zhongguo12345 zxcvbnm12345 zxcvbnm123456
    zxcvbnmasdfghjkl
"""
COMMON: Final = frozenset(_WORDS.split())
