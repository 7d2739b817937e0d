# Controllers of a plant, as nmap's scripts find them out and as an operator asks and commands them: S7, IEC 104, DNP3, EtherNet/IP, BACnet.
in_server /usr/bin/python3 "$here/plant.py" serve $server4 > /dev/null 2>&1 &
wait_for_port 44818
start_capture plant
plant_lab() { in_client nmap -n -Pn "$@" $server4 > /dev/null 2>&1; }
plant_lab -sT -p 102 --script s7-info
plant_lab -sT -p 2404 --script iec-identify
plant_lab -sT -p 44818 --script enip-info
plant_lab -sU -p 47808 --script bacnet-info
in_client /usr/bin/python3 "$here/plant.py" ask $server4
stop_capture plant
