"""Two ends of industrial protocols over real sockets, from their specifications, where Debian has no program that speaks them.

plant.py serve ADDRESS    S7 (102), IEC 60870-5-104 (2404), DNP3 (20000), EtherNet/IP (44818) and BACnet (47808), until it is ended
plant.py ask ADDRESS      the questions of an operator to all of them, one after the other
"""
import socket
import socketserver
import struct
import sys
import threading
import time


def exactly(stream, count):
    taken = b''
    while len(taken) < count:
        more = stream.recv(count - len(taken))
        if not more:
            raise EOFError
        taken += more
    return taken


# S7 over TPKT and COTP (RFC 1006, RFC 905).
def tpkt(body):
    return struct.pack('>BBH', 3, 0, 4 + len(body)) + body


def read_tpkt(stream):
    head = exactly(stream, 4)
    return exactly(stream, struct.unpack('>H', head[2:])[0] - 4)


def s7(kind, reference, parameters, data=b'', error=b''):
    head = struct.pack('>BBHHHH', 0x32, kind, 0, reference, len(parameters), len(data))
    return tpkt(b'\x02\xf0\x80' + head + error + parameters + data)


def s7_answer(message):
    if message[1] & 0xF0 == 0xE0:
        return tpkt(bytes([0x11, 0xD0]) + message[4:6] + b'\x00\x07\x00' + message[7:])
    kind, _, reference, length, _ = struct.unpack('>BHHHH', message[4:13])
    parameters = message[13 : 13 + length]
    if kind == 7:
        asked = message[13 + length + 4 : 13 + length + 6]
        size = 34 if asked == b'\x00\x1c' else 28
        texts = [b'6ES7 315-2EH14-0AB0', b'6ES7 315-2EH14-0AB0', b'Boot Loader', b'lab', b'lab plant', b'S C-LAB00001']
        entries = [struct.pack('>H', i + 1) + text.ljust(size - 8, b' ') + bytes(6) for i, text in enumerate(texts)]
        szl = asked + b'\x00\x00' + struct.pack('>HH', size, len(entries)) + b''.join(entries)
        return s7(7, reference, b'\x00\x01\x12\x08\x12\x84\x01\x01' + bytes(4), b'\xff\x09' + struct.pack('>H', len(szl)) + szl)
    code = parameters[0]
    if code == 0x04:
        return s7(3, reference, parameters[:2], b'\xff\x04\x00\x10\x12\x34' * parameters[1], b'\x00\x00')
    if code == 0x05:
        return s7(3, reference, parameters[:2], b'\xff' * parameters[1], b'\x00\x00')
    # Only a setup is taken besides; the key switch forbids to stop.
    return s7(3, reference, parameters if code == 0xF0 else bytes([code]), b'', b'\x00\x00' if code == 0xF0 else b'\x81\x04')


def s7_serve(stream):
    while True:
        stream.sendall(s7_answer(read_tpkt(stream)))


def s7_ask(address):
    with socket.create_connection((address, 102)) as stream:
        item = struct.pack('>BBBBHHB', 0x12, 10, 0x10, 2, 2, 1, 0x84) + b'\x00\x00\x20'
        merker = struct.pack('>BBBBHHB', 0x12, 10, 0x10, 2, 2, 0, 0x83) + b'\x00\x00\x28'
        for message in [
            tpkt(bytes.fromhex('11e00000000100c0010ac1020100c2020102')),
            s7(1, 256, b'\xf0\x00\x00\x01\x00\x01\x01\xe0'),
            s7(1, 512, b'\x04\x02' + item + merker),
            s7(1, 768, b'\x05\x01' + item, b'\x00\x04\x00\x10\x56\x78'),
            s7(1, 1024, b'\x29' + bytes(5) + b'\x09P_PROGRAM'),
        ]:
            stream.sendall(message)
            read_tpkt(stream)


# IEC 60870-5-104.
def apdu(control, asdu=b''):
    return bytes([0x68, 4 + len(asdu)]) + control + asdu


def asdu(kind, cause, address, objects, count=1):
    return bytes([kind, count, cause, 0]) + struct.pack('<H', address) + objects


def read_apdu(stream):
    return exactly(stream, exactly(stream, 2)[1])


