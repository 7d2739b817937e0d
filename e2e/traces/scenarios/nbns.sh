# NetBIOS names of Samba's nmbd: registered by broadcast, asked for by name and by host, one that nobody has.
start_samba
cat >> "$lab/smb.conf" <<CONF
[global]
interfaces = wct0
bind interfaces only = yes
CONF
start_capture nbns wct0 udp port 137
in_server nmbd -F -s "$lab/smb.conf" > /dev/null 2>&1 &
nmbd=$!
sleep 12
in_client nmblookup -s "$lab/smb.conf" -B 10.20.255.255 FILES > /dev/null || true
in_client nmblookup -s "$lab/smb.conf" -B 10.20.255.255 ABSENT > /dev/null || true
in_client nmblookup -s "$lab/smb.conf" -U $server4 'LAB#1e' > /dev/null || true
in_client nbtscan -q $server4 > /dev/null
in_client nmap -n -Pn -sU -p 137 --script nbstat $server4 > /dev/null
kill $nmbd
sleep 1
stop_capture nbns
