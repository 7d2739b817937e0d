"""Sends voice by RTP and reports by RTCP (RFC 3550) from port 7000 to port 7002 of another host, 20 ms apart: rtp.py FROM TO."""
import socket
import struct
import sys
import time

source, target = sys.argv[1:]
voice = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
voice.bind((source, 7000))
reports = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
reports.bind((source, 7001))
SSRC, PEER, PCMU = 0x1A2B3C4D, 0x5E6F7081, 0
sent = 0
for i in range(40):
    # The sequence numbers pass 65,535; two packets are never sent, one is sent twice.
    sequence = (65_520 + i) & 0xFFFF
    if i in (10, 11):
        continue
    for _ in range(2 if i == 20 else 1):
        voice.sendto(struct.pack('>BBHII', 0x80, PCMU, sequence, 1000 + 160 * i, SSRC) + bytes(160), (target, 7002))
        sent += 1
    if i % 20 == 19:
        seconds = time.time()
        sender = struct.pack('>IIIIII', SSRC, int(seconds) + 2_208_988_800, int(seconds % 1 * 2**32), 1000 + 160 * i, sent, sent * 160)
        block = struct.pack('>IIIIII', PEER, (i << 24) | 3, 70_000, 8 * i, 0, 0)
        name = bytes([1, 14]) + b'lab@10.20.0.99'
        chunk = struct.pack('>I', SSRC) + name + bytes(4 - (4 + len(name)) % 4)
        packets = [(200, 1, sender + block), (202, 1, chunk)]
        reports.sendto(b''.join(struct.pack('>BBH', 0x80 | count, kind, len(body) // 4) + body for kind, count, body in packets), (target, 7003))
    time.sleep(0.02)
