# SSH to a server outside the network at its own port and at that of HTTPS.
open_outside
start_sshd
in_server "$(command -v sshd)" -D -f /dev/null -h "$lab/ssh/host" -o Port=443 -o AuthorizedKeysFile="$lab/ssh/authorized" -o StrictModes=no \
  -o PidFile=none -o UsePAM=no -o PermitRootLogin=yes > /dev/null 2>&1 &
wait_for_port 443
start_capture unusual-port
for port in 22 443; do
  in_client ssh -F none -i "$lab/ssh/user" -p $port -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    root@$outside4 true
done
stop_capture unusual-port
close_outside
