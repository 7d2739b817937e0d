# An SSH login by key and a command: encrypted traffic that no parser takes.
start_sshd
start_capture ssh
ssh_lab true
stop_capture ssh
