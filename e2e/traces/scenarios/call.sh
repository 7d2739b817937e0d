# A call by SIPp with voice and a dialled digit, which the other side sends back; three packets of the voice are not sent.
# Without an announcement the same voice once more, and what a participant reports of it.
in_server sipp -sn uas -i $server4 -p 5060 -mi $server4 -mp 6000 -rtp_echo -nostdin > /dev/null 2>&1 &
until in_server ss -Hlun 'sport = :5060' | grep -q .; do sleep 0.05; done
editcap -r /usr/share/sip-tester/g711a.pcap "$lab/voice.pcap" 1-20 23-40 42-60
{ sipp -sd uac_pcap 2> /dev/null || true; } | sed "s#pcap/g711a.pcap#$lab/voice.pcap#; s#pcap/dtmf_2833_1.pcap#/usr/share/sip-tester/dtmf_2833_1.pcap#; s#milliseconds=\"8000\"#milliseconds=\"1500\"#" > "$lab/call.xml"
start_capture call
in_client sipp -sf "$lab/call.xml" -i $client4 -p 5061 -mi $client4 -mp 6100 -m 1 -nostdin "$server4:5060" > /dev/null 2>&1 || true
in_client python3 "$here/rtp.py" $client4 $server4
stop_capture call