def iec104_answers(asked):
    kind, _, cause = asked[:3]
    address = 10
    objects = asked[6:]
    if kind == 100:
        yield asdu(100, 7, address, objects)
        yield asdu(1, 20, address, b''.join(bytes([n, 0, 0, n & 1]) for n in (1, 2, 3)), 3)
        yield asdu(13, 20, address, b'\x2c\x01\x00' + struct.pack('<f', 49.98) + b'\x00')
        yield asdu(100, 10, address, objects)
        yield asdu(30, 3, address, b'\x02\x00\x00\x01' + bytes([0, 0, 30, 8, 0x16, 11, 26]))
    elif objects[0] == 99:
        yield asdu(kind, 0x40 | 47, address, objects)
    else:
        yield asdu(kind, 7, address, objects)
        yield asdu(kind, 10, address, objects)


def iec104_serve(stream):
    sent = received = 0
    while True:
        message = read_apdu(stream)
        if message[0] & 3 == 3:
            stream.sendall(apdu(bytes([message[0] & 3 | (message[0] & 0x54) << 1, 0, 0, 0])))
        elif message[0] & 1 == 0:
            received += 1
            for answer in iec104_answers(message[4:]):
                stream.sendall(apdu(struct.pack('<HH', sent * 2, received * 2), answer))
                sent += 1


def iec104_ask(address):
    with socket.create_connection((address, 2404)) as stream:
        received = 0
        stream.sendall(apdu(b'\x07\x00\x00\x00'))
        read_apdu(stream)
        for sent, (question, answers) in enumerate(
            [
                (asdu(100, 6, 10, b'\x00\x00\x00\x14'), 5),
                (asdu(45, 6, 10, b'\x05\x00\x00\x01'), 2),
                (asdu(45, 6, 10, b'\x63\x00\x00\x01'), 1),
                (asdu(50, 6, 10, b'\x07\x00\x00' + struct.pack('<f', 12.5) + b'\x00'), 2),
            ]
        ):
            stream.sendall(apdu(struct.pack('<HH', sent * 2, received * 2), question))
            for _ in range(answers):
                read_apdu(stream)
                received += 1
        stream.sendall(apdu(struct.pack('<HH', 1, received * 2)))
        stream.sendall(apdu(b'\x13\x00\x00\x00'))
        read_apdu(stream)


# DNP3 (IEEE 1815): a check sum behind the header and each 16 bytes.
def crc(data):
    total = 0
    for byte in data:
        total ^= byte
        for _ in range(8):
            total = total >> 1 ^ 0xA6BC if total & 1 else total >> 1
    return data + struct.pack('<H', total ^ 0xFFFF)


def dnp3(control, to, source, application):
    user = b'\xc0' + application
    head = crc(struct.pack('<BBBBHH', 5, 0x64, 5 + len(user), control, to, source))
    return head + b''.join(crc(user[i : i + 16]) for i in range(0, len(user), 16))


def read_dnp3(stream):
    head = exactly(stream, 10)
    left = head[2] - 5
    user = b''
    while left > 0:
        user += exactly(stream, min(16, left) + 2)[:-2]
        left -= 16
    return user[1:]


def dnp3_answers(asked):
    sequence, code = asked[0] & 15, asked[1]
    head = bytes([0xC0 | sequence, 0x81])
    if code == 1:
        # A class is asked for: two binary inputs, one counter; the device says that it has started anew.
        yield head + b'\x80\x00' + b'\x01\x02\x00\x00\x01\x81\x01' + b'\x14\x01\x00\x00\x00\x01\x05\x00\x00\x00'
        yield b'\xf0\x82\x80\x00' + b'\x02\x01\x17\x01\x00\x81'
    elif code in (3, 4):
        yield head + b'\x00\x00' + asked[2:]
    elif code == 13:
        yield head + b'\x00\x00' + b'\x34\x02\x07\x01\x10\x27'
    elif code == 2:
        yield head + b'\x00\x00'
    elif code != 0:
        # No such function.
        yield head + b'\x00\x01'


def dnp3_serve(stream):
    while True:
        for answer in dnp3_answers(read_dnp3(stream)):
            stream.sendall(dnp3(0x44, 1, 10, answer))


DNP3_QUESTIONS = [
    (b'\xc1\x01' + b'\x3c\x02\x06\x3c\x03\x06\x3c\x04\x06\x3c\x01\x06', 2),
    (b'\xd0\x00', 0),
    (b'\xc2\x02' + b'\x50\x01\x00\x07\x07\x00', 1),
    (b'\xc3\x03' + b'\x0c\x01\x28\x01\x00\x05\x00\x03\x01' + struct.pack('<II', 100, 0) + b'\x00', 1),
    (b'\xc4\x04' + b'\x0c\x01\x28\x01\x00\x05\x00\x03\x01' + struct.pack('<II', 100, 0) + b'\x00', 1),
    (b'\xc5\x0d', 1),
    (b'\xc6\x18', 1),
]


