"""
A server of TDS 7 (MS-TDS) for one user, because Debian has none: tds.py ADDRESS [CERTIFICATE KEY]. Logins by password and NTLM, one table,
one error. With a certificate it encrypts what the client wants: the login alone, or everything.
"""
import socketserver
import ssl
import struct
import sys

USER, PASSWORD = 'ann', 'ann-secret'
LOGIN, SSPI, PRELOGIN, BATCH = 16, 17, 18, 1
DONE = b'\xfd' + struct.pack('<HHQ', 0, 0, 0)


def exactly(stream, count):
    taken = b''
    while len(taken) < count:
        more = stream.recv(count - len(taken))
        if not more:
            raise EOFError
        taken += more
    return taken


class Encrypted:
    """TLS over a socket: handshake records within packets of TDS, later ones without."""

    def __init__(self, stream):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        self.stream, self.coming, self.going = stream, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.coming, self.going, server_side=True)
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.send_packet()
                self.coming.write(read_message(stream)[1])
                continue
            return self.send_packet()

    def send_packet(self):
        records = self.going.read()
        if records:
            self.stream.sendall(struct.pack('>BBHHBB', PRELOGIN, 1, 8 + len(records), 51, 1, 0) + records)

    def recv(self, count):
        while True:
            try:
                return self.tls.read(count)
            except ssl.SSLWantReadError:
                header = exactly(self.stream, 5)
                self.coming.write(header + exactly(self.stream, struct.unpack('>H', header[3:])[0]))

    def sendall(self, content):
        self.tls.write(content)
        self.stream.sendall(self.going.read())


def wanted_encryption(prelogin):
    at = 0
    while prelogin[at] != 255:
        if prelogin[at] == 1:
            return prelogin[struct.unpack('>H', prelogin[at + 1 : at + 3])[0]]
        at += 5
    return 2


def read_message(stream):
    kind, body, is_last = 0, b'', False
    while not is_last:
        kind, status, length = struct.unpack('>BBH', exactly(stream, 8)[:4])
        body += exactly(stream, length - 8)
        is_last = status & 1 == 1
    return kind, body


def text16(text):
    return text.encode('utf-16-le')


def counted(text, form='B'):
    return struct.pack('<' + form, len(text)) + text16(text)


def token(kind, body):
    return struct.pack('<BH', kind, len(body)) + body


def error(number, text):
    body = struct.pack('<IBB', number, 1, 14) + counted(text, 'H') + counted('LABSQL') + counted('') + struct.pack('<I', 1)
    return token(0xAA, body) + b'\xfd' + struct.pack('<HHQ', 2, 0, 0)


def welcome(database):
    acknowledged = b'\x01\x74\x00\x00\x04' + counted('Microsoft SQL Server\0\0') + b'\x10\x00\x10\x00'
    changed = b'\x01' + counted(database) + counted('master')
    packets = b'\x04' + counted('4096') + counted('4096')
    return token(0xE3, changed) + token(0xAD, acknowledged) + token(0xE3, packets) + DONE


def field(login, at):
    offset, length = struct.unpack('<HH', login[at : at + 4])
    return login[offset : offset + 2 * length]


def answer_login(login):
    tokens_at, tokens_length = struct.unpack('<HH', login[78:82])
    if tokens_length:
        # NTLM: a challenge with a fixed number, the names of a domain.
        target = text16('LAB')
        challenge = b'NTLMSSP\0' + struct.pack('<IHHII', 2, len(target), len(target), 56, 0x02828205) + bytes.fromhex('0123456789abcdef')
        names = struct.pack('<HH', 2, len(target)) + target + struct.pack('<HH', 1, len(target)) + target + struct.pack('<HH', 0, 0)
        challenge += bytes(8) + struct.pack('<HHI', len(names), len(names), 56 + len(target)) + bytes(8) + target + names
        return token(0xED, challenge)
    hidden = bytes((byte ^ 0xA5) for byte in field(login, 44))
    password = bytes((byte >> 4 | byte << 4) & 0xFF for byte in hidden).decode('utf-16-le')
    user = field(login, 40).decode('utf-16-le')
    if (user, password) != (USER, PASSWORD):
        return error(18456, f"Login failed for user '{user}'.")
    return welcome(field(login, 68).decode('utf-16-le') or 'master')


def answer_batch(batch):
    headers = struct.unpack('<I', batch[:4])[0]
    statement = batch[headers:].decode('utf-16-le')
    if 'absent' in statement:
        return error(208, "Invalid object name 'absent'.")
    if 'select' not in statement.lower():
        return DONE
    # One column, an INT that may not be null, and two rows.
    columns = b'\x81\x01\x00' + struct.pack('<IH', 0, 8) + b'\x38' + counted('n')
    return columns + b'\xd1' + struct.pack('<I', 1) + b'\xd1' + struct.pack('<I', 2) + b'\xfd' + struct.pack('<HHQ', 0x10, 0xC1, 2)


class Session(socketserver.BaseRequestHandler):
    def handle(self):
        stream, is_login_only = self.request, False
        try:
            while True:
                kind, body = read_message(stream)
                encryption = 2
                if kind == PRELOGIN:
                    # Version, encryption (not supported without a certificate), instance, thread.
                    encryption = wanted_encryption(body) if len(sys.argv) > 2 else 2
                    options = struct.pack('>BHHBHHBHHBHHB', 0, 21, 6, 1, 27, 1, 2, 28, 1, 3, 29, 0, 255)
                    answer = options + b'\x10\x00\x10\x00\x00\x00' + bytes([encryption, 0])
                elif kind == LOGIN:
                    answer = answer_login(body)
                elif kind == SSPI:
                    answer = error(18452, 'Login failed. The login is from an untrusted domain.')
                else:
                    answer = answer_batch(body) if kind == BATCH else DONE
                if kind == LOGIN and is_login_only:
                    stream = self.request
                stream.sendall(struct.pack('>BBHHBB', 4, 1, 8 + len(answer), 51, 1, 0) + answer)
                if encryption < 2:
                    is_login_only = encryption == 0
                    stream = Encrypted(stream)
        except (EOFError, ConnectionError):
            pass


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer((sys.argv[1], 1433), Session).serve_forever()
