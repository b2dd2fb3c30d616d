"""Passwords that attackers try first; a password is refused when it is one of them, however it is spelt."""

_WORDS = """
password password1 password12 password123 password1234 password12345 passw0rd passw0rd1 p@ssw0rd p@ssword mypassword yourpassword
passwordpassword letmein letmein123 letmeinnow welcome welcome1 welcome123 welcome1234 welcomehome changeme changeme1 changeme123
administrator admin admin123 admin1234 admin12345 adminadmin root rootroot toor superuser superman superman1 batman spiderman
qwerty qwerty1 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyuiop qwertyuiop1 qwertyuiop123 qwertz qwertzuiop azerty
azertyuiop asdfghjkl asdfghjkl1 asdfasdf asdf1234 zxcvbnm zxcvbnm123 zxcvbnmasd qazwsx qazwsxedc qazwsxedcrfv 1qaz2wsx 1qaz2wsx3edc
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsx zaq1zaq1 abc123 abcd1234 abc12345 abcdefgh abcdefghij
abcdefghijk abcdef123456 a1b2c3d4 a1b2c3d4e5 a123456789 aa12345678 123456 1234567 12345678 123456789 1234567890 12345678901
123456789012 0123456789 01234567890 0987654321 9876543210 987654321 1234512345 1231231231 123123123 1122334455 112233445566
1111111111 111111111111 0000000000 000000000000 2222222222 5555555555 6666666666 7777777777 8888888888 9999999999 1212121212
1010101010 1357924680 2468101214 3141592653 147258369 1472583690 159753 789456123 7894561230 741852963 963852741 123qweasdzxc
123qwe123qwe qwe123qwe123 qweasdzxc qweasdzxc123 iloveyou iloveyou1 iloveyou2 iloveyou12 iloveyou123 iloveyouforever ilovemyself
loveyou123 princess princess1 princess12 princess123 sunshine sunshine1 sunshine12 sunshine123 football football1 football12
football123 baseball baseball1 baseball12 baseball123 basketball basketball1 liverpool liverpool1 liverpool123 manchester
manchester1 barcelona barcelona1 realmadrid chelsea arsenal juventus monkey monkey123 monkeymonkey dragon dragon123 dragonball
dragonballz pokemon pokemon123 pikachu starwars starwars1 starwars123 skywalker naruto minecraft minecraft1 fortnite counterstrike
shadow shadow123 master master123 mastermaster michael michael123 jennifer jessica jordan23 charlie ashley daniel thomas
computer computer1 computer123 internet internet1 internet123 samsung samsung123 motorola blackberry microsoft windows10
trustno1 trustno1234 whatever whatever1 whatever123 nothing secret secret123 secretsecret topsecret topsecret1 freedom freedom123
hello hello123 hellohello helloworld helloworld1 hello12345 goodmorning butterfly butterfly1 chocolate chocolate1 strawberry
cheesecake rainbow123 summer2023 summer2024 summer2025 summer2026 winter2023 winter2024 winter2025 winter2026 spring2025 autumn2025
january2025 password2023 password2024 password2025 password2026 test test123 test1234 testtest testtest123 testing testing123
temp1234 temporary default guest guest1234 guestguest user1234 useruser login login123 access access14 correcthorsebatterystaple
correct horse battery staple contextualise contextualise1 contextualise123 topicmap topicmaps topicmaps123
"""

_COMMON = frozenset(_WORDS.split()) | {"correct horse battery staple"}


def is_common(password: str) -> bool:
    """Whether the password, apart from case and spaces at its ends, is among the first that anybody would try."""
    return password.strip().casefold() in _COMMON