def dnp3_ask(address):
    with socket.create_connection((address, 20_000)) as stream:
        for question, answers in DNP3_QUESTIONS:
            stream.sendall(dnp3(0xC4, 10, 1, question))
            for _ in range(answers):
                read_dnp3(stream)


# EtherNet/IP (CIP volume 2) with CIP.
def enip(command, session, data=b'', status=0, sender=b'wirecase'):
    return struct.pack('<HHII8sI', command, len(data), session, status, sender, 0) + data


def read_enip(stream):
    head = exactly(stream, 24)
    return head, exactly(stream, struct.unpack('<H', head[2:4])[0])


def cip_items(*items):
    return struct.pack('<IHH', 0, 10, len(items)) + b''.join(struct.pack('<HH', kind, len(item)) + item for kind, item in items)


def cip_answer(asked):
    service = asked[0]
    path = asked[2 : 2 + 2 * asked[1]]
    done = bytes([service | 0x80, 0, 0, 0])
    if service == 0x0E:
        return done + b'\x09lab plant'
    if path.endswith(b'absent'):
        return bytes([service | 0x80, 0, 4, 1]) + b'\x00\x00'
    if service == 0x4C:
        return done + struct.pack('<HI', 0xC4, 1234)
    if service == 0x54:
        # Connection ids, serial number, vendor, originator, intervals, no application reply.
        return done + struct.pack('<II', 0x2001, 0x1001) + asked[-26:-18] + struct.pack('<II', 100_000, 100_000) + b'\x00\x00'
    return done


IDENTITY = struct.pack('>HHI8x', 2, 44_818, 0x0A140002)
IDENTITY = struct.pack('<H', 1) + IDENTITY + struct.pack('<HHHBBHI', 1, 14, 55, 20, 11, 0x30, 0x00C0FFEE) + b'\x09lab plant\x03'


def enip_answer(head, data):
    command, _, session = struct.unpack('<HHI', head[:8])
    if command == 0x63:
        return enip(command, 0, struct.pack('<HHH', 1, 0x0C, len(IDENTITY)) + IDENTITY, sender=head[12:20])
    if command == 0x65:
        return enip(command, 0x11223344, data)
    if command == 0x6F and session != 0x11223344:
        # No such session.
        return enip(command, session, b'', 0x64, head[12:20])
    if command == 0x6F:
        return enip(command, session, cip_items((0, b''), (0xB2, cip_answer(data[16:]))), sender=head[12:20])
    if command == 0x70:
        return enip(command, session, cip_items((0xA1, struct.pack('<I', 0x1001)), (0xB1, data[20:22] + cip_answer(data[22:]))))
    return b''


def enip_serve(stream):
    while True:
        stream.sendall(enip_answer(*read_enip(stream)))


def unconnected(message):
    return cip_items((0, b''), (0xB2, message))


