/** Passwords that guessers try first, in lower case, as far as they are 8 characters or longer (RELIABILITY 7.2). */
const mostUsed = new Set(
  (
    'password passw0rd password1 password12 password123 password1234 passwordpassword p@ssw0rd p@ssword1 pa$$word 12345678 123456789 ' +
    '1234567890 0123456789 12345678910 87654321 987654321 0987654321 11111111 111111111 1111111111 00000000 0000000000 22222222 88888888 ' +
    '99999999 12341234 11223344 1122334455 112233445566 123123123 147258369 123454321 123321123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc ' +
    'q1w2e3r4 q1w2e3r4t5 zaq12wsx qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345 qwertyuiop123 asdfghjk asdfghjkl asdfasdf ' +
    'zxcvbnm1 zxcvbnm123 qazwsxedc iloveyou iloveyou1 iloveyou2 ilovegod sunshine sunshine1 princess princess1 football football1 baseball ' +
    'baseball1 basketball superman superman1 spiderman batman123 starwars pokemon1 pokemon123 michelle michael1 jennifer jordan23 jonathan ' +
    'liverpool liverpool1 chelsea1 arsenal1 barcelona juventus realmadrid manchester welcome1 welcome123 welcome2 letmein1 letmein123 ' +
    'trustno1 whatever computer internet samantha samsung1 corvette mercedes midnight maverick mountain dolphins danielle ' +
    'chocolate butterfly elephant babygirl babygirl1 charlie1 charlie123 changeme changeme1 changeme123 administrator admin123 admin1234 ' +
    'admin12345 adminadmin rootroot root1234 toor1234 administrator1 secret123 secret1234 default1 guest123 guest1234 test1234 testtest ' +
    'testing1 testing123 test12345 abcd1234 abcdefgh abcdefghi abc12345 abc123456 a1b2c3d4 aa123456 aaaaaaaa abcabcabc monkey12 monkey123 ' +
    'dragon12 dragon123 shadow12 shadow123 master12 master123 hello123 hello1234 hellohello freedom1 access14 wireshark wirecase'
  ).split(' '),
);

/** Why this cannot be a password, or null. Length counts characters; nothing is asked of their kinds. */
export function passwordProblem(password: string): string | null {
  const { length } = [...password];
  if (length < 8) return 'must have at least 8 characters';
  if (mostUsed.has(password.toLowerCase())) return 'is one of the passwords that guessers try first';
  if (new Set(password).size < 3) return 'repeats one or two characters only';
  return null;
}
