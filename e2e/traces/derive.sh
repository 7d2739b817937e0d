#!/usr/bin/env bash
# Makes the other forms of the same packets, from http.pcap and sample.pcap: containers, byte orders, compression, damage, nothing.
set -euo pipefail
cd "$(dirname "$0")"
if [ -f sample.pcap ]; then editcap -F pcapng sample.pcap sample.pcapng; rm sample.pcap; fi
editcap -F pcapng http.pcap http-pcapng.pcapng
editcap -F nsecpcap http.pcap http-nano.pcap
# One tag, two tags, and no link layer at all: these need kernel modules when made live.
tcprewrite --enet-vlan=add --enet-vlan-tag=100 --enet-vlan-cfi=0 --enet-vlan-pri=0 -i http.pcap -o http-vlan.pcap 2> /dev/null
editcap -r http-vlan.pcap vlan.pcap 1-40
tcprewrite --enet-vlan=add --enet-vlan-tag=7 --enet-vlan-cfi=0 --enet-vlan-pri=0 -i vlan.pcap -o qinq.pcap 2> /dev/null
rm http-vlan.pcap
editcap -r dns.pcap dns-ip.pcap 3-40
editcap -C 14 -T rawip dns-ip.pcap raw-ip.pcap
rm dns-ip.pcap
gzip -nc http.pcap > http-gzip.pcap.gz
zstd -qf http-pcapng.pcapng -o http-zstd.pcapng.zst
editcap -s 200 http.pcap http-snaplen.pcap
editcap -r http.pcap empty.pcap 999999
# Bytes of each header swapped: what a big-endian machine would have written.
python3 - <<'PYTHON'
import struct
data = open('http.pcap', 'rb').read()
out = bytearray(struct.pack('>IHHiIII', *struct.unpack('<IHHiIII', data[:24])))
at = 24
while at < len(data):
    header = struct.unpack('<IIII', data[at:at + 16])
    out += struct.pack('>IIII', *header) + data[at + 16:at + 16 + header[2]]
    at += 16 + header[2]
open('http-bigendian.pcap', 'wb').write(out)
# The record header in the middle and what follows it overwritten with 40 bytes, the last packet cut short.
at = 24
while at < len(data) // 2:
    at += 16 + struct.unpack('<I', data[at + 8:at + 12])[0]
broken = bytearray(data[:-30])
broken[at:at + 40] = b'\xff' * 40
open('http-damaged.pcap', 'wb').write(broken)
PYTHON