def enip_ask(address):
    with socket.create_connection((address, 44_818)) as stream:
        tag = b'\x91\x05speed\x00'
        open_path = b'\x20\x02\x24\x01'
        forward_open = (
            b'\x54\x02\x20\x06\x24\x01\x0a\x05'
            + struct.pack('<IIHHIB3xIHIHB', 0, 0x1001, 7, 1, 0xC0FFEE, 1, 100_000, 0x43F4, 100_000, 0x43F4, 0xA3)
            + bytes([len(open_path) // 2])
            + open_path
        )
        session = 0x11223344
        for message in [
            enip(0x65, 0, b'\x01\x00\x00\x00'),
            enip(0x6F, session, unconnected(b'\x0e\x03\x20\x01\x24\x01\x30\x07'), sender=b'q0000001'),
            enip(0x6F, session, unconnected(b'\x4c\x04' + tag + b'\x01\x00'), sender=b'q0000002'),
            enip(0x6F, session, unconnected(b'\x4d\x04' + tag + struct.pack('<HHI', 0xC4, 1, 77)), sender=b'q0000003'),
            enip(0x6F, session, unconnected(b'\x4c\x04\x91\x06absent\x01\x00'), sender=b'q0000004'),
            enip(0x6F, session, unconnected(forward_open), sender=b'q0000005'),
            enip(0x70, session, cip_items((0xA1, struct.pack('<I', 0x2001)), (0xB1, b'\x01\x00\x4c\x04' + tag + b'\x01\x00'))),
            enip(0x6F, 0x55, unconnected(b'\x0e\x03\x20\x01\x24\x01\x30\x07'), sender=b'q0000006'),
        ]:
            stream.sendall(message)
            read_enip(stream)
        stream.sendall(enip(0x66, session))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        question.sendto(enip(0x63, 0), (address, 44_818))
        question.recv(2048)


# BACnet over IP (ASHRAE 135, annex J).
BACNET_NAMES = {0x4D: b'lab controller', 0x79: b'example.test', 0x46: b'LC-1', 0x1C: b'air', 0x3A: b'cellar', 0x2C: b'1.2', 0x0C: b'3.4'}
DEVICE = struct.pack('>I', 8 << 22 | 1234)


def bvlc(function, network):
    return struct.pack('>BBH', 0x81, function, 4 + len(network)) + network


def bacnet_answer(asked):
    npdu = asked[4:]
    apdu = npdu[6:] if npdu[1] & 0x20 else npdu[2:]
    if apdu[:2] == b'\x10\x08':
        return bvlc(0x0B, b'\x01\x20\xff\xff\x00\xff' + b'\x10\x00\xc4' + DEVICE + b'\x22\x05\xc4\x91\x03\x22\x01\x00')
    if asked[0] != 0x81 or apdu[0] != 0:
        return b''
    invoke, service = apdu[2:4]
    if service == 0x0C and apdu[10] in BACNET_NAMES:
        text = b'\x00' + BACNET_NAMES[apdu[10]]
        value = bytes([0x75, len(text)]) + text
    elif service == 0x0C and apdu[10] == 0x4B:
        value = b'\xc4' + DEVICE
    elif service == 0x0C and apdu[10] == 0x78:
        value = b'\x21\x0f'
    elif service == 0x0F and apdu[5:9] == struct.pack('>I', 2 << 22 | 3):
        return bvlc(0x0A, b'\x01\x00' + bytes([0x20, invoke, service]))
    else:
        # An error of class object: there is none of this number.
        return bvlc(0x0A, b'\x01\x00' + bytes([0x50, invoke, service]) + b'\x91\x01\x91\x1f')
    return bvlc(0x0A, b'\x01\x00' + bytes([0x30, invoke, service]) + b'\x0c' + DEVICE + b'\x19' + apdu[10:11] + b'\x3e' + value + b'\x3f')


def bacnet_ask(address):
    def read(kind, number, name):
        return b'\x0c\x0c' + struct.pack('>I', kind << 22 | number) + b'\x19' + bytes([name])

    def write(kind, number, value):
        return b'\x0f\x0c' + struct.pack('>I', kind << 22 | number) + b'\x19\x55\x3e\x44' + struct.pack('>f', value) + b'\x3f'

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream:
        stream.settimeout(2)
        stream.sendto(bvlc(0x0B, b'\x01\x20\xff\xff\x00\xff\x10\x08'), (address, 47_808))
        stream.recv(2048)
        restart = b'\x14\x09\x00\x1d\x09\x00wrong-pw'
        for invoke, service in enumerate([read(8, 1234, 0x4D), write(2, 3, 21.5), read(0, 99, 0x55), restart], 1):
            stream.sendto(bvlc(0x0A, b'\x01\x04\x00\x05' + bytes([invoke]) + service), (address, 47_808))
            stream.recv(2048)


class Stream(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            streams[self.server.server_address[1]](self.request)
        except (EOFError, ConnectionError):
            pass


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, own = self.request
        answer = bacnet_answer(data) if self.server.server_address[1] == 47_808 else enip_answer(data[:24], data[24:])
        if answer:
            own.sendto(answer, self.client_address)


streams = {102: s7_serve, 2404: iec104_serve, 20_000: dnp3_serve, 44_818: enip_serve}
what, host = sys.argv[1:]
if what == 'ask':
    for ask in (s7_ask, iec104_ask, dnp3_ask, enip_ask, bacnet_ask):
        ask(host)
else:
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    for port in (44_818, 47_808):
        threading.Thread(target=socketserver.UDPServer((host, port), Datagram).serve_forever).start()
    for port in streams:
        threading.Thread(target=socketserver.ThreadingTCPServer((host, port), Stream).serve_forever).start()
    time.sleep(3600)
