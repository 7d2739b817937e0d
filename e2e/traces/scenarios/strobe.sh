# Hundreds of connections to a server outside the network, some fourteen a second; the trace has its time stamps stretched to ten and a half
# minutes, more than a connection each second, and is packed.
open_outside
start_nginx
start_capture strobe
in_client /usr/bin/python3 - $outside4 <<'PYTHON'
import socket, sys, time
begin = time.monotonic()
for i in range(660):
    time.sleep(max(0, begin + i * 0.07 - time.monotonic()))
    socket.create_connection((sys.argv[1], 8080)).close()
PYTHON
stop_capture strobe
close_outside
python3 - "$here/strobe.pcap" <<'PYTHON'
import struct, sys
data = bytearray(open(sys.argv[1], 'rb').read())
records, at = [], 24
while at < len(data):
    seconds, micros, captured, _ = struct.unpack('<IIII', data[at:at + 16])
    records.append((at, seconds * 1000000 + micros))
    at += 16 + captured
first, last = records[0][1], records[-1][1]
for at, time in records:
    time = first + (time - first) * 625000000 // (last - first)
    data[at:at + 8] = struct.pack('<II', time // 1000000, time % 1000000)
open(sys.argv[1], 'wb').write(data)
PYTHON
gzip -9nf "$here/strobe.pcap"
