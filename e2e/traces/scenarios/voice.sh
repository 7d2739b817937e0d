# SIP by SIPp: calls over UDP and TCP, and options to nobody.
in_server sipp -sn uas -i $server4 -p 5060 -nostdin > /dev/null 2>&1 &
in_server sipp -sn uas -i $server4 -p 5060 -t t1 -nostdin > /dev/null 2>&1 &
wait_for_port 5060
start_capture voice
in_client sipp -sn uac -i $client4 -p 5061 -m 2 -d 100 -nostdin "$server4:5060" > /dev/null 2>&1 || true
in_client sipp -sn uac -i $client4 -p 5062 -m 1 -d 100 -t t1 -nostdin "$server4:5060" > /dev/null 2>&1 || true
stop_capture voice
