#!/usr/bin/env bash
# Makes forms/: the packets of http.pcap in the containers and formats that have no baseline of their own (their rows are those of
# http.pcap), and its first packets in every record format, small enough to be cut at every byte.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p forms
xz -c http.pcap > forms/http.pcap.xz
lz4 -qc http-pcapng.pcapng > forms/http.pcapng.lz4
rm -f forms/http.zip
zip -qX forms/http.zip http.pcap SOURCES.md
editcap -F snoop http.pcap forms/http.snoop
editcap -F netmon2 http.pcap forms/http-netmon2.cap
editcap -F ngsniffer http.pcap forms/http-ngsniffer.cap
for format in pcap modpcap nsecpcap pcapng snoop; do editcap -F "$format" -r http.pcap "forms/small-$format.${format/modpcap/pcap}" 1-30; done
mv forms/small-nsecpcap.nsecpcap forms/small-nsecpcap.pcap
# As a big-endian machine would have written it.
python3 - <<'PYTHON'
import struct
data = open('forms/small-pcap.pcap', 'rb').read()
out = bytearray(struct.pack('>IHHiIII', *struct.unpack('<IHHiIII', data[:24])))
at = 24
while at < len(data):
    header = struct.unpack('<IIII', data[at:at + 16])
    out += struct.pack('>IIII', *header) + data[at + 16:at + 16 + header[2]]
    at += 16 + header[2]
open('forms/small-bigendian.pcap', 'wb').write(out)
PYTHON
