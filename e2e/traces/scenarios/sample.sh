# The capture that the UI offers when there is none: a quiet office minute, and somebody who looks for open doors.
start_dnsmasq
start_nginx
start_sshd
ip -n $client address add 10.20.0.66/16 dev wct0
agent='Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'
start_capture sample
in_client ping -q -c 8 -i 5 $server4 > /dev/null &
ping_pid=$!
for name in www.example.test mail.example.test absent.example.test; do
  in_client dig +noall @$server4 $name A $name AAAA
  in_client curl -s -o /dev/null -A "$agent" -H "Host: $name" "http://$server4/" -o /dev/null "http://$server4/numbers.txt"
  sleep 4
done
in_client curl -s -o /dev/null -u alice:secret -H 'Host: www.example.test' http://$server4/private
in_client curl -sk -o /dev/null --resolve www.example.test:443:$server4 https://www.example.test/
sleep 3
in_client nmap -n -Pn -sS -p 1-120 --max-rate 20 -e wct0 -S 10.20.0.66 $server4 > /dev/null 2>&1
sleep 2
in_client curl -s -o /dev/null --interface 10.20.0.66 -A 'lab agent/1.0' "http://$server4/admin" -o /dev/null "http://$server4/backup.zip" -o /dev/null "http://$server4/private"
in_client curl -sk -o /dev/null --resolve mail.example.test:8443:$server4 https://mail.example.test:8443/
ssh_lab true
sleep 5
in_client curl -s -o /dev/null -A "$agent" -H 'Host: www.example.test' "http://$server4/index.html"
wait $ping_pid
stop_capture sample
ip -n $client address del 10.20.0.66/16 dev wct0
